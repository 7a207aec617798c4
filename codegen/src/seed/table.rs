//! How the rows of one table are made: which of its values each column has.

use std::collections::BTreeMap;

use super::bounds::{self, Bounds};
use super::choice::{self, Choice};
use super::error::Unmet;
use super::facts::{Check, Facts};
use super::picks::{self, Pick};
use super::space::{self, Of, Space};
use super::uniques::{self, Room, Source, Uniques};
use crate::quoting;
use crate::schema::{Table, TableColumn};
use crate::statistics::{ExpectedColumn, ExpectedTable};

/// What is to be made of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) oid: u32,
    pub(super) rows: u64,
    pub(super) seed: u64,
    /// What is known of its rows in production.
    pub(super) expected: &'a ExpectedTable,
}

/// How the rows of one table are made.
pub(super) struct TableRows<'a> {
    pub(super) facts: &'a Facts,
    pub(super) wanted: Wanted<'a>,
    pub(super) table: &'a Table,
    pub(super) picks: &'a [Pick<'a>],
    pub(super) uniques: Uniques,
    /// The columns that are written, by attribute number.
    pub(super) columns: BTreeMap<i64, Column>,
}

/// How a column is made.
pub(super) enum Column {
    /// It is null, for now or for good.
    Null,
    /// It is what another column of the row is.
    Same(i64),
    /// It is a part of the key that a foreign key takes.
    Of {
        pick: usize,
        place: usize,
        nullable: bool,
    },
    /// It is a value of its own.
    Value {
        space: Space,
        choice: Choice,
        null: Option<String>,
        salt: i64,
    },
}

/// The rows of a table, or of one partition of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    /// What the partition asks of its rows.
    pub(super) check: Option<&'a Check>,
}

