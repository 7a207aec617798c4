//! UPDATEs and DELETEs that reach every row of their table.

use std::ops::Range;

use super::columns::row_entries;
use super::text::location;
use super::{Comparison, Reader, WholeWrite, comparison};
use crate::analyze::scope::{CMD_DELETE, CMD_UPDATE, Scope};
use crate::analyze::tree::{Node, Value};
use crate::schema::Table;

impl Reader<'_> {
    /// The write of this level, when no condition restricts its rows.
    pub(super) fn whole_write(&self, scope: &Scope<'_, '_>) -> Option<WholeWrite> {
        let operation = match scope.query.int("commandType") {
            Some(CMD_UPDATE) => "UPDATE",
            Some(CMD_DELETE) => "DELETE",
            _ => return None,
        };
        let target = scope.query.int("resultRelation")?;
        let condition = scope.query.node("jointree")?.node("quals");
        let condition = condition.filter(|node| !self.is_always_true(node));
        let joins = row_entries(scope).len() > 1;
        // A condition that names no other table either was meant for the whole table.
        if condition.is_some_and(|node| !joins || mentions(node, target)) {
            return None;
        }
        let table = scope.entry(target)?.oid("relid");
        let table = table.and_then(|oid| self.schema.tables.get(&oid));
        Some(WholeWrite {
            span: self.write_span(scope, operation),
            operation,
            table: table.map(Table::display_name).unwrap_or_default(),
            others_restricted: condition.is_some(),
        })
    }

    /// `TRUE`, `1 = 1`: conditions of constants that hold for every row.
    fn is_always_true(&self, node: &Node<'_>) -> bool {
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        match (node.name, args.as_slice()) {
            ("CONST", _) => {
                matches!(node.field("constvalue"), Value::Bytes(b) if b.first() == Some(&1))
            }
            ("BOOLEXPR", args) if node.word("boolop") == Some("and") => {
                args.iter().all(|arg| self.is_always_true(arg))
            }
            ("OPEXPR", [left, right]) if left.name == "CONST" && right.name == "CONST" => {
                let value = left.field("constvalue");
                comparison(self.schema, node) == Some(Comparison::Equal)
                    && !left.flag("constisnull")
                    && value == right.field("constvalue")
            }
            _ => false,
        }
    }

    /// From the keyword to the table's name. The tree points to neither: the keyword is
    /// the first behind the name of the common table expression, or outside of brackets.
    fn write_span(&self, scope: &Scope<'_, '_>, keyword: &str) -> Range<usize> {
        let text = &self.text;
        let named = scope.parent.and_then(|parent| {
            let mut ctes = parent.query.nodes("cteList");
            let of_this = |cte: &&Node<'_>| {
                let query = cte.node("ctequery");
                query.is_some_and(|query| std::ptr::eq(query, scope.query))
            };
            ctes.find(of_this).and_then(location)
        });
        let (mut at, mut depth) = (named.map_or(0, |byte| text.index(byte)), 0_usize);
        while at < text.len() && !(text.is(at, keyword) && (named.is_some() || depth == 0)) {
            match text.word(at) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        let mut last = at + 1;
        while text.is(last, "FROM") || text.is(last, "ONLY") {
            last += 1;
        }
        while text.is(last + 1, ".") && text.is_name(last + 2) {
            last += 2;
        }
        text.span(at, last)
    }
}

/// Whether a condition says something of an entry, or of the row that a cursor is at.
fn mentions(condition: &Node<'_>, entry: i64) -> bool {
    let mut found = false;
    condition.walk_levels(0, &mut |node, depth| {
        found |= match node.name {
            "VAR" => node.int("varno") == Some(entry) && node.int("varlevelsup") == Some(depth),
            "CURRENTOFEXPR" => true,
            _ => false,
        };
    });
    found
}
