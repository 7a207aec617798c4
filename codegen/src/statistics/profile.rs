//! Each relation as the planner will see it: pure arithmetic on what is known.

use super::extended;
use super::known::{Known, Rows};
use super::pages;
use super::relations::{Column, Index, Relation, Type};
use super::snapshot::{self, Distinct, Gin};

/// A table as the planner will see it.
pub(super) struct TableProfile<'a> {
    pub(super) relation: &'a Relation,
    /// `None` when it was never analysed.
    pub(super) rows: Option<f64>,
    pub(super) pages: u64,
    pub(super) all_visible: u64,
    pub(super) columns: Vec<ColumnProfile>,
    pub(super) indexes: Vec<IndexProfile<'a>>,
    pub(super) extended: Vec<ExtendedProfile>,
}

/// The values of a column as the planner will see them.
pub(super) struct ColumnProfile {
    /// The table or index.
    pub(super) oid: u32,
    pub(super) attribute: i16,
    /// Whether the rows of partitions and children count.
    pub(super) inherited: bool,
    pub(super) of: Type,
    pub(super) values: snapshot::Column,
}

/// An index as the planner will see it.
pub(super) struct IndexProfile<'a> {
    pub(super) index: &'a Index,
    /// `None` where the planner itself has to say how many rows meet its condition.
    pub(super) rows: Option<f64>,
    /// `None` where they follow from the rows.
    pub(super) pages: Option<u64>,
    /// `None` where it follows from the pages.
    pub(super) height: Option<u32>,
    pub(super) gin: Option<Gin>,
    /// The widths of its columns.
    pub(super) widths: Vec<u32>,
    pub(super) columns: Vec<ColumnProfile>,
}

/// Statistics of several columns together, as the catalogue stores them.
pub(super) struct ExtendedProfile {
    pub(super) oid: u32,
    pub(super) inherited: bool,
    pub(super) distinct: Option<Vec<u8>>,
    pub(super) dependencies: Option<Vec<u8>>,
}

/// Every relation as the planner will see it.
pub(super) fn profiles<'a>(known: &Known<'a>) -> Vec<TableProfile<'a>> {
    let relations = known.relations.iter();
    relations.map(|relation| table(known, relation)).collect()
}

fn table<'a>(known: &Known<'a>, relation: &'a Relation) -> TableProfile<'a> {
    let taken = known.table(relation);
    let factor = known.factor(relation);
    let rows = match known.rows(relation) {
        Rows::Number(rows) => Some(rows.round()),
        Rows::NotAnalysed => None,
    };
    let pages = match taken {
        Some(taken) => scaled(taken.pages.0, factor),
        None => {
            let widths = relation.columns.values().map(|column| column.width);
            pages::heap(whole(known.number(relation)), widths)
        }
    };
    TableProfile {
        relation,
        rows,
        pages,
        all_visible: taken.map_or(pages, |taken| scaled(taken.all_visible.0, factor)),
        columns: columns(known, relation, taken),
        indexes: relation
            .indexes
            .iter()
            .map(|one| index(known, relation, one, factor))
            .collect(),
        extended: extended_profiles(relation, taken),
    }
}

fn columns(
    known: &Known<'_>,
    relation: &Relation,
    taken: Option<&snapshot::Table>,
) -> Vec<ColumnProfile> {
    let mut profiles = Vec::new();
    for (&attribute, column) in &relation.columns {
        for &inherited in inherits(relation) {
            let values = taken.map(|taken| {
                if inherited {
                    &taken.with_children
                } else {
                    &taken.columns
                }
            });
            let values = values.and_then(|columns| columns.get(&column.name));
            let distinct = known.distinct(relation, attribute, values.map(|v| v.distinct.0));
            let nulls = known.null_fraction(relation, &column.name);
            // Zero is for the planner: not known.
            let distinct = Distinct(distinct.map_or(0.0, narrowed));
            let mut values = match values {
                Some(values) => values.clone(),
                None if nulls.is_none() && distinct.0 == 0.0 => continue,
                None => snapshot::Column {
                    width: column.width,
                    ..snapshot::Column::default()
                },
            };
            values.distinct = distinct;
            values.null_fraction = nulls.unwrap_or(values.null_fraction);
            profiles.push(ColumnProfile {
                oid: relation.oid,
                attribute,
                inherited,
                of: column.of,
                values,
            });
        }
    }
    profiles
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the catalogue holds four bytes"
)]
fn narrowed(distinct: f64) -> f32 {
    distinct as f32
}

