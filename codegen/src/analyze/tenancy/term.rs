//! What is compared, and what comparisons say.

/// A value that stands still while one row of a query level is looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// A column of an entry of the range table, `level` queries up; 0 is this one. Rows of
    /// a sub-query in a condition have an entry below 0, columns that a sub-query does not
    /// return a number below 0.
    Column {
        level: usize,
        entry: i64,
        column: i64,
    },
    /// A column that the query itself returns.
    Output(i64),
    /// A parameter of the statement.
    Param(i64),
    /// A constant: its type and its bytes.
    Const(u32, Vec<u8>),
    /// Another expression without columns, or a value from a list of such; each has a
    /// number of its own.
    Given(u32),
}

impl Term {
    /// A column of this query level.
    pub(super) const fn local(entry: i64, column: i64) -> Self {
        Self::Column {
            level: 0,
            entry,
            column,
        }
    }

    /// Whether it is the caller, rather than a row, that says what it is.
    pub(super) fn is_given(&self) -> bool {
        matches!(self, Self::Param(_) | Self::Const(..) | Self::Given(_))
    }

    /// Whether it is a column of a query further out.
    pub(super) fn is_outer(&self) -> bool {
        matches!(self, Self::Column { level, .. } if *level > 0)
    }

    /// What a term of a sub-query means one query further out, where the sub-query's rows
    /// are those of `entry` and its own surroundings are `up` levels away.
    pub(super) fn seen_from(&self, entry: i64, up: usize) -> Self {
        match self {
            Self::Output(column) => Self::local(entry, *column),
            Self::Column {
                level,
                entry,
                column,
            } => Self::Column {
                level: (level + up).saturating_sub(1),
                entry: *entry,
                column: *column,
            },
            given => given.clone(),
        }
    }
}

/// What holds of the rows that are used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// Both are equal, and neither is null.
    Equal(Term, Term),
    /// Both are equal, or both are null.
    Same(Term, Term),
    /// All facts of one of these hold.
    Any(Vec<Vec<Fact>>),
}

impl Fact {
    pub(super) fn map(&self, change: &impl Fn(&Term) -> Term) -> Self {
        match self {
            Self::Equal(left, right) => Self::Equal(change(left), change(right)),
            Self::Same(left, right) => Self::Same(change(left), change(right)),
            Self::Any(arms) => Self::Any(
                arms.iter()
                    .map(|arm| arm.iter().map(|fact| fact.map(change)).collect())
                    .collect(),
            ),
        }
    }

    /// Calls `visit` on every term.
    pub(super) fn terms<'f>(&'f self, visit: &mut impl FnMut(&'f Term)) {
        match self {
            Self::Equal(left, right) | Self::Same(left, right) => {
                visit(left);
                visit(right);
            }
            Self::Any(arms) => {
                for fact in arms.iter().flatten() {
                    fact.terms(visit);
                }
            }
        }
    }
}
