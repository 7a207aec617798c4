//! Grows expressions.

use super::grower::{Column, Grower, KINDS, Kind};

impl Grower {
    /// An expression of this type over these columns.
    pub(super) fn value(&mut self, kind: Kind, columns: &[Column], depth: usize) -> String {
        let (label, sql) = if self.random.chance(35) {
            ("column", self.leaf(kind, columns))
        } else if self.random.chance(50) {
            self.any_kind(kind, columns, depth)
        } else {
            match kind {
                Kind::Int => self.int(columns, depth),
                Kind::Text => self.text(columns),
                Kind::Bool => self.boolean(columns, depth),
                Kind::Mood => self.mood(columns),
            }
        };
        // The outermost expression comes last.
        self.label = label;
        sql
    }

    /// A column, or a constant where no column has this type.
    pub(super) fn leaf(&mut self, kind: Kind, columns: &[Column]) -> String {
        let fitting: Vec<&Column> = columns.iter().filter(|c| c.kind == kind).collect();
        if fitting.is_empty() || self.random.chance(3) {
            return self.literal(kind);
        }
        fitting[self.random.below(fitting.len())].sql.clone()
    }

    pub(super) fn literal(&mut self, kind: Kind) -> String {
        let texts: &[&str] = match kind {
            Kind::Int => &["1", "2", "0", "3", "NULL::int"],
            Kind::Text => &[
                "'t1'::text",
                "'u2'::text",
                "''::text",
                "'t2'::text",
                "NULL::text",
            ],
            Kind::Bool => &["true", "false", "true", "NULL::bool"],
            Kind::Mood => &["'ok'::mood", "'happy'::mood", "'sad'::mood", "NULL::mood"],
        };
        self.random.pick(texts).to_owned()
    }

    /// What there is for every type.
    fn any_kind(&mut self, kind: Kind, columns: &[Column], depth: usize) -> (&'static str, String) {
        let (one, two) = (self.leaf(kind, columns), self.leaf(kind, columns));
        let three = self.leaf(kind, columns);
        match self.random.below(if depth == 0 { 13 } else { 20 }) {
            0 | 1 => ("coalesce", format!("coalesce({one}, {two}, {three})")),
            2 | 3 => {
                let when = self.condition(columns, 0);
                (
                    "CASE ELSE",
                    format!("CASE WHEN {when} THEN {one} ELSE {two} END"),
                )
            }
            4 => {
                let when = self.condition(columns, 0);
                ("CASE", format!("CASE WHEN {when} THEN {one} END"))
            }
            5 => (
                "CASE value",
                format!("CASE {one} WHEN {two} THEN {two} ELSE {one} END"),
            ),
            6 => ("NULLIF", format!("NULLIF({one}, {two})")),
            7 => ("GREATEST", format!("GREATEST({one}, {two})")),
            8 => ("LEAST", format!("LEAST({one}, {two})")),
            9 => ("subscript", format!("(ARRAY[{one}, {two}])[1]")),
            10 => ("literal", self.literal(kind)),
            11 => {
                let inner = self.value(kind, columns, 0);
                ("coalesce", format!("coalesce({inner}, {two})"))
            }
            12 => {
                let when = format!("{one} IS NOT NULL");
                (
                    "CASE guard",
                    format!("CASE WHEN {when} THEN {one} ELSE {two} END"),
                )
            }
            13 => {
                let query = self.query(&[kind], columns, 0);
                let alias = self.alias();
                (
                    "sub-select LIMIT 1",
                    format!("(SELECT {alias}.c0 FROM ({query}) {alias} LIMIT 1)"),
                )
            }
            14 => {
                let query = self.query(&[kind], columns, 0);
                let (alias, of) = (self.alias(), kind.extreme());
                (
                    "sub-select aggregate",
                    format!("(SELECT {of}({alias}.c0) FROM ({query}) {alias})"),
                )
            }
            15 => {
                let query = self.query(&[kind], columns, 0);
                let (alias, of) = (self.alias(), kind.extreme());
                (
                    "sub-select coalesced",
                    format!("(SELECT coalesce({of}({alias}.c0), {one}) FROM ({query}) {alias})"),
                )
            }
            16 => ("sub-select no FROM", format!("(SELECT {one})")),
            17 => (
                "sub-select WHERE",
                format!("(SELECT {one} WHERE {two} IS NOT NULL)"),
            ),
            18 => {
                let inner = self.value(kind, columns, depth - 1);
                ("NULLIF", format!("NULLIF({inner}, {two})"))
            }
            _ => {
                let (left, right) = (
                    self.value(kind, columns, depth - 1),
                    self.value(kind, columns, depth - 1),
                );
                ("GREATEST", format!("GREATEST({left}, {right})"))
            }
        }
    }

