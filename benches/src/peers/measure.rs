//! The passes over a case: results compared, calls timed one by one, processor time of batches. In
//! each round the contenders take another order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;

use super::case::{Case, Effort};
use super::contender::{Entry, NotOffered, Probe, Result, Runner};
use super::data::{self, Data, EMPTIED};
use super::pools;
use super::report::{Figures, Spread};
use crate::order::Order;

/// What is measured on one set of connections: for each contender that takes part, its number in
/// the list and its connection.
struct Round {
    runners: Vec<(usize, Box<dyn Runner>)>,
    /// Empties the written tables.
    admin: tokio_postgres::Client,
}

/// What a case is measured with.
pub struct Measurement<'a> {
    pub runtime: &'a Runtime,
    pub data: &'a Data,
    pub entries: &'a [Entry],
    pub quick: bool,
    /// Fresh connections so often.
    pub repetitions: usize,
}

/// What one contender showed, over all repetitions.
#[derive(Default)]
struct Samples {
    /// The median of each repetition, by that of the reference.
    ratios: Vec<f64>,
    /// The median of each repetition.
    walls: Vec<Duration>,
    /// Processor time of a call, of each batch.
    cpus: Vec<Duration>,
}

impl Measurement<'_> {
    /// Measures a case. The first contender is the reference.
    pub fn case(&self, case: Case) -> Result<Vec<(usize, Figures)>> {
        let taking_part = self.runtime.block_on(self.check(case))?;
        let effort = case.effort(self.quick);
        let mut samples: BTreeMap<usize, Samples> = BTreeMap::new();
        let mut order = Order::of(taking_part.len());
        for _ in 0..self.repetitions {
            let mut round = self.runtime.block_on(self.connect(case, &taking_part))?;
            let walls = self
                .runtime
                .block_on(self.walls(case, effort, &mut round, &mut order))?;
            let reference = walls.first().copied().unwrap_or_default().as_secs_f64();
            for (number, wall) in taking_part.iter().zip(&walls) {
                let samples = samples.entry(*number).or_default();
                samples.ratios.push(wall.as_secs_f64() / reference);
                samples.walls.push(*wall);
            }
            for place in order.next() {
                let cpu = self.cpu(case, effort, &mut round, place)?;
                let samples = samples.entry(taking_part[place]).or_default();
                samples.cpus.push(cpu);
            }
        }
        Ok(samples
            .into_iter()
            .map(|(number, samples)| (number, samples.figures()))
            .collect())
    }

    fn url(&self, case: Case) -> &str {
        if case.writes() {
            &self.data.scratch
        } else {
            &self.data.url
        }
    }

    async fn connect(&self, case: Case, numbers: &[usize]) -> Result<Round> {
        let url = self.url(case);
        let mut runners = Vec::new();
        for number in numbers {
            runners.push((*number, (self.entries[*number].connect)(url).await?));
        }
        let admin = data::connect(&self.data.scratch).await?;
        if case.writes() {
            admin.batch_execute(EMPTIED).await?;
        }
        Ok(Round { runners, admin })
    }

    /// Every contender that has the form is called once, and has to give what the reference does.
    async fn check(&self, case: Case) -> Result<Vec<usize>> {
        let all: Vec<usize> = (0..self.entries.len()).collect();
        let mut round = self.connect(case, &all).await?;
        let mut taking_part = Vec::new();
        let mut expected: Option<Vec<String>> = None;
        for (number, runner) in &mut round.runners {
            let name = self.entries[*number].name;
            if case.writes() {
                round.admin.batch_execute(EMPTIED).await?;
            }
            let mut probe = Probe {
                seen: Some(Vec::new()),
                ..Probe::default()
            };
            runner.give(case, self.data);
            match runner.run(case, self.data, 1, &mut probe).await {
                Ok(()) => {}
                Err(error) if error.is::<NotOffered>() => continue,
                Err(error) => return Err(format!("{}, {name}: {error}", case.name()).into()),
            }
            let mut seen = probe.seen.unwrap_or_default();
            if case.writes() {
                seen = written(&round.admin, seen).await?;
            }
            if let Some(expected) = &expected {
                differs(expected, &seen)
                    .map_or(Ok(()), |how| Err(format!("{}, {name}: {how}", case.name())))?;
            } else {
                expected = Some(seen);
            }
            taking_part.push(*number);
        }
        Ok(taking_part)
    }

    /// The median time of each contender.
    async fn walls(
        &self,
        case: Case,
        effort: Effort,
        round: &mut Round,
        order: &mut Order,
    ) -> Result<Vec<Duration>> {
        let mut times = vec![Vec::new(); round.runners.len()];
        let mut probe = Probe::default();
        for turn in 0..effort.warm_up + effort.rounds {
            for place in order.next() {
                if case.is_emptied() {
                    round.admin.batch_execute(EMPTIED).await?;
                }
                let runner = &mut round.runners[place].1;
                runner.give(case, self.data);
                runner.run(case, self.data, 1, &mut probe).await?;
                if turn >= effort.warm_up {
                    times[place].push(probe.took);
                }
            }
        }
        Ok(times
            .iter()
            .map(|times| crate::stats::median(times))
            .collect())
    }

    /// The time of this thread for a call: the client, and the task of its connection.
    fn cpu(&self, case: Case, effort: Effort, round: &mut Round, at: usize) -> Result<Duration> {
        self.runtime.block_on(async {
            if case.is_emptied() {
                round.admin.batch_execute(EMPTIED).await?;
            }
            let mut probe = Probe::default();
            let calls = effort.batch;
            let runner = &mut round.runners[at].1;
            runner.give(case, self.data);
            let start = clock_gettime(ClockId::ThreadCPUTime);
            runner.run(case, self.data, calls, &mut probe).await?;
            let took = between(start, clock_gettime(ClockId::ThreadCPUTime));
            Ok(took / u32::try_from(calls)?)
        })
    }
}

