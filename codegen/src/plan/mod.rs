//! The access path of each table, from the planner's plan.
//!
//! A plan is reduced to what a reviewer wants to see change: how each table is reached,
//! what is checked of its rows, how many there are, and how often that is done. Costs
//! and row counts are kept for the rules; only orders of magnitude are shown.

mod magnitude;
mod partitions;
mod reduce;
mod text;

use std::fmt;

use crate::schema::Schema;

pub use magnitude::Magnitude;
pub use reduce::reduce;

/// A plan reduced to what is kept of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The paths in the order of the plan.
    pub paths: Vec<AccessPath>,
    /// Where rows are sorted, rather than read in order.
    pub sorts: Vec<Sort>,
    /// The rows that the planner expects of the whole.
    pub rows: u64,
    /// What the planner expects the whole to cost.
    pub cost: Cost,
    /// Whether it was made for the values of `@sample`, because the server would settle
    /// on such plans.
    pub custom: bool,
}

/// How the planner reaches one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPath {
    /// The table as a reader calls it.
    pub table: String,
    /// Its alias in the query, when that differs.
    pub alias: Option<String>,
    /// The partitions that are reached so, where the table has partitions.
    pub partitions: Vec<String>,
    /// The way to its rows.
    pub method: Method,
    /// What is checked again of rows that the index only may have found; empty when that is
    /// the condition of the index.
    pub recheck: String,
    /// What else is checked of each row; empty when nothing is.
    pub filter: String,
    /// The rows that pass, each time.
    pub rows: u64,
    /// How often it is done: the rows of what drives it.
    pub loops: u64,
    /// What it costs each time.
    pub cost: Cost,
    /// Whether a LIMIT above ends it early.
    pub limited: bool,
}

/// The way to a table's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// An index is read in its order.
    Index {
        /// Whether the table itself need not be read.
        only: bool,
        /// The index, and what it is searched for.
        scan: IndexScan,
    },
    /// The rows that one or more indexes name are read in the table's order.
    Bitmap(Bitmap),
    /// Every row is read.
    SeqScan,
    /// Another scan, such as by `ctid`; PostgreSQL's name of it.
    Other(String),
    /// Rows are inserted.
    Insert {
        /// The indexes that decide on conflicts.
        arbiters: Vec<String>,
    },
}

/// A search of one index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexScan {
    /// The index's name.
    pub index: String,
    /// What it is searched for; empty when it is read whole.
    pub condition: String,
}

/// A set of rows that indexes name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bitmap {
    /// Those that one index finds.
    Scan(IndexScan),
    /// Those in all of the sets.
    And(Vec<Bitmap>),
    /// Those in any of the sets.
    Or(Vec<Bitmap>),
}

/// Rows that are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// What they are sorted by.
    pub keys: Vec<String>,
    /// How many there are.
    pub rows: u64,
    /// Whether a LIMIT above takes only the first of them.
    pub limited: bool,
    /// Whether they come sorted by the first keys already.
    pub incremental: bool,
}

/// A cost in the planner's unit, with two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u64);

impl AccessPath {
    /// Whether rows are found through an index of this name.
    #[must_use]
    pub fn uses(&self, index: &str) -> bool {
        self.indexes().contains(&index)
    }

    /// The indexes it goes through.
    #[must_use]
    pub fn indexes(&self) -> Vec<&str> {
        match &self.method {
            Method::Index { scan, .. } => vec![&scan.index],
            Method::Bitmap(bitmap) => bitmap.scans().iter().map(|s| s.index.as_str()).collect(),
            Method::Insert { arbiters } => arbiters.iter().map(String::as_str).collect(),
            Method::SeqScan | Method::Other(_) => Vec::new(),
        }
    }

    /// Whether all rows of the table, or all entries of an index of all of them, are read. A
    /// LIMIT ends that soon, unless rows are thrown away; those that come in the order of an
    /// index are few.
    #[must_use]
    pub fn reads_whole(&self, schema: &Schema) -> bool {
        match &self.method {
            Method::SeqScan => !(self.limited && self.filter.is_empty()),
            Method::Index { scan, .. } => {
                let mut indexes = schema.indexes.iter();
                let index = indexes.find(|i| i.name == scan.index && i.table == self.table);
                let partial = index.is_some_and(|index| index.predicate.is_some());
                scan.condition.is_empty() && !partial && !self.limited
            }
            _ => false,
        }
    }

