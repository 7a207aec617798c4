//! The indexes that the queries promise to use.

use crate::fixture::Database;
use crate::raw;

/// The indexes that the agent's queries were designed with.
const INDEXES: [&str; 7] = [
    "idx_customers_created_restaurant",
    "idx_customers_feedback_sentiment",
    "idx_customers_phone_restaurant",
    "idx_customers_status_restaurant",
    "idx_whatsapp_messages_customer_date",
    "idx_whatsapp_messages_direction_status",
    "idx_whatsapp_messages_restaurant_date",
];

on_each_release! { migrated: the_named_indexes_exist_and_are_valid }

async fn the_named_indexes_exist_and_are_valid(db: &Database) {
    let conn = &mut db.connect().await;
    let named = INDEXES.map(|name| format!("'{name}'")).join(", ");
    let valid = format!(
        "SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
         WHERE indisvalid AND indisready AND indislive AND relname IN ({named})
         ORDER BY relname"
    );
    assert_eq!(raw::texts(conn, &valid).await, INDEXES);
    let invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
    assert_eq!(raw::texts(conn, invalid).await, [""; 0]);
}
