//! What is measured.

/// A case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    OneRow,
    FiftyRows,
    TenThousandRows,
    OptionalFilters,
    Dashboard,
    Joined,
    SelectIn,
    Subquery,
    OneByOne,
    InsertOne,
    InsertMany,
    Copy,
}

/// How often a case is called, so that none takes all of the time.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Calls of each contender that are timed one by one, on each pair of connections.
    pub rounds: usize,
    /// Calls of each before.
    pub warm_up: usize,
    /// Calls between two reads of the thread's clock.
    pub batch: usize,
}

impl Case {
    /// Every case, in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::OneRow,
        Self::FiftyRows,
        Self::TenThousandRows,
        Self::OptionalFilters,
        Self::Dashboard,
        Self::Joined,
        Self::SelectIn,
        Self::Subquery,
        Self::OneByOne,
        Self::InsertOne,
        Self::InsertMany,
        Self::Copy,
    ];

    /// What a command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneRow => "one-row",
            Self::FiftyRows => "fifty-rows",
            Self::TenThousandRows => "ten-thousand-rows",
            Self::OptionalFilters => "optional-filters",
            Self::Dashboard => "dashboard",
            Self::Joined => "load-joined",
            Self::SelectIn => "load-select-in",
            Self::Subquery => "load-subquery",
            Self::OneByOne => "load-one-by-one",
            Self::InsertOne => "insert-one",
            Self::InsertMany => "insert-many",
            Self::Copy => "copy",
        }
    }

    /// What it is, in a few words.
    pub fn title(self, many: u64) -> String {
        let many = if many == 10_000 {
            "10,000"
        } else {
            "1,000,000"
        };
        match self {
            Self::OneRow => "1 row by a unique index".to_owned(),
            Self::FiftyRows => "50 rows by an index".to_owned(),
            Self::TenThousandRows => "10,000 rows of 8 columns".to_owned(),
            Self::OptionalFilters => "Optional filters, 50 rows".to_owned(),
            Self::Dashboard => "6 statements of a dashboard".to_owned(),
            Self::Joined => "100 messages with 5,000 answers, joined".to_owned(),
            Self::SelectIn => "The same, by the messages' keys".to_owned(),
            Self::Subquery => "The same, by the messages' condition".to_owned(),
            Self::OneByOne => "The same, a query for each message".to_owned(),
            Self::InsertOne => "1 row inserted, RETURNING".to_owned(),
            Self::InsertMany => format!("{many} rows inserted, RETURNING"),
            Self::Copy => format!("{many} rows of 8 columns by COPY"),
        }
    }

    /// Whether it writes, so that it has a database of its own.
    pub fn writes(self) -> bool {
        matches!(self, Self::InsertOne | Self::InsertMany | Self::Copy)
    }

    /// Whether what it wrote is taken away before the next call.
    pub fn is_emptied(self) -> bool {
        matches!(self, Self::InsertMany | Self::Copy)
    }

    /// How often it is called.
    pub fn effort(self, quick: bool) -> Effort {
        let (rounds, warm_up, batch): (usize, usize, usize) = match self {
            Self::OneRow | Self::InsertOne => (300, 50, 200),
            Self::FiftyRows | Self::OptionalFilters | Self::Dashboard => (100, 20, 50),
            Self::TenThousandRows | Self::Joined | Self::SelectIn | Self::Subquery => (9, 2, 4),
            Self::OneByOne => (5, 1, 2),
            Self::InsertMany | Self::Copy => (1, 1, 1),
        };
        if quick {
            Effort {
                rounds: rounds.div_ceil(10),
                warm_up: 1 + warm_up / 10,
                batch: batch.div_ceil(10),
            }
        } else {
            Effort {
                rounds,
                warm_up,
                batch,
            }
        }
    }
}
