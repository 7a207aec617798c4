//! The tables as Diesel wants them declared.

/// The enums.
pub mod sql_types {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::SqlType;

    /// `customer_status`
    #[derive(Debug, SqlType, QueryId)]
    #[diesel(postgres_type(name = "customer_status"))]
    pub struct CustomerStatusType;

    /// `feedback_sentiment`
    #[derive(Debug, SqlType, QueryId)]
    #[diesel(postgres_type(name = "feedback_sentiment"))]
    pub struct FeedbackSentimentType;

    /// `message_direction`
    #[derive(Debug, SqlType, QueryId)]
    #[diesel(postgres_type(name = "message_direction"))]
    pub struct MessageDirectionType;

    /// `message_status`
    #[derive(Debug, SqlType, QueryId)]
    #[diesel(postgres_type(name = "message_status"))]
    pub struct MessageStatusType;
}

diesel::table! {
    restaurants (id) {
        id -> Uuid,
        name -> Text,
        phone_number -> Text,
        timezone -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Int2, Nullable, Text, Timestamptz, Uuid};
    use super::sql_types::{CustomerStatusType, FeedbackSentimentType};

    customers (id) {
        id -> Uuid,
        restaurant_id -> Uuid,
        customer_number -> Text,
        phone_number -> Text,
        name -> Nullable<Text>,
        status -> CustomerStatusType,
        rating -> Nullable<Int2>,
        feedback_sentiment -> Nullable<FeedbackSentimentType>,
        is_deleted -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Timestamptz, Uuid};
    use super::sql_types::{MessageDirectionType, MessageStatusType};

    whatsapp_messages (id) {
        id -> Uuid,
        restaurant_id -> Uuid,
        customer_id -> Uuid,
        direction -> MessageDirectionType,
        status -> MessageStatusType,
        content -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    ai_interactions (id) {
        id -> Uuid,
        restaurant_id -> Uuid,
        message_id -> Uuid,
        model -> Text,
        latency_ms -> Int4,
        prompt_tokens -> Int4,
        completion_tokens -> Int4,
        confidence -> Nullable<Float8>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(ai_interactions -> whatsapp_messages (message_id));
diesel::allow_tables_to_appear_in_same_query!(whatsapp_messages, ai_interactions);
