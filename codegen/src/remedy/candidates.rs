//! Indexes that might help a query: made of its conditions, its joins and its order.

use std::collections::BTreeSet;

use super::reasons::begins_with_letters;
use crate::analyze::{Condition, Operand, Reference, Side, Test};
use crate::fingerprint::fingerprint;
use crate::quoting::identifier;
use crate::schema::{Order, Schema, Table};

/// An index that might be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// The table's object identifier.
    pub(crate) table: u32,
    /// The access method.
    pub(crate) method: &'static str,
    /// The keys as SQL, with their direction.
    pub(crate) keys: Vec<String>,
    /// The columns that it only carries.
    pub(crate) included: Vec<String>,
    /// The condition of a partial index.
    pub(crate) predicate: Vec<String>,
    /// The extension that it needs.
    pub(crate) extension: Option<&'static str>,
    /// What its name says of its keys.
    words: Vec<String>,
}

/// Names of PostgreSQL have at most so many bytes.
const MAX_NAME: usize = 63;
/// A covering index carries at most so many columns beyond its keys.
const MAX_INCLUDED: usize = 4;
/// Operators that look into a value: of arrays, `jsonb`, text search and ranges (the operator
/// classes of GIN and of `GiST` in the manual).
const CONTAINS: [&str; 7] = ["@>", "<@", "&&", "@@", "?", "?|", "?&"];
/// Of more columns than this not every order is tried.
const MAX_PERMUTED: usize = 3;

/// A key of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The column or the expression.
    of: String,
    /// The same with its direction.
    sql: String,
    word: String,
}

impl Candidate {
    /// How much there is to an index: the less the better.
    pub(crate) fn complexity(&self) -> usize {
        let special = usize::from(self.method != "btree") * 4;
        2 * self.keys.len() + self.included.len() + 2 * self.predicate.len() + special
    }

    /// A name that no index has.
    pub(crate) fn name(&self, schema: &Schema) -> String {
        let table = schema.tables.get(&self.table);
        let table = table.map_or("table", |table| table.name.as_str());
        let mut name = format!("idx_{table}_{}", self.words.join("_"));
        let first = self.keys.first().map_or("", String::as_str);
        for (has, word) in [
            (first.ends_with("gin_trgm_ops"), "_trigrams"),
            (first.ends_with("pattern_ops"), "_pattern"),
            (first.ends_with(" DESC"), "_descending"),
            (!self.included.is_empty(), "_covering"),
        ] {
            if has {
                name.push_str(word);
            }
        }
        if !self.predicate.is_empty() {
            name = format!("{name}_where_{}", self.predicate.join("_"));
        }
        let name: String = name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        let name = self.shortened(name);
        let taken = |name: &str| schema.indexes.iter().any(|index| index.name == name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or(name)
    }

    /// A name that fits; what is cut off still tells it from others.
    fn shortened(&self, name: String) -> String {
        const DIGITS: usize = 8;
        if name.len() <= MAX_NAME - 3 {
            return name;
        }
        let parts = [&self.keys, &self.included, &self.predicate];
        let parts: Vec<String> = parts.iter().map(|part| part.join(",")).collect();
        let digest = fingerprint(&parts.join(";"));
        // The name is of ASCII letters.
        let kept = name[..MAX_NAME - 3 - 1 - DIGITS].trim_end_matches('_');
        format!("{kept}_{}", &digest[..DIGITS])
    }

    /// Whether it can be made while the table is written: not on all partitions at once.
    pub(crate) fn is_concurrent(&self, schema: &Schema) -> bool {
        let table = schema.tables.get(&self.table);
        table.is_none_or(|table| table.kind != 'p')
    }

    /// The statement that makes it, outside of a transaction where it can be.
    pub(crate) fn migration(&self, schema: &Schema) -> String {
        let concurrent = self.is_concurrent(schema);
        self.create(schema, if concurrent { "CONCURRENTLY " } else { "" })
    }

    /// The statement that makes it, with more words behind `INDEX`.
    pub(crate) fn create(&self, schema: &Schema, concurrently: &str) -> String {
        let table = schema.tables.get(&self.table);
        let table = table.map_or_else(String::new, Table::sql);
        let mut sql = format!(
            "CREATE INDEX {concurrently}{} ON {table} ",
            self.name(schema)
        );
        if self.method != "btree" {
            sql = format!("{sql}USING {} ", self.method);
        }
        sql = format!("{sql}({})", self.keys.join(", "));
        if !self.included.is_empty() {
            sql = format!("{sql} INCLUDE ({})", self.included.join(", "));
        }
        if !self.predicate.is_empty() {
            sql = format!("{sql} WHERE {}", self.predicate.join(" AND "));
        }
        sql
    }
}

/// Sets of indexes that might help with a reference: most of one index, for an OR one for
/// each of its arms.
pub(crate) fn candidates(schema: &Schema, reference: &Reference) -> Vec<Vec<Candidate>> {
    let Some(table) = schema.tables.get(&reference.table) else {
        return Vec::new();
    };
    let maker = Maker {
        schema,
        reference,
        table,
    };
    let mut found: BTreeSet<Vec<Candidate>> = BTreeSet::new();
    let plain: Vec<&Condition> = reference
        .conditions
        .iter()
        .filter(|condition| condition.arm.is_none())
        .collect();
    maker.of_conjunction(&plain, &mut found);
    maker.of_patterns(&plain, &mut found);
    maker.of_arms(&plain, &mut found);
    found.into_iter().collect()
}

struct Maker<'a> {
    schema: &'a Schema,
    reference: &'a Reference,
    table: &'a Table,
}

