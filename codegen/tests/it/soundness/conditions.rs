//! Grows conditions.

use super::grower::{Column, Grower, KINDS, Kind};

impl Grower {
    /// A condition of a kind that proves something, or only seems to.
    pub(super) fn condition(&mut self, columns: &[Column], depth: usize) -> String {
        self.boolean(columns, depth).1
    }

    pub(super) fn boolean(&mut self, columns: &[Column], depth: usize) -> (&'static str, String) {
        match self.random.below(if depth == 0 { 9 } else { 14 }) {
            0 | 1 => self.null_test(columns),
            2 | 3 => self.comparison(columns),
            4 => self.list_test(columns),
            5 => {
                let (one, two) = (self.comparison(columns).1, self.null_test(columns).1);
                let word = self.random.pick(&["AND", "OR"]);
                ("AND OR", format!("({one} {word} {two})"))
            }
            6 => {
                let (one, two) = (self.comparison(columns).1, self.comparison(columns).1);
                let word = self.random.pick(&["AND", "OR"]);
                ("AND OR", format!("({one} {word} {two})"))
            }
            7 => {
                let inner = self.boolean(columns, 0).1;
                ("NOT", format!("(NOT {inner})"))
            }
            8 => {
                let inner = self.leaf(Kind::Bool, columns);
                ("NOT", format!("(NOT {inner})"))
            }
            9 => {
                let inner = self.boolean(columns, depth - 1).1;
                let test = self.random.pick(&[
                    "IS TRUE",
                    "IS NOT TRUE",
                    "IS FALSE",
                    "IS NOT FALSE",
                    "IS UNKNOWN",
                    "IS NOT UNKNOWN",
                ]);
                ("IS TRUE", format!("({inner} {test})"))
            }
            10 => {
                let (one, two) = (
                    self.boolean(columns, depth - 1).1,
                    self.boolean(columns, depth - 1).1,
                );
                let word = self.random.pick(&["AND", "OR"]);
                ("AND OR", format!("(NOT ({one} {word} {two}))"))
            }
            _ => self.of_a_query(columns),
        }
    }

    fn null_test(&mut self, columns: &[Column]) -> (&'static str, String) {
        let kind = KINDS[self.random.below(4)];
        let (one, two) = (self.leaf(kind, columns), self.leaf(kind, columns));
        let sql = match self.random.below(7) {
            0 | 1 => format!("{one} IS NOT NULL"),
            2 => format!("{one} IS NULL"),
            3 => format!("{one} IS DISTINCT FROM {two}"),
            4 => format!("{one} IS NOT DISTINCT FROM {two}"),
            5 => format!("ROW({one}, {two}) IS NOT NULL"),
            _ => format!("ROW({one}, {two}) IS NULL"),
        };
        ("null test", format!("({sql})"))
    }

    fn comparison(&mut self, columns: &[Column]) -> (&'static str, String) {
        let kind = KINDS[self.random.below(4)];
        let (one, two) = (self.leaf(kind, columns), self.leaf(kind, columns));
        let number = self.leaf(Kind::Int, columns);
        let text = self.leaf(Kind::Text, columns);
        match self.random.below(11) {
            0 | 1 => ("comparison", format!("({one} = {two})")),
            2 => ("comparison", format!("({one} <= {two})")),
            3 => ("comparison", format!("({one} <> {two})")),
            4 => ("comparison", format!("({number} + 1 > 1)")),
            5 => ("BETWEEN", format!("({number} BETWEEN 0 AND {number} + 1)")),
            6 => ("LIKE", format!("({text} LIKE '%1')")),
            7 => ("coalesce", format!("(coalesce({number}, 1) > 0)")),
            8 => (
                "row comparison",
                format!("(({one}, {number}) = ({two}, 1))"),
            ),
            9 => (
                "row comparison",
                format!("(({one}, {number}) <= ({two}, 1))"),
            ),
            _ => ("column", self.leaf(Kind::Bool, columns)),
        }
    }

    fn list_test(&mut self, columns: &[Column]) -> (&'static str, String) {
        let kind = KINDS[self.random.below(4)];
        let (one, two) = (self.leaf(kind, columns), self.leaf(kind, columns));
        let three = self.leaf(kind, columns);
        let text = self.leaf(Kind::Text, columns);
        match self.random.below(9) {
            0 | 1 => ("IN list", format!("({one} IN ({two}, {three}))")),
            2 => ("IN list", format!("({one} NOT IN ({two}, {three}))")),
            3 => (
                "ANY array",
                format!("({one} = ANY (ARRAY[{two}, {three}]))"),
            ),
            4 => (
                "ANY array",
                format!("({one} = ANY (ARRAY[ARRAY[{two}], ARRAY[{three}]]))"),
            ),
            5 => (
                "ALL array",
                format!("({one} <> ALL (ARRAY[{two}, {three}]))"),
            ),
            6 => (
                "ALL array",
                format!("({one} = ALL (ARRAY[]::{}[]))", kind.sql()),
            ),
            7 => (
                "ANY array",
                format!("(to_jsonb({one}) @? ANY (ARRAY['$.a'::jsonpath, '$[*] ? (@ > 1)']))"),
            ),
            _ => (
                "ANY array",
                format!("({text} LIKE ANY (ARRAY['%1', {text}]))"),
            ),
        }
    }

    fn of_a_query(&mut self, columns: &[Column]) -> (&'static str, String) {
        let kind = KINDS[self.random.below(4)];
        let one = self.leaf(kind, columns);
        let query = self.query(&[kind], columns, 0);
        match self.random.below(5) {
            0 => ("EXISTS", format!("EXISTS ({query})")),
            1 => ("IN query", format!("({one} IN ({query}))")),
            2 => ("IN query", format!("({one} NOT IN ({query}))")),
            3 => ("ALL query", format!("({one} <= ALL ({query}))")),
            _ => {
                let two = self.leaf(Kind::Int, columns);
                let query = self.query(&[kind, Kind::Int], columns, 0);
                ("IN query", format!("(({one}, {two}) IN ({query}))"))
            }
        }
    }
}