    /// The table and its alias, as in FROM.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{} {alias}", self.table),
            None => self.table.clone(),
        }
    }

    /// The same, and which of its partitions.
    fn place(&self) -> String {
        let reference = self.reference();
        match self.partitions.as_slice() {
            [] => reference,
            [only] => format!("{reference} ({only})"),
            several => format!("{reference} ({} partitions)", several.len()),
        }
    }

    /// What makes one path another at another size: the same search of the same index counts
    /// as the same, whether its rows are read in the index's order or in the table's.
    #[must_use]
    pub fn search(&self) -> String {
        match &self.method {
            Method::Index { scan, .. } | Method::Bitmap(Bitmap::Scan(scan)) => {
                format!("{}: {scan}", self.place())
            }
            _ => self.way(),
        }
    }

    /// The way without the number of rows: what makes one path another.
    #[must_use]
    pub fn way(&self) -> String {
        format!("{}: {}", self.place(), self.method)
    }
}

impl Method {
    /// The search of an index that is read in its order.
    #[must_use]
    pub fn in_order(&self) -> Option<&IndexScan> {
        match self {
            Self::Index { scan, .. } => Some(scan),
            _ => None,
        }
    }
}

impl Bitmap {
    /// Every search below.
    #[must_use]
    pub fn scans(&self) -> Vec<&IndexScan> {
        match self {
            Self::Scan(scan) => vec![scan],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::scans).collect(),
        }
    }
}

impl Plan {
    /// The lines that a reviewer reads: each table's path, then each sort.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let paths = self.paths.iter().map(ToString::to_string);
        paths
            .chain(self.sorts.iter().map(ToString::to_string))
            .collect()
    }

    /// The way to each table, without the number of rows.
    #[must_use]
    pub fn ways(&self) -> Vec<String> {
        self.paths.iter().map(AccessPath::way).collect()
    }
}

impl fmt::Display for AccessPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.way())?;
        if !self.recheck.is_empty() {
            write!(f, ", recheck ({})", self.recheck)?;
        }
        if !self.filter.is_empty() {
            write!(f, ", filter ({})", self.filter)?;
        }
        if !matches!(self.method, Method::Insert { .. }) {
            write!(f, ", {}", Magnitude::of(self.rows).counted("row"))?;
        }
        if self.loops > 1 {
            write!(f, ", {}", Magnitude::of(self.loops).counted("time"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index { only, scan } => {
                f.write_str(if *only { "index only " } else { "index " })?;
                scan.fmt(f)
            }
            Self::Bitmap(bitmap) => write!(f, "bitmap {bitmap}"),
            Self::SeqScan => f.write_str("sequential scan"),
            Self::Other(node) => f.write_str(node),
            Self::Insert { arbiters } if arbiters.is_empty() => f.write_str("insert"),
            Self::Insert { arbiters } => write!(f, "insert, conflicts by {}", arbiters.join(", ")),
        }
    }
}

impl fmt::Display for IndexScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let condition = match self.condition.as_str() {
            "" => "whole",
            condition => condition,
        };
        write!(f, "{} ({condition})", self.index)
    }
}

impl fmt::Display for Bitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, word) = match self {
            Self::Scan(scan) => return scan.fmt(f),
            Self::And(parts) => (parts, " and "),
            Self::Or(parts) => (parts, " or "),
        };
        for (position, part) in parts.iter().enumerate() {
            if position > 0 {
                f.write_str(word)?;
            }
            match part {
                Self::Scan(scan) => scan.fmt(f)?,
                combined => write!(f, "({combined})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.incremental {
            "incremental sort"
        } else {
            "sort"
        };
        let keys = self.keys.join(", ");
        let rows = Magnitude::of(self.rows).counted("row");
        write!(f, "{what} by {keys}, {rows}")
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