impl Maker<'_> {
    /// Equal columns first, in every order; then the order of the rows, or one range. With
    /// and without the constants of the query as the condition of the index, and with what
    /// else is read of the table.
    fn of_conjunction(&self, conditions: &[&Condition], found: &mut BTreeSet<Vec<Candidate>>) {
        let mut varying = Vec::new();
        let mut constant = Vec::new();
        let mut predicate = Vec::new();
        let mut ranges = Vec::new();
        for condition in conditions {
            let Some(key) = self.key(&condition.side) else {
                continue;
            };
            match &condition.test {
                Test::Operator { order, with, .. } => match (order, with) {
                    (Some(Order::Equal), Operand::Constant(value)) => {
                        let value = value.as_ref();
                        predicate.extend(value.map(|value| format!("{} = {value}", key.sql)));
                        push(&mut constant, key);
                    }
                    (Some(Order::Equal), _) => push(&mut varying, key),
                    (Some(_), _) => push(&mut ranges, key),
                    (None, _) => {}
                },
                Test::Null { is } => {
                    let not = if *is { "" } else { "NOT " };
                    predicate.push(format!("{} IS {not}NULL", key.sql));
                }
                Test::Bool { is } => {
                    let not = if *is { "" } else { "NOT " };
                    predicate.push(format!("{not}{}", key.sql));
                }
            }
        }
        predicate.dedup();
        let mut heads: Vec<Vec<Key>> = permutations(&varying);
        heads.extend(varying.iter().map(|key| vec![key.clone()]));
        for head in permutations(&varying) {
            heads.push(
                head.iter()
                    .cloned()
                    .chain(constant.iter().cloned())
                    .collect(),
            );
            heads.push(constant.iter().cloned().chain(head).collect());
        }
        heads.push(Vec::new());
        let order = self.order();
        for head in heads {
            let mut tails: Vec<Vec<Key>> = vec![Vec::new()];
            tails.extend(ranges.iter().map(|range| vec![range.clone()]));
            if !order.is_empty() {
                tails.push(order.clone());
            }
            for tail in tails {
                let mut keys = head.clone();
                for key in tail {
                    push(&mut keys, key);
                }
                self.variants(&keys, &predicate, found);
            }
        }
    }

    fn variants(&self, keys: &[Key], predicate: &[String], found: &mut BTreeSet<Vec<Candidate>>) {
        if keys.is_empty() {
            return;
        }
        let plain = self.candidate(keys);
        let unsaid: Vec<String> = predicate
            .iter()
            .filter(|said| {
                !keys
                    .iter()
                    .any(|key| said.starts_with(&format!("{} = ", key.of)))
            })
            .cloned()
            .collect();
        if !unsaid.is_empty() {
            found.insert(vec![Candidate {
                predicate: unsaid,
                ..plain.clone()
            }]);
        }
        let names = self.reference.columns.iter();
        let names = names.filter_map(|column| self.table.columns.get(column));
        let names = names.map(|column| identifier(&column.name));
        let included: Vec<String> = names
            .filter(|name| keys.iter().all(|key| key.of != *name))
            .collect();
        if !included.is_empty() && included.len() <= MAX_INCLUDED {
            found.insert(vec![Candidate {
                included,
                ..plain.clone()
            }]);
        }
        found.insert(vec![plain]);
    }

    /// What a value contains; and LIKE: a pattern that begins with letters is a range, any
    /// other is found by its trigrams.
    fn of_patterns(&self, conditions: &[&Condition], found: &mut BTreeSet<Vec<Candidate>>) {
        for condition in conditions {
            let (Test::Operator { name, with, .. }, Some(key)) =
                (&condition.test, self.key(&condition.side))
            else {
                continue;
            };
            if CONTAINS.contains(&name.as_str()) {
                // A method that has no operator class for the type is refused by the server.
                for method in ["gin", "gist"] {
                    let plain = self.candidate(std::slice::from_ref(&key));
                    found.insert(vec![Candidate { method, ..plain }]);
                }
                continue;
            }
            if !matches!(name.as_str(), "~~" | "~~*" | "~" | "~*") {
                continue;
            }
            if name == "~~" && begins_with_letters(with) {
                found.insert(vec![Candidate {
                    keys: vec![format!("{} text_pattern_ops", key.sql)],
                    ..self.candidate(std::slice::from_ref(&key))
                }]);
            }
            found.insert(vec![Candidate {
                method: "gin",
                keys: vec![format!("{} gin_trgm_ops", key.sql)],
                extension: Some("pg_trgm"),
                ..self.candidate(&[key])
            }]);
        }
    }

    /// OR: an index for each arm; what must hold beside the OR may come first in each.
    fn of_arms(&self, plain: &[&Condition], found: &mut BTreeSet<Vec<Candidate>>) {
        let is_equal = |condition: &&Condition| {
            matches!(
                &condition.test,
                Test::Operator {
                    order: Some(Order::Equal),
                    ..
                }
            )
        };
        let beside: Vec<Key> = plain
            .iter()
            .copied()
            .filter(is_equal)
            .filter_map(|condition| self.key(&condition.side))
            .collect();
        let armed = self.reference.conditions.iter();
        let ors: BTreeSet<usize> = armed
            .clone()
            .filter_map(|condition| condition.arm.map(|(or, _)| or))
            .collect();
        for or in ors {
            let of_or = armed
                .clone()
                .filter(|c| c.arm.is_some_and(|(o, _)| o == or));
            let arms: BTreeSet<Key> = of_or
                .filter(|condition| {
                    matches!(&condition.test, Test::Operator { order: Some(_), .. })
                })
                .filter_map(|condition| self.key(&condition.side))
                .filter(|key| !self.is_indexed(key))
                .collect();
            let set = |before: &[Key]| -> Vec<Candidate> {
                let keys = arms.iter().map(|arm| {
                    let mut keys = before.to_vec();
                    push(&mut keys, arm.clone());
                    self.candidate(&keys)
                });
                keys.collect()
            };
            if !arms.is_empty() {
                found.insert(set(&[]));
                found.insert(set(&beside));
            }
        }
    }

    /// Whether an index of all rows begins with a key.
    fn is_indexed(&self, key: &Key) -> bool {
        let mut indexes = self.schema.indexes.iter();
        indexes.any(|index| {
            index.table_oid == self.reference.table
                && index.predicate.is_none()
                && index.keys.first().is_some_and(|first| first.sql == key.sql)
        })
    }

    fn candidate(&self, keys: &[Key]) -> Candidate {
        Candidate {
            table: self.reference.table,
            method: "btree",
            keys: keys.iter().map(|key| key.sql.clone()).collect(),
            included: Vec::new(),
            predicate: Vec::new(),
            extension: None,
            words: keys.iter().map(|key| key.word.clone()).collect(),
        }
    }

    fn key(&self, side: &Side) -> Option<Key> {
        match side {
            Side::Column(column) => {
                let name = &self.table.columns.get(column)?.name;
                Some(Key {
                    of: identifier(name),
                    sql: identifier(name),
                    word: name.clone(),
                })
            }
            Side::Expression { columns, sql, .. } => {
                let names = columns.iter().filter_map(|c| self.table.columns.get(c));
                let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
                let sql = sql.as_ref()?;
                let function = sql.split('(').next().unwrap_or_default();
                Some(Key {
                    word: [function, &names.join("_")]
                        .join("_")
                        .trim_matches('_')
                        .to_owned(),
                    of: sql.clone(),
                    sql: sql.clone(),
                })
            }
        }
    }

    fn order(&self) -> Vec<Key> {
        if !self.reference.ordered {
            return Vec::new();
        }
        let keys = self.reference.order.iter().map(|order| {
            let name = &self.table.columns.get(&order.column)?.name;
            let direction = if order.descending { " DESC" } else { "" };
            let nulls = match (order.nulls_first, order.descending) {
                (true, false) => " NULLS FIRST",
                (false, true) => " NULLS LAST",
                _ => "",
            };
            Some(Key {
                of: identifier(name),
                sql: format!("{}{direction}{nulls}", identifier(name)),
                word: name.clone(),
            })
        });
        keys.collect::<Option<Vec<Key>>>().unwrap_or_default()
    }
}

/// Adds a key, unless its column is one already.
fn push(keys: &mut Vec<Key>, key: Key) {
    if keys.iter().all(|known| known.of != key.of) {
        keys.push(key);
    }
}

/// Every order of a few keys; of more, the one that they have.
fn permutations(keys: &[Key]) -> Vec<Vec<Key>> {
    if keys.len() <= 1 || keys.len() > MAX_PERMUTED {
        return vec![keys.to_vec()];
    }
    let mut all = Vec::new();
    for (index, first) in keys.iter().enumerate() {
        let mut rest = keys.to_vec();
        rest.remove(index);
        for mut tail in permutations(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}
