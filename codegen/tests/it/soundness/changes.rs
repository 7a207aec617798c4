//! Grows statements that write, and what they return.

use super::grower::{Column, Grower, Kind, table_columns};
use super::world::TARGETS;

/// The first release with `MERGE … RETURNING`, and the first with `OLD` and `NEW`.
const MERGE_RETURNS: u32 = 17;
const OLD_AND_NEW: u32 = 18;

impl Grower {
    /// A statement that writes and returns columns of these types.
    pub(super) fn change(&mut self, kinds: &[Kind]) -> String {
        let target = self.random.pick(TARGETS);
        let alias = self.alias();
        match self
            .random
            .below(if self.major < MERGE_RETURNS { 7 } else { 9 })
        {
            0..=2 => self.insert(kinds, target, &alias),
            3 | 4 => self.update(kinds, target, &alias),
            5 | 6 => self.delete(kinds, target, &alias),
            _ => self.merge(kinds, target, &alias),
        }
    }

    fn returning(&mut self, kinds: &[Kind], alias: &str, others: &[Column]) -> String {
        let mut columns = [table_columns(alias).as_slice(), others].concat();
        if self.major >= OLD_AND_NEW && self.random.chance(40) {
            columns.extend(table_columns("old"));
            columns.extend(table_columns("new"));
        }
        let list = self.list(kinds, &columns, 1);
        format!(" RETURNING {list}")
    }

    fn insert(&mut self, kinds: &[Kind], target: &str, alias: &str) -> String {
        let key = self
            .random
            .pick(&["row_number() OVER () + 50", "row_number() OVER ()"]);
        let from = self.from(&[], 1);
        let filter = self.filter(&from.columns, 0);
        let kinds_of_values = [Kind::Int, Kind::Int, Kind::Text, Kind::Bool, Kind::Mood];
        let [int, sure, text, truth, mood] =
            kinds_of_values.map(|kind| self.value(kind, &from.columns, 0));
        let mut sql = format!(
            "INSERT INTO {target} AS {alias} (a, b, c, d, t, u, f, g, m, n) \
             SELECT {key}, {int}, coalesce({sure}, 0), NULL, 'x', {text}, true, {truth}, 'ok', {mood} FROM {}{filter}",
            from.sql
        );
        match self.random.below(4) {
            0 if target != "v" => sql.push_str(" ON CONFLICT DO NOTHING"),
            1 if target != "v" => {
                let seen = [table_columns(alias), table_columns("excluded")].concat();
                let (b, u) = (
                    self.value(Kind::Int, &seen, 0),
                    self.value(Kind::Text, &seen, 0),
                );
                let only = self.filter(&seen, 0);
                sql = format!("{sql} ON CONFLICT (a) DO UPDATE SET b = {b}, u = {u}{only}");
            }
            _ => {}
        }
        sql + &self.returning(kinds, alias, &[])
    }

    fn update(&mut self, kinds: &[Kind], target: &str, alias: &str) -> String {
        let (from, others) = self.others("FROM");
        let seen = [table_columns(alias), others.clone()].concat();
        let (b, d, u) = (
            self.value(Kind::Int, &seen, 0),
            self.leaf(Kind::Int, &seen),
            self.value(Kind::Text, &seen, 1),
        );
        let n = self.value(Kind::Mood, &seen, 0);
        let filter = self.filter(&seen, 1);
        format!("UPDATE {target} AS {alias} SET b = {b}, d = {d}, u = {u}, n = {n}{from}{filter}")
            + &self.returning(kinds, alias, &others)
    }

    fn delete(&mut self, kinds: &[Kind], target: &str, alias: &str) -> String {
        let (from, others) = self.others("USING");
        let seen = [table_columns(alias), others.clone()].concat();
        let filter = self.filter(&seen, 1);
        format!("DELETE FROM {target} AS {alias}{from}{filter}")
            + &self.returning(kinds, alias, &others)
    }

    /// The other relations of UPDATE and DELETE, in one case of three none.
    fn others(&mut self, word: &str) -> (String, Vec<Column>) {
        if self.random.chance(35) {
            return (String::new(), Vec::new());
        }
        let from = self.from(&[], 1);
        (format!(" {word} {}", from.sql), from.columns)
    }

    fn merge(&mut self, kinds: &[Kind], target: &str, alias: &str) -> String {
        let from = self.from(&[], 0);
        let key = self.leaf(Kind::Int, &from.columns);
        let seen = [table_columns(alias), from.columns.clone()].concat();
        let (b, u) = (
            self.value(Kind::Int, &seen, 0),
            self.value(Kind::Text, &seen, 0),
        );
        let matched = match self.random.below(4) {
            0 => "DELETE".to_owned(),
            1 => "DO NOTHING".to_owned(),
            _ => format!("UPDATE SET b = {b}, u = {u}"),
        };
        let only = self.condition(&seen, 0);
        let (c, n) = (
            self.value(Kind::Int, &from.columns, 0),
            self.value(Kind::Mood, &from.columns, 0),
        );
        let added = format!(
            "INSERT (a, c, t, f, m, n) VALUES (coalesce({key}, 0) + 100, coalesce({c}, 1), 'x', true, 'ok', {n})"
        );
        let lost = self.random.pick(&[
            "",
            " WHEN NOT MATCHED BY SOURCE THEN DELETE",
            " WHEN NOT MATCHED BY SOURCE THEN UPDATE SET u = NULL",
        ]);
        // One relation of FROM may need parentheses to be a source.
        format!(
            "MERGE INTO {target} AS {alias} USING {} ON {alias}.a = {key} \
             WHEN MATCHED AND {only} THEN {matched} WHEN NOT MATCHED THEN {added}{lost}",
            from.sql
        ) + &self.returning(kinds, alias, &from.columns)
    }
}
