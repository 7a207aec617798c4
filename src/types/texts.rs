//! Types that travel as text, some behind the number of a version.

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

macro_rules! texts {
    ($($name:ident($version:expr);)*) => {$(
        impl FromSql<sql::$name, Pg> for String {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                read(&value, $version)
            }
        }

        impl ToSql<sql::$name, Pg> for str {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                if let Some(version) = $version {
                    out.write_all(&[version])?;
                }
                out.write_all(self.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<sql::$name, Pg> for String {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<sql::$name, Pg>::to_sql(self.as_str(), out)
            }
        }
    )*};
}

// `varchar.c`, `xml.c`, `jsonpath.c`; `contrib/ltree/ltree_io.c`, `ltxtquery_io.c`.
texts! {
    Bpchar(NONE);
    Varchar(NONE);
    Name(NONE);
    Xml(NONE);
    JsonPath(Some(1));
    Ltree(Some(1));
    Lquery(Some(1));
    Ltxtquery(Some(1));
}

const NONE: Option<u8> = None;

fn read(value: &PgValue<'_>, version: Option<u8>) -> deserialize::Result<String> {
    let mut bytes = Reader::of(value);
    if let Some(version) = version {
        let found = bytes.u8()?;
        if found != version {
            return Err(format!("the value has the form {found}, and {version} is known").into());
        }
    }
    Ok(core::str::from_utf8(bytes.rest())?.to_owned())
}