    fn int(&mut self, columns: &[Column], depth: usize) -> (&'static str, String) {
        let (one, two) = (self.leaf(Kind::Int, columns), self.leaf(Kind::Int, columns));
        let text = self.leaf(Kind::Text, columns);
        match self.random.below(if depth == 0 { 17 } else { 19 }) {
            0 | 1 => ("operator", format!("({one} + {two})")),
            2 => ("operator", format!("(- {one})")),
            3 => ("function", format!("abs({one})")),
            4 => ("function", format!("length({text})")),
            5 => ("cast", format!("({})::int", self.condition(columns, 0))),
            6 => ("cast domain", format!("{one}::small")),
            7 => ("num_nulls", format!("num_nulls({one}, {text})")),
            8 => ("cardinality", format!("cardinality(ARRAY[{one}, {two}])")),
            9 => ("array_length", format!("array_length(ARRAY[{one}], 1)")),
            10 => (
                "array_position",
                format!("array_position(ARRAY[{one}, 2], {two})"),
            ),
            11 => (
                "JSON",
                format!("(jsonb_build_object('k', {one}) ->> 'k')::int"),
            ),
            12 => ("JSON", format!("(to_jsonb({one}))::int")),
            13 => ("function", format!("strpos({text}, 't')")),
            14 => (
                "extract",
                format!("extract(day FROM date '2024-01-01' + {one})::int"),
            ),
            15 => (
                "row field",
                format!("(SELECT y.p FROM (SELECT {one} AS p) y)"),
            ),
            16 => (
                "operator",
                format!("(date '2024-01-01' + {one} - date '2024-01-01')"),
            ),
            17 => {
                let query = self.query(&[Kind::Int], columns, 0);
                (
                    "sub-select count",
                    format!("(SELECT count(z.c0)::int FROM ({query}) z)"),
                )
            }
            _ => {
                let query = self.query(&[Kind::Int], columns, 0);
                ("cardinality", format!("cardinality(ARRAY({query}))"))
            }
        }
    }

    fn text(&mut self, columns: &[Column]) -> (&'static str, String) {
        let (one, two) = (
            self.leaf(Kind::Text, columns),
            self.leaf(Kind::Text, columns),
        );
        let other = KINDS[self.random.below(4)];
        let other = self.leaf(other, columns);
        match self.random.below(18) {
            0 | 1 => ("operator", format!("({one} || {two})")),
            2 => ("function", format!("upper({one})")),
            3 => ("function", format!("substring({one} from 1 for 2)")),
            4 => ("substring pattern", format!("substring({one} from 'u.')")),
            5 => ("concat", format!("concat({one}, {two})")),
            6 => ("concat_ws", format!("concat_ws({one}, {two}, 'x')")),
            7 => ("cast", format!("{other}::text")),
            8 => ("format", format!("format('%s', {one})")),
            9 => ("function", format!("split_part({one}, 't', 1)")),
            10 => ("function", format!("replace({one}, 't', {two})")),
            11 => ("quote_nullable", format!("quote_nullable({one})")),
            12 => ("JSON", format!("jsonb_typeof(to_jsonb({other}))")),
            13 => ("operator", format!("({one} || {other})")),
            14 => ("cast", format!("{one}::varchar(3)::text")),
            15 => (
                "function",
                format!("array_to_string(ARRAY[{one}, {two}], ',')"),
            ),
            16 => ("JSON", format!("(jsonb_build_array({other}) ->> 0)")),
            _ => ("subscript", format!("(string_to_array({one}, 't'))[2]")),
        }
    }

    fn mood(&mut self, columns: &[Column]) -> (&'static str, String) {
        let one = self.leaf(Kind::Mood, columns);
        match self.random.below(3) {
            0 => ("enum_first", "enum_first(NULL::mood)".to_owned()),
            1 => ("enum_range", format!("(enum_range({one}, NULL))[1]")),
            _ => ("cast", format!("{one}::text::mood")),
        }
    }
}
