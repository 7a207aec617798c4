//! The tables as SeaORM wants them declared: entities as its own generator writes them.

/// Restaurants.
pub mod restaurants {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "restaurants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub phone_number: String,
        pub timezone: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Customers.
pub mod customers {
    use sea_orm::entity::prelude::*;

    use super::super::types::{CustomerStatus, FeedbackSentiment};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "customers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub restaurant_id: Uuid,
        pub customer_number: String,
        pub phone_number: String,
        pub name: Option<String>,
        pub status: CustomerStatus,
        pub rating: Option<i16>,
        pub feedback_sentiment: Option<FeedbackSentiment>,
        pub is_deleted: bool,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Messages.
pub mod messages {
    use sea_orm::entity::prelude::*;

    use super::super::types::{MessageDirection, MessageStatus};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "whatsapp_messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub restaurant_id: Uuid,
        pub customer_id: Uuid,
        pub direction: MessageDirection,
        pub status: MessageStatus,
        pub content: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::interactions::Entity")]
        Interactions,
    }

    impl Related<super::interactions::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Interactions.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Answers of the language model.
pub mod interactions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ai_interactions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub restaurant_id: Uuid,
        pub message_id: Uuid,
        pub model: String,
        pub latency_ms: i32,
        pub prompt_tokens: i32,
        pub completion_tokens: i32,
        pub confidence: Option<f64>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::messages::Entity",
            from = "Column::MessageId",
            to = "super::messages::Column::Id"
        )]
        Messages,
    }

    impl Related<super::messages::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Messages.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}
