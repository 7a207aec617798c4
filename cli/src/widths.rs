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
    let start = share(&least, &natural, room);
    Search {
        sample,
        costs: BTreeMap::new(),
    }
    .improve(start, &least, &natural)
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
    harm: usize,
}

struct Search<'a> {
    sample: Vec<&'a Vec<Cell>>,
    costs: BTreeMap<(usize, usize), Cost>,
}

impl Search<'_> {
    /// Moves characters from one column to another as long as that makes the table
    /// better.
    fn improve(mut self, start: Vec<usize>, least: &[usize], most: &[usize]) -> Vec<usize> {
        let mut best = (self.cost(&start), start);
        loop {
            let (cost, widths) = &best;
            let mut better: Option<(usize, Vec<usize>)> = None;
            for candidate in moves(widths, least, most) {
                let candidate_cost = self.cost(&candidate);
                let bar = better.as_ref().map_or(*cost, |(cost, _)| *cost);
                if candidate_cost < bar {
                    better = Some((candidate_cost, candidate));
                }
            }
            match better {
                Some(better) => best = better,
                None => return best.1,
            }
        }
    }

    /// The lines of all rows, and what reads badly.
    fn cost(&mut self, widths: &[usize]) -> usize {
        for (column, &width) in widths.iter().enumerate() {
            let sample = &self.sample;
            self.costs.entry((column, width)).or_insert_with(|| {
                let wrapped = sample.iter().map(|row| wrap(&row[column], width));
                let measured = wrapped.map(|w| (w.lines.len(), w.harm));
                let (heights, harm): (Vec<usize>, Vec<usize>) = measured.unzip();
                Cost {
                    heights,
                    harm: harm.iter().sum(),
                }
            });
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
}

/// The widths after a move of some characters from one column to another.
fn moves(widths: &[usize], least: &[usize], most: &[usize]) -> Vec<Vec<usize>> {
    let mut moves = Vec::new();
    for from in 0..widths.len() {
        for to in (0..widths.len()).filter(|to| *to != from) {
            for characters in [1, 2, 3, 5, 8, 13] {
                if widths[from] >= least[from] + characters && widths[to] + characters <= most[to] {
                    let mut moved = widths.to_vec();
                    moved[from] -= characters;
                    moved[to] += characters;
                    moves.push(moved);
                }
            }
        }
    }
    moves
}
