//! What is known of a value and null, and how values make up other values.

use std::collections::BTreeSet;

/// A side of an outer join whose rows may be missing. The two sides of one FULL JOIN
/// are never missing together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JoinSide {
    /// The join, by the address of its node.
    pub(crate) join: usize,
    /// Whether it is the right side.
    pub(crate) right: bool,
}

/// The sides that may be missing.
pub(super) type JoinSides = BTreeSet<JoinSide>;

/// What is known of a value and null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nullability {
    /// Whether it can be null although every outer join found its row.
    pub(crate) inside_join: bool,
    /// The outer joins without whose row it is null for certain.
    pub(crate) joins: JoinSides,
}

impl Nullability {
    /// Never null.
    pub(super) const NEVER: Self = Self::of(false);
    /// Perhaps null.
    pub(super) const MAYBE: Self = Self::of(true);

    pub(super) const fn of(nullable: bool) -> Self {
        Self {
            inside_join: nullable,
            joins: BTreeSet::new(),
        }
    }

    /// Whether it can be null.
    pub(crate) fn nullable(&self) -> bool {
        self.inside_join || !self.joins.is_empty()
    }

    /// The same, of what a missing row makes null only perhaps.
    pub(super) fn settled(&self) -> Self {
        Self::of(self.nullable())
    }

    /// Null as soon as one of the parts is.
    pub(super) fn any(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::NEVER, |mut all, part| {
            all.inside_join |= part.inside_join;
            all.joins.extend(part.joins);
            all
        })
    }

    /// One of the parts, nobody knows which.
    pub(super) fn one_of(parts: impl Iterator<Item = Self>) -> Self {
        let (joins, rest) = Self::shared_joins(parts.collect());
        Self {
            inside_join: rest.iter().any(Self::nullable),
            joins,
        }
    }

    /// Null only when all of the parts are.
    pub(super) fn all(parts: impl Iterator<Item = Self>) -> Self {
        let (joins, rest) = Self::shared_joins(parts.collect());
        let never_together = |a: &Self| {
            !a.inside_join
                && a.joins.len() == 1
                && a.joins.iter().all(|side| {
                    let other = JoinSide {
                        right: !side.right,
                        ..*side
                    };
                    let alone = Self {
                        inside_join: false,
                        joins: [other].into(),
                    };
                    rest.contains(&alone)
                })
        };
        let inside_join = rest.iter().all(Self::nullable) && !rest.iter().any(never_together);
        Self { inside_join, joins }
    }

    /// The joins that make every part null, and the parts without them.
    fn shared_joins(mut parts: Vec<Self>) -> (JoinSides, Vec<Self>) {
        let mut shared = parts
            .first()
            .map(|part| part.joins.clone())
            .unwrap_or_default();
        shared.retain(|side| parts.iter().all(|part| part.joins.contains(side)));
        for part in &mut parts {
            part.joins.retain(|side| !shared.contains(side));
        }
        (shared, parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(sides: &[(usize, bool)]) -> Nullability {
        let joins = sides.iter().map(|&(join, right)| JoinSide { join, right });
        Nullability {
            inside_join: false,
            joins: joins.collect(),
        }
    }

    const NEVER: Nullability = Nullability::NEVER;
    const MAYBE: Nullability = Nullability::MAYBE;

    #[test]
    fn one_null_part_makes_the_whole_null() {
        let any = |parts: &[Nullability]| Nullability::any(parts.iter().cloned());
        assert_eq!(any(&[NEVER, NEVER]), NEVER);
        assert_eq!(any(&[NEVER, MAYBE]), MAYBE);
        assert_eq!(
            any(&[by(&[(1, true)]), by(&[(2, true)])]),
            by(&[(1, true), (2, true)])
        );
    }

    #[test]
    fn a_fallback_counts_unless_it_is_missing_with_the_rest() {
        let all = |parts: &[Nullability]| Nullability::all(parts.iter().cloned());
        assert_eq!(all(&[MAYBE, NEVER]), NEVER);
        assert_eq!(all(&[MAYBE, by(&[(1, true)])]), MAYBE);
        assert_eq!(all(&[by(&[(1, true)]), by(&[(1, true)])]), by(&[(1, true)]));
        assert_eq!(all(&[by(&[(1, true)]), by(&[(2, true)])]), MAYBE);
        // A FULL JOIN misses one side at most, also below another join.
        assert_eq!(all(&[by(&[(1, true)]), by(&[(1, false)])]), NEVER);
        let (left, right) = (by(&[(1, false), (2, true)]), by(&[(1, true), (2, true)]));
        assert_eq!(all(&[left, right]), by(&[(2, true)]));
    }

    #[test]
    fn one_of_several_is_null_for_certain_where_all_are() {
        let one_of = |parts: &[Nullability]| Nullability::one_of(parts.iter().cloned());
        assert_eq!(one_of(&[NEVER, NEVER]), NEVER);
        assert_eq!(one_of(&[NEVER, by(&[(1, true)])]), MAYBE);
        assert_eq!(
            one_of(&[by(&[(1, true)]), by(&[(1, true)])]),
            by(&[(1, true)])
        );
    }
}
