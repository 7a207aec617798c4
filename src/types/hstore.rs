//! Keys with values (`contrib/hstore/hstore_io.c`).

use std::collections::BTreeMap;
use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

impl FromSql<sql::Hstore, Pg> for BTreeMap<String, Option<String>> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let mut map = Self::new();
        for _ in 0..reader.count()? {
            let key = reader.sized()?.ok_or("a key is null")?;
            let value = reader.sized()?.map(core::str::from_utf8).transpose()?;
            map.insert(
                core::str::from_utf8(key)?.to_owned(),
                value.map(str::to_owned),
            );
        }
        reader.end()?;
        Ok(map)
    }
}

impl ToSql<sql::Hstore, Pg> for BTreeMap<String, Option<String>> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&i32::try_from(self.len())?.to_be_bytes())?;
        for (key, value) in self {
            for text in [Some(key), value.as_ref()] {
                let size = text.map_or(Ok(-1), |text| i32::try_from(text.len()))?;
                out.write_all(&size.to_be_bytes())?;
                out.write_all(text.map_or(&[], |text| text.as_bytes()))?;
            }
        }
        Ok(IsNull::No)
    }
}
