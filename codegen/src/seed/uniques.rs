//! How the rows of a table are kept apart where an index wants it: by a column, or a foreign
//! key, that is another one in each row; else by a combination of a few that is. What cannot be
//! shown to be so is left to the server, which refuses rows that are equal.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds;
use super::choice::Choice;
use super::facts::Facts;
use super::picks::{self, Pick};
use crate::schema::Index;

/// What decides a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// The column itself, by attribute number.
    Column(i64),
    /// A foreign key, by its number.
    Pick(usize),
}

/// What a source could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// How many different values there are to be.
    pub(super) wanted: u64,
    /// How many there can be.
    pub(super) capacity: u64,
}

/// How rows are kept apart.
#[derive(Debug, Default)]
pub(super) struct Uniques {
    /// What certain sources are chosen by.
    pub(super) choices: BTreeMap<Source, Choice>,
    /// Whether equal rows may be made, which the server then has to refuse.
    pub(super) open: bool,
    /// The index that allows the fewest rows, and how many.
    pub(super) most: Option<(String, u64)>,
}

/// Looks at every unique index of a table.
pub(super) fn uniques(
    facts: &Facts,
    table: u32,
    picks: &[Pick<'_>],
    rows: u64,
    room: impl Fn(Source) -> Option<Room>,
) -> Uniques {
    let mut keys: Vec<&Index> = facts.keys(table).collect();
    keys.sort_by_key(|key| (key.keys.len(), key.name.clone()));
    let mut finder = Finder {
        decided: picks::decided(picks),
        picks,
        rows,
        room,
        found: Uniques::default(),
    };
    for key in keys {
        finder.key(facts, key);
    }
    finder.found
}

struct Finder<'p, 'a, R> {
    decided: BTreeMap<i64, (usize, usize)>,
    picks: &'p [Pick<'a>],
    rows: u64,
    room: R,
    found: Uniques,
}

impl<R: Fn(Source) -> Option<Room>> Finder<'_, '_, R> {
    fn key(&mut self, facts: &Facts, key: &Index) {
        let columns: Vec<Option<i64>> = key.keys.iter().map(|key| key.attribute).collect();
        let plain: Option<Vec<i64>> = columns.iter().copied().collect();
        let whole = key.unique && key.predicate.is_none() && !facts.nulls_are_equal(key);
        let Some(plain) = plain.filter(|_| whole) else {
            self.found.open = true;
            self.part_of_table(facts, key);
            return;
        };
        let sources = self.sources(&plain);
        if sources.iter().flatten().any(|source| self.is_row(*source)) {
            return;
        }
        if let Some(column) = self.free_column(&plain) {
            self.found
                .choices
                .insert(Source::Column(column), Choice::Row);
            return;
        }
        match sources.into_iter().collect::<Option<BTreeSet<Source>>>() {
            Some(sources) => self.combine(key, &sources),
            None => self.found.open = true,
        }
    }

    /// An index of expressions, or of some rows: a column of it that differs in each row helps.
    fn part_of_table(&mut self, facts: &Facts, key: &Index) {
        let Some(table) = facts.schema.tables.get(&key.table_oid) else {
            return;
        };
        let named = table.columns.iter().filter(|(attribute, column)| {
            let mut keys = key.keys.iter();
            keys.any(|key| match key.attribute {
                Some(own) => own == **attribute,
                None => bounds::mentions(&key.sql, &column.name),
            })
        });
        let columns: Vec<i64> = named.map(|(attribute, _)| *attribute).collect();
        let sources = self.sources(&columns);
        if !sources.iter().flatten().any(|source| self.is_row(*source))
            && let Some(column) = self.free_column(&columns)
        {
            self.found
                .choices
                .insert(Source::Column(column), Choice::Row);
        }
    }

    /// What decides each column; nothing where it is a part of a foreign key whose other parts
    /// are not among them, because several keys may agree in it.
    fn sources(&self, columns: &[i64]) -> Vec<Option<Source>> {
        let source = |column: &i64| match self.decided.get(column) {
            None => Some(Source::Column(*column)),
            Some((number, _)) => {
                let key = self.picks[*number].key;
                let all = key.columns.iter().all(|part| columns.contains(part));
                all.then_some(Source::Pick(*number))
            }
        };
        columns.iter().map(source).collect()
    }

    fn is_row(&self, source: Source) -> bool {
        self.found.choices.get(&source) == Some(&Choice::Row)
    }

    /// The column with the most possible values, if these are enough, and nobody wants fewer.
    fn free_column(&self, columns: &[i64]) -> Option<i64> {
        let own = columns.iter().filter(|column| {
            let source = Source::Column(**column);
            !self.decided.contains_key(column) && !self.found.choices.contains_key(&source)
        });
        let several = columns.len() > 1;
        let free = own.filter_map(|column| {
            let room = (self.room)(Source::Column(*column))?;
            let few = several && room.wanted < self.rows;
            (room.capacity >= self.rows && !few).then_some((room.capacity, *column))
        });
        let most = free.max_by_key(|(capacity, column)| (*capacity, std::cmp::Reverse(*column)));
        most.map(|(_, column)| column)
    }

    /// Another combination in each row.
    fn combine(&mut self, key: &Index, sources: &BTreeSet<Source>) {
        let rooms = sources.iter().map(|source| {
            let grouped = match source {
                Source::Pick(number) => self.picks[*number].is_grouped(),
                Source::Column(_) => false,
            };
            let free = !grouped && !self.found.choices.contains_key(source);
            let room = (self.room)(*source).filter(|_| free)?;
            Some((*source, room))
        });
        let Some(mut rooms) = rooms.collect::<Option<Vec<(Source, Room)>>>() else {
            self.found.open = true;
            return;
        };
        let product = |rooms: &[(Source, Room)]| {
            let counts = rooms.iter().map(|(_, room)| room.wanted.max(1));
            counts.fold(1_u64, u64::saturating_mul)
        };
        // Where those that are wanted are too few, as many as there can be.
        for place in 0..rooms.len() {
            if product(&rooms) < self.rows {
                rooms[place].1.wanted = rooms[place].1.capacity;
            }
        }
        let most = product(&rooms);
        if most < self.rows {
            self.found.open = true;
            let fewer = self
                .found
                .most
                .as_ref()
                .is_none_or(|(_, before)| most < *before);
            if fewer {
                self.found.most = Some((key.name.clone(), most));
            }
        }
        if let [(source, _)] = rooms[..]
            && most >= self.rows
        {
            self.found.choices.insert(source, Choice::Row);
            return;
        }
        let mut weight = 1_u64;
        for (source, room) in rooms {
            let count = room.wanted.max(1);
            let choice = Choice::Digit { weight, count };
            self.found.choices.insert(source, choice);
            weight = weight.saturating_mul(count).min(1 << 60);
        }
    }
}
