//! The enums of the database, as every library is told of them that has no generator.

use std::error::Error;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{self, Kind, Type, to_sql_checked};

use super::schema::sql_types;

macro_rules! database_enum {
    ($doc:literal $name:ident $sql_type:ident $type_name:literal
     { $($variant:ident $label:literal),* $(,)? }) => {
        #[doc = $doc]
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow,
            sqlx::Type,
        )]
        #[diesel(sql_type = sql_types::$sql_type)]
        #[sqlx(type_name = $type_name, rename_all = "lowercase")]
        pub enum $name {
            $(
                #[doc = $label]
                $variant,
            )*
        }

        impl $name {
            /// The label in the database.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)*
                }
            }

            /// The value of a label.
            ///
            /// # Errors
            /// When there is none.
            pub fn parse(label: &[u8]) -> Result<Self, Box<dyn Error + Send + Sync>> {
                $(if label == $label.as_bytes() {
                    return Ok(Self::$variant);
                })*
                Err(format!("{} has no such label", $type_name).into())
            }
        }

        impl<'a> types::FromSql<'a> for $name {
            fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
                Self::parse(raw)
            }

            fn accepts(ty: &Type) -> bool {
                matches!(ty.kind(), Kind::Enum(_))
            }
        }

        impl types::ToSql for $name {
            fn to_sql(
                &self,
                _: &Type,
                out: &mut BytesMut,
            ) -> Result<types::IsNull, Box<dyn Error + Sync + Send>> {
                out.extend_from_slice(self.label().as_bytes());
                Ok(types::IsNull::No)
            }

            fn accepts(ty: &Type) -> bool {
                matches!(ty.kind(), Kind::Enum(_))
            }

            to_sql_checked!();
        }

        impl FromSql<sql_types::$sql_type, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Self::parse(value.as_bytes())
            }
        }

        impl ToSql<sql_types::$sql_type, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, self.label().as_bytes())?;
                Ok(IsNull::No)
            }
        }
    };
}

database_enum!("A customer's status." CustomerStatus CustomerStatusType "customer_status" {
    New "new",
    Active "active",
    Inactive "inactive",
    Blocked "blocked",
});

database_enum!("What a customer thought." FeedbackSentiment FeedbackSentimentType "feedback_sentiment" {
    Positive "positive",
    Neutral "neutral",
    Negative "negative",
});

database_enum!("Who wrote a message." MessageDirection MessageDirectionType "message_direction" {
    Inbound "inbound",
    Outbound "outbound",
});

database_enum!("A message's delivery." MessageStatus MessageStatusType "message_status" {
    Received "received",
    Queued "queued",
    Sent "sent",
    Delivered "delivered",
    Read "read",
    Failed "failed",
});
