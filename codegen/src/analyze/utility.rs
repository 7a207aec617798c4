//! Statements that are no queries: the server plans none of them, and what they do is not in
//! their tree. A few are called from applications all the same.

use super::Context;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::lexer::{Kind, Token, lex};

/// The statements that can stand in a catalog, by their first word.
const USABLE: [&str; 6] = ["CALL", "DO", "LISTEN", "NOTIFY", "REFRESH", "UNLISTEN"];

/// Whether this is what [`Analysis::operation`](super::Analysis::operation) says of a statement
/// that is not planned.
pub(super) fn is_utility(operation: &str) -> bool {
    USABLE.contains(&operation)
}

impl Context<'_> {
    /// The statement's first word, where it can stand in a catalog.
    pub(super) fn utility(&self, diagnostics: &mut Diagnostics) -> Option<&'static str> {
        let (tokens, _) = lex(&self.query.sql);
        let first = tokens.iter().find(|token| !is_blank(token.kind))?;
        let word = self.query.sql[first.span.clone()].to_uppercase();
        let at = self.query.map.to_file_range(first.span.clone());
        let Some(usable) = USABLE.into_iter().find(|usable| *usable == word) else {
            diagnostics.push(
                Diagnostic::error("not-a-query", format!("`{word}` is not a query"))
                    .at(&self.file.path, at, "")
                    .help(where_it_belongs(&word)),
            );
            return None;
        };
        if usable == "LISTEN" {
            let message = "LISTEN holds for the connection, which a pool lends to others";
            diagnostics.push(
                Diagnostic::warning("listen-on-pool", message)
                    .at(&self.file.path, at, "")
                    .help(
                        "call it on a connection of its own, and read `PgConnection::notification`",
                    ),
            );
        }
        if usable == "REFRESH" && !self.refreshes_what_is_there(&tokens, diagnostics) {
            return None;
        }
        Some(usable)
    }

    /// The server looks for the view when the statement runs.
    fn refreshes_what_is_there(&self, tokens: &[Token], diagnostics: &mut Diagnostics) -> bool {
        let text = |token: &Token| &self.query.sql[token.span.clone()];
        let is = |token: &Token, word: &str| text(token).eq_ignore_ascii_case(word);
        let said = tokens.iter().filter(|token| !is_blank(token.kind));
        let name = said.skip_while(|token| !is(token, "VIEW")).skip(1);
        let name = name.skip_while(|token| is(token, "CONCURRENTLY"));
        // The name's last part, behind that of its schema.
        let last = name.take_while(|token| !is(token, "WITH")).last();
        let Some(last) = last else { return true };
        let name = match last.kind {
            Kind::QuotedIdent => text(last).trim_matches('"').replace("\"\"", "\""),
            _ => text(last).to_lowercase(),
        };
        let known = self.schema.tables.values().any(|table| table.name == name);
        if !known {
            let at = self.query.map.to_file_range(last.span.clone());
            let message = format!("there is no materialized view `{name}`");
            let diagnostic = Diagnostic::error("unknown-view", message);
            let help = "the server would say so only when the statement runs";
            diagnostics.push(diagnostic.at(&self.file.path, at, "").help(help));
        }
        known
    }
}

fn is_blank(kind: Kind) -> bool {
    matches!(kind, Kind::Space | Kind::LineComment | Kind::BlockComment)
}

/// What to do with a statement that cannot stand in a catalog.
fn where_it_belongs(word: &str) -> &'static str {
    match word {
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE"
        | "PREPARE" => "transactions are the application's: `planwright::transaction`",
        "SET" | "RESET" | "SHOW" | "DISCARD" => {
            "settings are those of a connection: put them into its URL (`options=-c…`), or call \
             the function `set_config` in a query"
        }
        "COPY" => "`:copy` sends rows with COPY: write the INSERT of one row under it",
        "TRUNCATE" => "DELETE says which rows; what empties whole tables belongs in a migration",
        "EXPLAIN" => "`planwright explain` shows the plan of a query",
        _ => {
            "what changes the schema belongs in a migration; queries are SELECT, VALUES, INSERT, \
             UPDATE, DELETE and MERGE, and CALL, DO, LISTEN, NOTIFY and REFRESH can be called"
        }
    }
}
