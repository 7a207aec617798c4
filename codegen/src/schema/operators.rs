//! What operators compare, and which words need quotes as names.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, Error};

/// What an operator asks of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Whether they are equal.
    Equal,
    /// Whether they differ.
    NotEqual,
    /// Whether the first comes before the second.
    Less,
    /// Whether the first comes behind the second.
    Greater,
}

/// A b-tree's strategies are less, less or equal, equal, greater or equal, greater.
const COMPARISONS: &str = "
SELECT a.amopopr, a.amopstrategy::int4, o.oprnegate
FROM pg_amop a
JOIN pg_am m ON m.oid = a.amopmethod
JOIN pg_operator o ON o.oid = a.amopopr
WHERE m.amname = 'btree' AND a.amoppurpose = 's'";

const RESERVED_WORDS: &str = "SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'";

/// What the operators of b-trees compare.
pub(super) async fn read(client: &Client) -> Result<BTreeMap<u32, Comparison>, Error> {
    let mut comparisons = BTreeMap::new();
    for row in client.query(COMPARISONS, &[]).await? {
        let (operator, strategy, negator): (u32, i32, u32) = (row.get(0), row.get(1), row.get(2));
        let comparison = match strategy {
            1 => Comparison::Less,
            3 => {
                if negator != 0 {
                    comparisons.insert(negator, Comparison::NotEqual);
                }
                Comparison::Equal
            }
            5 => Comparison::Greater,
            _ => continue,
        };
        comparisons.insert(operator, comparison);
    }
    Ok(comparisons)
}

/// The words that a column's name may not be without quotes.
pub(super) async fn reserved_words(client: &Client) -> Result<BTreeSet<String>, Error> {
    let rows = client.query(RESERVED_WORDS, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