impl Samples {
    fn figures(self) -> Figures {
        let micros = |time: &Duration| time.as_secs_f64() * 1e6;
        Figures {
            ratio: Spread::of(self.ratios),
            wall_us: Spread::of(self.walls.iter().map(micros).collect()),
            cpu_us: Spread::of(self.cpus.iter().map(micros).collect()),
            allocations: None,
            allocated_bytes: None,
            instructions: None,
        }
    }
}

/// The pools, each round in another order, on a runtime of their own; processor time is the whole process's.
pub fn pools(
    threads: &Runtime,
    data: &Arc<Data>,
    quick: bool,
    repetitions: usize,
) -> Result<Vec<Figures>> {
    let mut samples: Vec<Samples> = pools::ALL.iter().map(|_| Samples::default()).collect();
    let rounds = if quick { 2 } else { 7 };
    let mut order = Order::of(pools::ALL.len());
    for _ in 0..repetitions {
        let all = threads.block_on(open(data))?;
        let mut times = vec![Vec::new(); all.len()];
        for _ in 0..rounds {
            for place in order.next() {
                let start = clock_gettime(ClockId::ProcessCPUTime);
                let took = threads.block_on(all[place].round(Arc::clone(data)))?;
                let cpu = between(start, clock_gettime(ClockId::ProcessCPUTime));
                let calls = u32::try_from(pools::TASKS * pools::CALLS)?;
                times[place].push(took / calls);
                samples[place].cpus.push(cpu / calls);
            }
        }
        let walls: Vec<Duration> = times.iter().map(|it| crate::stats::median(it)).collect();
        for (samples, wall) in samples.iter_mut().zip(&walls) {
            samples
                .ratios
                .push(wall.as_secs_f64() / walls[0].as_secs_f64());
            samples.walls.push(*wall);
        }
    }
    Ok(samples.into_iter().map(Samples::figures).collect())
}

/// Opens all pools and their connections, and compares what they find.
async fn open(data: &Arc<Data>) -> Result<Vec<Box<dyn pools::Runner>>> {
    let mut all = Vec::new();
    let mut expected: Option<String> = None;
    for entry in pools::ALL {
        let pool = (entry.open)(&data.url).await?;
        pool.round(Arc::clone(data)).await?;
        let found = pool.found(Arc::clone(data)).await?;
        if *expected.get_or_insert_with(|| found.clone()) != found {
            return Err(format!("pool, {}: {found}", entry.name).into());
        }
        all.push(pool);
    }
    Ok(all)
}

/// Between two readings of a clock.
pub fn between(start: rustix::time::Timespec, end: rustix::time::Timespec) -> Duration {
    let nanos = |time: rustix::time::Timespec| {
        i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
    };
    let nanos = nanos(end) - nanos(start);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}

/// What stands in the tables behind a call that writes, without what the server chose, and how
/// many rows the call gave.
async fn written(admin: &tokio_postgres::Client, seen: Vec<String>) -> Result<Vec<String>> {
    let rows = "SELECT row(restaurant_id, customer_id, direction, status, content)::text
                FROM whatsapp_messages
                UNION ALL
                SELECT row(restaurant_id, message_id, model, latency_ms, prompt_tokens,
                           completion_tokens, confidence, created_at)::text
                FROM ai_interactions
                ORDER BY 1";
    let stored = "SELECT id, created_at FROM whatsapp_messages";
    let mut gave = 0;
    let keys: std::collections::BTreeSet<String> = admin
        .query(stored, &[])
        .await?
        .iter()
        .map(|row| {
            let stored = super::rows::Stored {
                id: row.get(0),
                created_at: row.get(1),
            };
            format!("{stored:?}")
        })
        .collect();
    for row in &seen {
        // COPY gives how many there were, every other call the rows themselves.
        gave += row
            .parse()
            .unwrap_or_else(|_| usize::from(keys.contains(row)));
    }
    let mut all = vec![format!("{gave} rows")];
    all.extend(
        admin
            .query(rows, &[])
            .await?
            .iter()
            .map(|row| row.get::<_, String>(0)),
    );
    Ok(all)
}

/// In what a result is not the reference's.
fn differs(expected: &[String], seen: &[String]) -> Option<String> {
    if expected.len() != seen.len() {
        return Some(format!("{} rows instead of {}", seen.len(), expected.len()));
    }
    let mut both = expected.iter().zip(seen);
    let (expected, seen) = both.find(|(expected, seen)| expected != seen)?;
    Some(format!("{seen} instead of {expected}"))
}
