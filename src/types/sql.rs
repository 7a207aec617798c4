//! The SQL types, as Diesel names them. Those of extensions are looked up by their names, along
//! the `search_path`.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident($($which:tt)*);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
        #[diesel(postgres_type($($which)*))]
        pub struct $name;
    )*};
}

types! {
    /// `bit`, read and sent as [`Bits`](super::Bits).
    Bit(oid = 1560, array_oid = 1561);
    /// `bit varying`, read and sent as [`Bits`](super::Bits).
    Varbit(oid = 1562, array_oid = 1563);
    /// `character(n)`, read and sent as text. As `text`, it would be compared with the blanks at
    /// its end, and without its indexes.
    Bpchar(oid = 1042, array_oid = 1014);
    /// `varchar`, read and sent as text, where its identifier is part of a value.
    Varchar(oid = 1043, array_oid = 1015);
    /// `name`, read and sent as text, where its identifier is part of a value.
    Name(oid = 19, array_oid = 1003);
    /// `xml`, read and sent as text.
    Xml(oid = 142, array_oid = 143);
    /// `jsonpath`, read and sent as text.
    JsonPath(oid = 4072, array_oid = 4073);
    /// `tsvector`, read and sent as [`TsVector`](super::TsVector).
    TsVector(oid = 3614, array_oid = 3643);
    /// `tsquery`, read and sent as [`TsQuery`](super::TsQuery).
    TsQuery(oid = 3615, array_oid = 3645);
    /// `time with time zone`, read and sent as [`TimeTz`](super::TimeTz).
    TimeTz(oid = 1266, array_oid = 1270);
    /// `xid`, read and sent as `u32`.
    Xid(oid = 28, array_oid = 1011);
    /// `xid8`, read and sent as `u64`.
    Xid8(oid = 5069, array_oid = 271);
    /// `cid`, read and sent as `u32`.
    Cid(oid = 29, array_oid = 1012);
    /// `tid`, read and sent as [`Tid`](super::Tid).
    Tid(oid = 27, array_oid = 1010);
    /// `pg_lsn`, read and sent as `u64`.
    PgLsn(oid = 3220, array_oid = 3221);
    /// `hstore` of the extension of that name, read and sent as a map.
    Hstore(name = "hstore");
    /// `ltree` of the extension of that name, read and sent as text.
    Ltree(name = "ltree");
    /// `lquery` of the extension `ltree`, read and sent as text.
    Lquery(name = "lquery");
    /// `ltxtquery` of the extension `ltree`, read and sent as text.
    Ltxtquery(name = "ltxtquery");
    /// `vector` of the extension of that name, read and sent as numbers.
    Vector(name = "vector");
}
