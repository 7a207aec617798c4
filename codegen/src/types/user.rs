//! Types of the user's, which `planwright.toml` puts in place of others.

/// A type of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its path, as generated code writes it.
    pub path: String,
    /// Whether a call takes it by value.
    pub copy: bool,
    /// What it is for Diesel.
    pub sql: UserSql,
}

/// The SQL type that a user's type converts to and from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserSql {
    /// That of another type.
    Of(Box<super::RustType>),
    /// One that the user names as well.
    Path(String),
}
