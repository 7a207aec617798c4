//! How wide each column of a table is: as its content where there is room, else so
//! that the rows need few lines and few words are broken.

use std::collections::BTreeMap;

use crate::wrap::{Paragraph, length, wrap};

/// A cell's paragraphs.
pub(crate) type Cell = Vec<Paragraph>;

/// No column is narrower.
const NARROWEST: usize = 10;
/// How many rows are looked at; a long table is judged by a sample.
const SAMPLE: usize = 120;
/// How many characters a column grows at once.
const FARTHEST: usize = 16;

/// The width of each column, within `room` in all and at least what a column needs
/// for its heading.
pub(crate) fn widths(headings: &[usize], rows: &[Vec<Cell>], room: usize) -> Vec<usize> {
    let step = rows.len() / SAMPLE + 1;
    let sample: Vec<&Vec<Cell>> = rows.iter().step_by(step).collect();
    let natural: Vec<usize> = (0..headings.len())
        .map(|column| {
            let cells = rows.iter().map(|row| natural(&row[column]));
            cells.max().unwrap_or(0).max(headings[column])
        })
        .collect();
    if natural.iter().sum::<usize>() <= room {
        return natural;
    }
    let least: Vec<usize> = natural
        .iter()
        .zip(headings)
        .map(|(natural, heading)| NARROWEST.min(*natural).max(*heading))
        .collect();
    let mut search = Search {
        sample,
        least: &least,
        natural: &natural,
        costs: BTreeMap::new(),
    };
    let start = share(&least, &natural, room);
    search.improve(start, room)
}

/// The width at which nothing is wrapped.
fn natural(cell: &Cell) -> usize {
    let of = |p: &Paragraph| {
        let words: usize = p.words.iter().map(|word| length(word) + 1).sum();
        p.first.max(p.rest) + words.saturating_sub(1)
    };
    cell.iter().map(of).max().unwrap_or(0)
}

/// Gives the room to the columns one character at a time, to the narrowest one that
/// wants more.
fn share(least: &[usize], natural: &[usize], room: usize) -> Vec<usize> {
    let mut widths = least.to_vec();
    for _ in least.iter().sum()..room {
        let wanting = (0..widths.len()).filter(|&i| widths[i] < natural[i]);
        if let Some(narrowest) = wanting.min_by_key(|&i| widths[i]) {
            widths[narrowest] += 1;
        }
    }
    widths
}

/// What a column of the sample costs at a width.
struct Cost {
    /// The lines of each cell.
    heights: Vec<usize>,
    /// The longest line.
    used: usize,
    harm: usize,
}

struct Search<'a> {
    sample: Vec<&'a Vec<Cell>>,
    least: &'a [usize],
    natural: &'a [usize],
    /// By column and width.
    costs: BTreeMap<(usize, usize), Cost>,
}

impl Search<'_> {
    /// Moves characters from one column to another, and from the room that none uses,
    /// as long as that makes the table better.
    fn improve(&mut self, start: Vec<usize>, room: usize) -> Vec<usize> {
        let (mut cost, mut widths) = (self.cost(&start), start);
        loop {
            self.trim(&mut widths);
            let unused = room.saturating_sub(widths.iter().sum());
            let mut better = None;
            for candidate in self.candidates(&widths, unused) {
                let candidate_cost = self.cost(&candidate);
                if candidate_cost < cost {
                    cost = candidate_cost;
                    better = Some(candidate);
                }
            }
            match better {
                Some(candidate) => widths = candidate,
                None => return widths,
            }
        }
    }

    /// Takes from each column what no line of it uses.
    fn trim(&self, widths: &mut [usize]) {
        for (column, width) in widths.iter_mut().enumerate() {
            if let Some(cost) = self.costs.get(&(column, *width)) {
                *width = cost.used.max(self.least[column]).min(*width);
            }
        }
    }

    /// The lines of all rows, and what reads badly.
    fn cost(&mut self, widths: &[usize]) -> usize {
        for (column, &width) in widths.iter().enumerate() {
            let sample = &self.sample;
            self.costs
                .entry((column, width))
                .or_insert_with(|| column_cost(sample, column, width));
        }
        let columns: Vec<&Cost> = widths
            .iter()
            .enumerate()
            .filter_map(|(column, &width)| self.costs.get(&(column, width)))
            .collect();
        let height = |row: usize| {
            columns
                .iter()
                .map(|cost| cost.heights[row])
                .max()
                .unwrap_or(0)
        };
        let lines: usize = (0..self.sample.len()).map(height).sum();
        lines + columns.iter().map(|cost| cost.harm).sum::<usize>()
    }

    /// The widths after one column grew, at the cost of another or of unused room.
    fn candidates(&self, widths: &[usize], unused: usize) -> Vec<Vec<usize>> {
        let mut candidates = Vec::new();
        for to in 0..widths.len() {
            for characters in 1..=FARTHEST {
                if widths[to] + characters > self.natural[to] {
                    continue;
                }
                let mut grown = widths.to_vec();
                grown[to] += characters;
                let taken = characters.saturating_sub(unused);
                if taken == 0 {
                    candidates.push(grown);
                    continue;
                }
                for from in (0..widths.len()).filter(|from| *from != to) {
                    if widths[from] >= self.least[from] + taken {
                        let mut moved = grown.clone();
                        moved[from] -= taken;
                        candidates.push(moved);
                    }
                }
            }
        }
        candidates
    }
}

fn column_cost(sample: &[&Vec<Cell>], column: usize, width: usize) -> Cost {
    let mut cost = Cost {
        heights: Vec::new(),
        used: 0,
        harm: 0,
    };
    for row in sample {
        let wrapped = wrap(&row[column], width);
        let longest = wrapped.lines.iter().map(|line| length(line)).max();
        cost.used = cost.used.max(longest.unwrap_or(0));
        cost.heights.push(wrapped.lines.len());
        cost.harm += wrapped.harm;
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(words: &[&str]) -> Cell {
        let words = words.iter().map(ToString::to_string).collect();
        vec![Paragraph {
            words,
            first: 0,
            rest: 0,
        }]
    }

    #[test]
    fn what_fits_is_as_wide_as_its_content() {
        let rows = [vec![cell(&["one", "two"]), cell(&["three"])]];
        assert_eq!(widths(&[4, 4], &rows, 12), [7, 5]);
    }

    #[test]
    fn room_that_one_column_does_not_use_goes_to_another() {
        let names = cell(&["a_name_of_23_characters"]);
        let short = cell(&["twelve_chars", "twelve_chars", "twelve_chars"]);
        assert_eq!(widths(&[4, 4], &[vec![names, short]], 36), [23, 12]);
    }
}