/// The values of `stainherit` that the planner looks for: rows of the table itself, and
/// rows of it and its children.
fn inherits(relation: &Relation) -> &'static [bool] {
    match (relation.partitioned, relation.has_children) {
        (true, _) => &[true],
        (false, true) => &[false, true],
        (false, false) => &[false],
    }
}

fn index<'a>(
    known: &Known<'a>,
    relation: &'a Relation,
    index: &'a Index,
    factor: f64,
) -> IndexProfile<'a> {
    let taken = known.table(relation);
    let taken_index = taken.and_then(|taken| taken.indexes.get(&index.name));
    let width = |place: i16, column: &Column| {
        let key = usize::try_from(place - 1)
            .ok()
            .and_then(|at| index.keys.get(at));
        let of_table = key.and_then(|key| relation.columns.get(key));
        let values = of_table.and_then(|of_table| taken?.columns.get(&of_table.name));
        let expression = taken_index.and_then(|taken| taken.columns.get(&column.name));
        values
            .or(expression)
            .map_or(column.width, |values| values.width)
    };
    let columns = taken_index.into_iter().flat_map(|taken| {
        index.columns.iter().filter_map(|(&attribute, column)| {
            Some(ColumnProfile {
                oid: index.oid,
                attribute,
                inherited: false,
                of: column.of,
                values: taken.columns.get(&column.name)?.clone(),
            })
        })
    });
    let rows = match (taken_index, &index.predicate) {
        (Some(taken), _) => taken.rows.map(|rows| (rows.0 * factor).round()),
        (None, None) => Some(known.number(relation).round()),
        (None, Some(_)) => None,
    };
    // A tree that has not grown is as high as it was.
    let same = (factor - 1.0).abs() < f64::EPSILON;
    IndexProfile {
        index,
        rows,
        pages: taken_index.map(|taken| scaled(taken.pages.0, factor)),
        height: taken_index.filter(|_| same).and_then(|taken| taken.height),
        gin: taken_index.and_then(|taken| taken.gin).map(|gin| Gin {
            entry_pages: whole_u32(f64::from(gin.entry_pages) * factor),
            data_pages: whole_u32(f64::from(gin.data_pages) * factor),
            ..gin
        }),
        widths: index
            .columns
            .iter()
            .map(|(&place, column)| width(place, column))
            .collect(),
        columns: columns.collect(),
    }
}

fn extended_profiles(relation: &Relation, taken: Option<&snapshot::Table>) -> Vec<ExtendedProfile> {
    let Some(taken) = taken else {
        return Vec::new();
    };
    let profile = |name: &String| {
        let (object, values) = (relation.extended.get(name)?, taken.extended.get(name)?);
        let attribute = |column: &str| {
            let mut columns = relation.columns.iter();
            let found = columns.find(|(_, c)| c.name == column)?;
            object.columns.contains(found.0).then_some(*found.0)
        };
        Some(ExtendedProfile {
            oid: object.oid,
            inherited: relation.partitioned,
            distinct: extended::distinct(&values.distinct, attribute),
            dependencies: extended::dependencies(&values.dependencies, attribute),
        })
    };
    relation.extended.keys().filter_map(profile).collect()
}

/// A number of pages that grew; a page that is there stays there.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn scaled(pages: u64, factor: f64) -> u64 {
    whole((pages as f64 * factor).ceil()).min(pages::MAX_PAGES)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

fn whole_u32(number: f64) -> u32 {
    u32::try_from(whole(number)).unwrap_or(u32::MAX)
}
