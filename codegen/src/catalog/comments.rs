//! The comment that names a statement for the server, in the form of
//! [SQLCommenter](https://google.github.io/sqlcommenter/spec/). It is constant for each statement,
//! so it is prepared once like any other. Only what is sent has it: positions in diagnostics and
//! plans are those of the text without.

use std::fmt::Write as _;

use super::Module;
use crate::config::SqlConfig;

/// Gives every query its comment, where the project wants them.
pub(crate) fn comments(config: &SqlConfig, modules: &mut [Module]) {
    if !config.comment {
        return;
    }
    for module in modules {
        for query in &mut module.queries {
            let application = config
                .application
                .as_deref()
                .filter(|name| !name.is_empty());
            query.comment = Some(comment(&query.name, application, &module.name));
        }
    }
}

/// Keys in their order, values encoded as in URLs.
fn comment(action: &str, application: Option<&str>, controller: &str) -> String {
    let pairs = [
        ("action", Some(action)),
        ("application", application),
        ("controller", Some(controller)),
    ];
    let pairs = pairs.iter().filter_map(|(key, value)| {
        let value = encoded(value.as_ref()?);
        Some(format!("{key}='{value}'"))
    });
    format!("/*{}*/", pairs.collect::<Vec<_>>().join(","))
}

/// The value without anything that means something in a URL, a string or a comment.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _written = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// The SQL as sent: with the comment at its end, on a line of its own where a comment to the end
/// of the line might come before it.
pub(crate) fn commented(sql: &str, comment: Option<&str>) -> String {
    let Some(comment) = comment else {
        return sql.to_owned();
    };
    let last = sql.rsplit('\n').next().unwrap_or_default();
    let gap = if last.contains("--") { '\n' } else { ' ' };
    format!("{sql}{gap}{comment}")
}

#[cfg(test)]
mod tests {
    use super::{comment, commented};

    #[test]
    fn values_cannot_end_the_comment_or_the_string() {
        assert_eq!(
            comment("list", Some("the agent's */ 100%"), "customers"),
            "/*action='list',application='the%20agent%27s%20%2A%2F%20100%25',\
             controller='customers'*/"
        );
        assert_eq!(
            comment("ping", None, "größe"),
            "/*action='ping',controller='gr%C3%B6%C3%9Fe'*/"
        );
    }

    #[test]
    fn a_line_comment_does_not_swallow_it() {
        assert_eq!(commented("SELECT 1", None), "SELECT 1");
        assert_eq!(commented("SELECT 1", Some("/*c*/")), "SELECT 1 /*c*/");
        assert_eq!(
            commented("SELECT 1 -- one", Some("/*c*/")),
            "SELECT 1 -- one\n/*c*/"
        );
        assert_eq!(
            commented("SELECT 1 -- one\n+ 1", Some("/*c*/")),
            "SELECT 1 -- one\n+ 1 /*c*/"
        );
    }
}
