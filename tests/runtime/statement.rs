//! Statements without parameters, each with a timer of its own: tests run at
//! the same time, and must not count each other's calls.

/// Declares a statement type: its name, its SQL, and either the one column it
/// returns with its Rust type, or nothing. `slow` is its threshold.
macro_rules! statement {
    (@base $type:ident, $sql:expr, $slow:expr) => {
        #[derive(Debug, Clone, Copy)]
        struct $type;

        impl diesel::query_builder::QueryId for $type {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $type {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                out.push_sql(<Self as planwright::CatalogQuery>::INFO.sql);
                Ok(())
            }

            fn is_safe_to_cache_prepared(&self, _: &diesel::pg::Pg) -> diesel::QueryResult<bool> {
                Ok(true)
            }
        }

        impl planwright::CatalogQuery for $type {
            const INFO: &'static planwright::QueryInfo = &planwright::QueryInfo {
                name: concat!(module_path!(), "::", stringify!($type)),
                sql: $sql,
                operation: "SELECT",
                tables: &["notes"],
                slow: $slow,
                ..planwright::QueryInfo::EMPTY
            };

            fn timer() -> &'static planwright::timing::Timer {
                static TIMER: planwright::timing::Timer =
                    planwright::timing::Timer::new(<$type as planwright::CatalogQuery>::INFO);
                &TIMER
            }
        }
    };
    ($type:ident, $sql:expr) => {
        statement!(@base $type, $sql, None);
    };
    ($type:ident, $sql:expr, $sql_type:ty => $rust:ty) => {
        statement!($type, $sql, $sql_type => $rust, slow None);
    };
    ($type:ident, $sql:expr, $sql_type:ty => $rust:ty, slow $slow:expr) => {
        statement!(@base $type, $sql, $slow);

        impl diesel::query_builder::Query for $type {
            type SqlType = ($sql_type,);
        }

        impl planwright::ReturnsRows for $type {
            type Row = crate::statement::Single<$rust>;
        }
    };
}

/// A row of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Single<T>(pub(crate) T);

impl<ST, T> diesel::deserialize::FromSqlRow<(ST,), diesel::pg::Pg> for Single<T>
where
    T: diesel::deserialize::FromSql<ST, diesel::pg::Pg>,
{
    fn build_from_row<'a>(
        row: &impl diesel::row::Row<'a, diesel::pg::Pg>,
    ) -> diesel::deserialize::Result<Self> {
        planwright::query::column::<ST, T>(row, 0).map(Self)
    }
}