impl<'a> TableRows<'a> {
    /// Decides how each column is made. The keys of the picks are counted.
    pub(super) fn new(
        facts: &'a Facts,
        wanted: Wanted<'a>,
        picks: &'a [Pick<'a>],
        part: Part<'_>,
    ) -> Result<Self, Unmet> {
        // A table without an entry is not among those that are filled.
        let table = &facts.schema.tables[&wanted.oid];
        let mut rows = Self {
            facts,
            wanted,
            table,
            picks,
            uniques: Uniques::default(),
            columns: BTreeMap::new(),
        };
        let room = |source| rows.room(source, part);
        rows.uniques = uniques::uniques(facts, wanted.oid, picks, wanted.rows, room);
        for (&attribute, column) in &table.columns {
            if let Some(made) = rows.column(attribute, column, part)? {
                rows.columns.insert(attribute, made);
            }
        }
        Ok(rows)
    }

    fn expected(&self, column: &TableColumn) -> ExpectedColumn {
        let expected = self.wanted.expected.columns.get(&column.name);
        expected.cloned().unwrap_or_default()
    }

    fn room(&self, source: Source, part: Part<'_>) -> Option<Room> {
        match source {
            Source::Pick(number) => {
                let count = self.picks[number].count;
                Some(Room {
                    wanted: count,
                    capacity: count,
                })
            }
            Source::Column(attribute) => {
                let column = self.table.columns.get(&attribute)?;
                let space = self.space(attribute, column, part, None)?;
                let distinct = self.distinct(column);
                let usual = distinct.or(space.usual).unwrap_or(self.wanted.rows);
                // Without a word on how many there are, a number may well be another in each row.
                let number = distinct.is_none() && space.capacity > 1 << 24;
                Some(Room {
                    wanted: if number {
                        space.capacity
                    } else {
                        usual.min(space.capacity)
                    },
                    capacity: space.capacity,
                })
            }
        }
    }

    /// How many different values there are to be of a column, among so few rows.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate"
    )]
    fn distinct(&self, column: &TableColumn) -> Option<u64> {
        let all = self.expected(column).distinct?;
        let (of, rows) = (self.wanted.expected.rows, self.wanted.rows as f64);
        if rows >= of || of <= 0.0 {
            return Some(all.round() as u64);
        }
        // Of values that are there of/all times each, those of which one is drawn.
        let drawn = all * (1.0 - (1.0 - rows / of).powf(of / all));
        Some(drawn.round().max(1.0) as u64)
    }

    fn space(
        &self,
        attribute: i64,
        column: &TableColumn,
        part: Part<'_>,
        distinct: Option<u64>,
    ) -> Option<Space> {
        let bounds = self.bounds(column, part);
        let expected = self.expected(column);
        let first: Vec<String> = expected
            .values
            .into_iter()
            .map(|(value, _)| value)
            .collect();
        let facts = self.facts.columns.get(&(self.wanted.oid, attribute));
        space::space(Of {
            facts: self.facts,
            name: &column.name,
            type_oid: column.type_oid,
            modifier: facts.map_or(-1, |facts| facts.modifier),
            bounds: &bounds,
            distinct,
            rows: self.wanted.rows,
            width: expected.width,
            salt: self.salt(&column.name),
            first: &first,
        })
    }

    pub(super) fn salt(&self, what: &str) -> i64 {
        choice::salt(self.wanted.seed, &self.table.display_name(), what)
    }

    fn bounds(&self, column: &TableColumn, part: Part<'_>) -> Bounds {
        let mut bounds = Bounds::default();
        for check in self.checks(part) {
            bounds.add(&check.condition, &column.name);
        }
        bounds
    }

    /// Every condition on a row, with those of the domains of its columns.
    pub(super) fn checks(&self, part: Part<'_>) -> Vec<Check> {
        let own = self.facts.checks.get(&self.wanted.oid);
        let mut checks: Vec<Check> = own.into_iter().flatten().cloned().collect();
        checks.extend(part.check.cloned());
        for column in self.table.columns.values() {
            let name = quoting::identifier(&column.name);
            let mut domain = column.type_oid;
            while let Some(crate::schema::TypeKind::Domain { base, .. }) =
                self.facts.schema.types.get(&domain).map(|t| &t.kind)
            {
                let of = self.facts.domain_checks.get(&domain);
                checks.extend(of.into_iter().flatten().map(|check| Check {
                    name: check.name.clone(),
                    condition: bounds::of_column(&check.condition, &name),
                }));
                domain = *base;
            }
        }
        checks
    }

    fn column(
        &self,
        attribute: i64,
        column: &TableColumn,
        part: Part<'_>,
    ) -> Result<Option<Column>, Unmet> {
        let facts = self.facts.columns.get(&(self.wanted.oid, attribute));
        if facts.is_some_and(|facts| facts.generated.is_some()) {
            return Ok(None);
        }
        if let Some(&(pick, place)) = picks::decided(self.picks).get(&attribute) {
            return Ok(Some(Column::Of {
                pick,
                place,
                nullable: !column.not_null,
            }));
        }
        if let Some(later) = self.later(attribute, column) {
            return Ok(Some(later));
        }
        let source = Source::Column(attribute);
        let unique = self.uniques.choices.get(&source);
        let distinct = match unique {
            Some(Choice::Row) => Some(self.wanted.rows + self.wanted.rows / 4 + 1_000),
            Some(Choice::Digit { count, .. }) => Some(*count),
            _ => self.distinct(column),
        };
        let Some(space) = self.space(attribute, column, part, distinct) else {
            return self.unknown(column, facts.is_some_and(|facts| facts.has_default));
        };
        let choice = unique.cloned();
        let choice = choice.unwrap_or_else(|| self.spread(column, &space, distinct));
        let salt = self.salt(&format!("{} null", column.name));
        let null = if column.not_null {
            None
        } else {
            let share = self.expected(column).null_fraction;
            let explore = self.may_have_to_be_null(column, part);
            let rows = self.wanted.rows;
            choice::is_null(share, choice.covering(), rows, explore, salt)
        };
        Ok(Some(Column::Value {
            space,
            choice,
            null,
            salt: self.salt(&column.name),
        }))
    }

    /// A column of a foreign key that is filled in later: null until then, or the row's own key.
    fn later(&self, attribute: i64, column: &TableColumn) -> Option<Column> {
        let own = self
            .picks
            .iter()
            .filter(|pick| pick.later)
            .find_map(|pick| {
                let mut own = pick.own.iter();
                let place = own.find(|place| pick.key.columns[**place] == attribute)?;
                Some((pick, *place))
            });
        let (pick, place) = own?;
        if !column.not_null {
            return Some(Column::Null);
        }
        (pick.key.target == self.wanted.oid && !pick.nullable)
            .then(|| Column::Same(pick.key.target_columns[place]))
    }

    /// A column of a type of which no value is known.
    fn unknown(&self, column: &TableColumn, has_default: bool) -> Result<Option<Column>, Unmet> {
        if has_default {
            return Ok(None);
        }
        if !column.not_null {
            return Ok(Some(Column::Null));
        }
        let type_name = self.facts.schema.type_name(column.type_oid);
        Err(Unmet {
            table: self.table.display_name(),
            constraint: column.name.clone(),
            why: format!("no value of the type `{type_name}` can be made, and null is forbidden"),
            help: format!(
                "give the column a default, or leave the table out: `--rows {}=0`",
                self.table.display_name()
            ),
        })
    }

    /// A condition on several columns may ask for a null that nobody declared.
    pub(super) fn may_have_to_be_null(&self, column: &TableColumn, part: Part<'_>) -> bool {
        self.checks(part).iter().any(|check| {
            let mentions = |column: &&TableColumn| bounds::mentions(&check.condition, &column.name);
            mentions(&column) && self.table.columns.values().filter(mentions).count() > 1
        })
    }

    fn spread(&self, column: &TableColumn, space: &Space, distinct: Option<u64>) -> Choice {
        let expected = self.expected(column);
        let wanted = distinct.or(space.usual).unwrap_or(self.wanted.rows);
        let not_null = 1.0 - expected.null_fraction;
        let wanted = wanted.min(space.capacity);
        spread(&expected, wanted, self.wanted.rows, not_null, space.ordered)
    }

    /// Which of its keys a pick takes.
    pub(super) fn pick_choice(&self, number: usize) -> Choice {
        if let Some(choice) = self.uniques.choices.get(&Source::Pick(number)) {
            return choice.clone();
        }
        let pick = &self.picks[number];
        let column = pick.own.first().map(|place| pick.key.columns[*place]);
        let column = column.and_then(|column| self.table.columns.get(&column));
        let expected = column
            .map(|column| self.expected(column))
            .unwrap_or_default();
        let distinct = column.and_then(|column| self.distinct(column));
        let wanted = distinct.unwrap_or(pick.count).min(pick.count);
        // Frequencies of single values are of keys that are not there.
        let expected = ExpectedColumn {
            values: Vec::new(),
            ..expected
        };
        let not_null = 1.0 - self.null_share(pick);
        spread(&expected, wanted, self.wanted.rows, not_null, false)
    }

    /// The share of rows that do without a foreign key.
    pub(super) fn null_share(&self, pick: &Pick<'_>) -> f64 {
        let own = pick.own.iter().map(|place| pick.key.columns[*place]);
        let columns = own.filter_map(|column| self.table.columns.get(&column));
        let nullable = columns.filter(|column| !column.not_null);
        let shares = nullable.map(|column| self.expected(column).null_fraction);
        shares.fold(0.0, f64::max)
    }
}

/// Any of so many values, the most common ones as often as they are.
fn spread(
    expected: &ExpectedColumn,
    count: u64,
    rows: u64,
    not_null: f64,
    ordered: bool,
) -> Choice {
    let count = count.max(1);
    let share = |share: f64| {
        if not_null > 0.0 {
            (share / not_null).min(1.0)
        } else {
            0.0
        }
    };
    let mut shares: Vec<f64> = expected.values.iter().map(|(_, s)| share(*s)).collect();
    shares.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    if shares.is_empty()
        && count > 1
        && let Some(most) = expected.most_common
    {
        shares.push(share(most));
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let covered = count as f64 <= rows as f64 * not_null;
    // Values that are known with their shares are covered by these.
    let covered = covered && expected.values.len() as u64 != count;
    Choice::Spread {
        count,
        shares,
        covered,
        ordered,
    }
}
