//! The URL of a database, as given on the command line or by the environment. It is never
//! printed: it may hold a password.

use crate::output::Problem;

/// A URL that can be used.
pub(crate) fn check<'a>(url: Option<&'a str>, to: &str) -> Result<&'a str, Problem> {
    let url = url.unwrap_or_default();
    if url.is_empty() {
        return Err(Problem::CouldNotRun(format!(
            "error: no database to {to}\n  \
             help: pass --database-url postgres://user@host/database, or set DATABASE_URL"
        )));
    }
    if has_unescaped_at(url) {
        return Err(Problem::CouldNotRun(
            "error: the database URL cannot be read: it has more than one `@` before the \
             database\n  help: write an `@` of the user or the password as `%40`"
                .to_owned(),
        ));
    }
    Ok(url)
}

/// A password with an `@` would be taken for a host's name, and printed as one.
fn has_unescaped_at(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    authority.matches('@').count() > 1
}

#[cfg(test)]
mod tests {
    use super::has_unescaped_at;

    #[test]
    fn an_at_in_a_password_is_seen() {
        assert!(has_unescaped_at("postgres://ada:se@cret@db/shop"));
        for fine in [
            "postgres://ada:secret@db/shop",
            "postgres://db/shop?options=a@b@c",
            "host=db user=ada@x@y",
        ] {
            assert!(!has_unescaped_at(fine), "{fine}");
        }
    }
}
