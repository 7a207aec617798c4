//! Why an index does not serve a query, from what the query asks of the table.

use crate::analyze::{Condition, Operand, Param, Reference, Side, Test, Wrap};
use crate::schema::{Index, IndexKey, Table};

/// What reasons are looked for in.
pub(super) struct Asked<'a> {
    pub(super) table: &'a Table,
    pub(super) reference: &'a Reference,
    pub(super) params: &'a [Param],
    /// Whether the database orders text by bytes.
    pub(super) bytewise: bool,
}

impl Asked<'_> {
    /// The first key must be compared as it is.
    pub(super) fn leading(&self, index: &Index) -> Option<String> {
        let key = index.keys.first()?;
        let (name, sql) = (&index.name, &key.sql);
        let begins = format!("`{name}` begins with `{sql}`");
        let Some(column) = key.attribute else {
            return self.expression(key, &begins);
        };
        let of_column = |condition: &&Condition| condition.side == Side::Column(column);
        let conditions = &self.reference.conditions;
        let plain: Vec<&Condition> = conditions
            .iter()
            .filter(of_column)
            .filter(|c| c.arm.is_none())
            .collect();
        if plain
            .iter()
            .any(|condition| self.serves(index, &condition.test))
        {
            return None;
        }
        if let Some(condition) = plain.first() {
            return Some(self.unsearchable(index, key, &condition.test));
        }
        if conditions.iter().any(|c| of_column(&c)) {
            return Some(format!(
                "{begins}, which only one arm of an OR compares: an index serves an OR when \
                 every arm has one"
            ));
        }
        let wrapped = conditions
            .iter()
            .find_map(|condition| match &condition.side {
                Side::Expression { columns, wrap, .. } if columns.contains(&column) => Some(wrap),
                _ => None,
            });
        Some(match wrapped {
            Some(wrap) => format!("{begins}, which {}", wrapped_in(wrap)),
            None if self.is_joined(column) => format!(
                "{begins}, which is compared with another table's column, and that table comes \
                 later"
            ),
            None => format!("{begins}, which the query does not compare with anything"),
        })
    }

    fn expression(&self, key: &IndexKey, begins: &str) -> Option<String> {
        let same = |condition: &Condition| match &condition.side {
            Side::Expression { sql: Some(sql), .. } => normal(sql) == normal(&key.sql),
            _ => false,
        };
        let tested = self.reference.conditions.iter().any(same);
        (!tested).then(|| format!("{begins}, and no condition is on that expression"))
    }

    fn is_joined(&self, column: i64) -> bool {
        self.reference.conditions.iter().any(|condition| {
            condition.side == Side::Column(column)
                && matches!(
                    &condition.test,
                    Test::Operator {
                        with: Operand::Column,
                        ..
                    }
                )
        })
    }

    /// Whether a test is a search of the index.
    fn serves(&self, index: &Index, test: &Test) -> bool {
        match test {
            Test::Operator {
                name, order, with, ..
            } => {
                let pattern = matches!(name.as_str(), "~~" | "~");
                let ordered = index.keys.first().is_some_and(|key| {
                    self.bytewise
                        || key.operator_class.ends_with("pattern_ops")
                        || matches!(key.collation.as_deref(), Some("C" | "POSIX"))
                });
                index.method != "btree" && order.is_none()
                    || order.is_some()
                    || pattern && ordered && begins_with_letters(with)
            }
            Test::Null { .. } | Test::Bool { .. } => true,
        }
    }

    /// Why a test of the column as it is cannot be searched for.
    fn unsearchable(&self, index: &Index, key: &IndexKey, test: &Test) -> String {
        let Test::Operator { name, with, .. } = test else {
            return format!("`{}` does not serve this condition", index.name);
        };
        let sql = &key.sql;
        match (name.as_str(), with) {
            ("~~" | "~~*", Operand::Constant(Some(pattern))) if !begins_with_letters(with) => {
                format!(
                    "the pattern {pattern} begins with a wildcard, so `{}` has no place to begin at",
                    index.name
                )
            }
            ("~~*", _) => format!("ILIKE ignores case, and `{}` does not", index.name),
            ("~~", Operand::Constant(_)) => format!(
                "`{}` orders `{sql}` by the rules of a language, and LIKE compares bytes: it would \
                 serve with the operator class text_pattern_ops",
                index.name
            ),
            ("~~", Operand::Parameter(number)) => format!(
                "the pattern is the parameter `:{}`: a plan for any value cannot rely on how it \
                 begins",
                self.param(*number)
            ),
            _ => format!(
                "`{sql} {name} …` is no search that `{}` answers",
                index.name
            ),
        }
    }

    /// The condition of a partial index must follow from the query's.
    pub(super) fn predicate(&self, index: &Index) -> Option<String> {
        let predicate = index.predicate.as_ref()?;
        let holds = format!("`{}` holds only rows where {predicate}", index.name);
        let columns = self.table.columns.iter();
        let mut named = columns.filter(|(_, column)| has_word(predicate, &column.name));
        named.find_map(|(number, column)| {
            let conditions = self.reference.conditions.iter();
            let mut of_column = conditions.filter(|c| c.side == Side::Column(*number));
            let with_parameter = of_column
                .clone()
                .find_map(|condition| match &condition.test {
                    Test::Operator {
                        with: Operand::Parameter(number),
                        ..
                    } => Some(*number),
                    _ => None,
                });
            let name = &column.name;
            match with_parameter {
                Some(number) => Some(format!(
                    "{holds}, and the query compares `{name}` with the parameter `:{}`, which may \
                     be another value",
                    self.param(number)
                )),
                None if of_column.next().is_none() => {
                    Some(format!("{holds}, and the query says nothing of `{name}`"))
                }
                None => None,
            }
        })
    }

    fn param(&self, number: usize) -> &str {
        self.params.get(number).map_or("?", |param| &param.name)
    }
}

fn wrapped_in(wrap: &Wrap) -> String {
    match wrap {
        Wrap::Function(name) => format!("stands inside `{name}()` in the query"),
        Wrap::Cast { from, to, written } => {
            let who = if *written {
                "the query casts"
            } else {
                "is cast, to be comparable,"
            };
            format!("{who} from {from} to {to}")
        }
        Wrap::Expression => "is only part of an expression in the query".to_owned(),
    }
}

fn begins_with_letters(pattern: &Operand) -> bool {
    match pattern {
        Operand::Constant(Some(text)) => !text.starts_with("'%") && !text.starts_with("'_"),
        _ => false,
    }
}

/// An expression without what differs between who writes it.
fn normal(sql: &str) -> String {
    sql.chars()
        .filter(|c| !matches!(c, '(' | ')' | ' ' | '"'))
        .collect::<String>()
        .to_lowercase()
        .replace("::text", "")
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|part| part == word)
}
