//! What mends a finding: statements, each with the place in a script at which it can run.

/// The part of a script, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// New labels of enums: usable only once they are committed.
    Labels,
    Schemas,
    Types,
    Sequences,
    Functions,
    Removals,
    Tables,
    Columns,
    Keys,
    Views,
    /// Functions that name tables or views.
    LateFunctions,
    Triggers,
    Security,
    /// From here on without a transaction.
    Indexes,
    ForeignKeys,
    Validation,
}

impl Phase {
    /// Whether its statements belong into the one transaction.
    pub(crate) fn in_transaction(self) -> bool {
        self > Self::Labels && self < Self::Indexes
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) phase: Phase,
    /// Orders the statements of a phase.
    pub(crate) order: i64,
    /// Without a semicolon at its end.
    pub(crate) sql: String,
}

/// What mends a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mend {
    pub(crate) steps: Vec<Step>,
    /// Why nobody should run this without a thought, where that is so.
    pub(crate) but: Option<String>,
}

impl Mend {
    /// One statement.
    pub(crate) fn one(phase: Phase, sql: impl Into<String>) -> Self {
        Self::default().then(phase, sql)
    }

    /// With one more statement.
    pub(crate) fn then(self, phase: Phase, sql: impl Into<String>) -> Self {
        self.ordered(phase, 0, sql)
    }

    /// With one more statement, at its place within the phase.
    pub(crate) fn ordered(mut self, phase: Phase, order: i64, sql: impl Into<String>) -> Self {
        self.steps.push(Step {
            phase,
            order,
            sql: sql.into(),
        });
        self
    }

    /// With the statements of another.
    pub(crate) fn and(mut self, other: Mend) -> Self {
        self.steps.extend(other.steps);
        self.but = self.but.or(other.but);
        self
    }

    /// Not to be run as it is, for a reason.
    pub(crate) fn but(mut self, why: impl Into<String>) -> Self {
        self.but = Some(why.into());
        self
    }

    /// The statements in the order of the script.
    pub(crate) fn sorted(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by_key(|step| (step.phase, step.order));
        steps
    }
}
