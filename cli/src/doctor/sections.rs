//! The sections: what is looked at, in the order in which an operator wants to know.

mod activity;
mod indexes;
mod statements;
mod tables;

use clap::ValueEnum;

use super::catalog::Catalog;
use super::report::Section;
use super::session::Session;
use crate::args::DoctorArgs;

/// What a section looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// Who waits for a lock, and who holds it.
    LockWaits,
    /// Transactions that are open for long.
    LongTransactions,
    /// Indexes that an interrupted build left.
    InvalidIndexes,
    /// Indexes that are being built.
    IndexBuilds,
    /// Statements that take long each time, by the names of the catalog.
    SlowStatements,
    /// Tables that are read whole again and again.
    MissingIndexes,
    /// What the server's time goes to, by the names of the catalog.
    StatementCosts,
    /// How much comes from memory.
    CacheHitRate,
    /// Tables that hold more space than their rows need.
    TableBloat,
    /// Indexes that no statement uses.
    UnusedIndexes,
    /// Indexes that another one replaces.
    DuplicateIndexes,
    /// How often each index is used.
    IndexUsage,
}

impl Topic {
    /// All, the most urgent first.
    pub(super) const ALL: [Self; 12] = [
        Self::LockWaits,
        Self::LongTransactions,
        Self::InvalidIndexes,
        Self::IndexBuilds,
        Self::SlowStatements,
        Self::MissingIndexes,
        Self::StatementCosts,
        Self::CacheHitRate,
        Self::TableBloat,
        Self::UnusedIndexes,
        Self::DuplicateIndexes,
        Self::IndexUsage,
    ];

    /// The name on the command line, in text and in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::LockWaits => "lock-waits",
            Self::LongTransactions => "long-transactions",
            Self::InvalidIndexes => "invalid-indexes",
            Self::IndexBuilds => "index-builds",
            Self::SlowStatements => "slow-statements",
            Self::MissingIndexes => "missing-indexes",
            Self::StatementCosts => "statement-costs",
            Self::CacheHitRate => "cache-hit-rate",
            Self::TableBloat => "table-bloat",
            Self::UnusedIndexes => "unused-indexes",
            Self::DuplicateIndexes => "duplicate-indexes",
            Self::IndexUsage => "index-usage",
        }
    }

    /// Whether its table is shown unasked.
    pub(super) fn is_always_shown(self) -> bool {
        matches!(
            self,
            Self::IndexBuilds | Self::StatementCosts | Self::CacheHitRate
        )
    }
}

/// Reads one section. What fails is said in it, and keeps no other from being read.
pub(super) async fn read(
    topic: Topic,
    session: &mut Session,
    catalog: &Catalog,
    args: &DoctorArgs,
) -> Section {
    let mut section = Section::new(topic);
    let s = &mut section;
    let done = match topic {
        Topic::LockWaits => activity::lock_waits(session, s, args.lock_wait).await,
        Topic::LongTransactions => {
            activity::long_transactions(session, s, args.long_transaction).await
        }
        Topic::InvalidIndexes => indexes::invalid(session, s).await,
        Topic::IndexBuilds => indexes::builds(session, s).await,
        Topic::SlowStatements => statements::slow(session, s, catalog, args.slow_statement).await,
        Topic::StatementCosts => statements::costs(session, s, catalog).await,
        Topic::MissingIndexes => tables::missing_indexes(session, s).await,
        Topic::CacheHitRate => tables::cache_hit_rate(session, s).await,
        Topic::TableBloat => tables::bloat(session, s).await,
        Topic::UnusedIndexes => indexes::unused(session, s).await,
        Topic::DuplicateIndexes => indexes::duplicates(session, s).await,
        Topic::IndexUsage => indexes::usage(session, s).await,
    };
    if let Err(error) = done {
        section.failure = Some(whole(&error));
    }
    section
}

/// An error with its causes, on one line.
fn whole(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let parts: Vec<String> = chain.map(ToString::to_string).collect();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_read_and_has_the_name_it_is_asked_for_by() {
        assert_eq!(Topic::ALL.as_slice().len(), Topic::value_variants().len());
        for topic in Topic::ALL {
            let value = topic.to_possible_value().unwrap();
            assert_eq!(value.get_name(), topic.name());
        }
    }
}
