//! Runs the statements that fill a database, in one transaction: when one fails, or the
//! connection ends, no row is kept.

use tokio_postgres::Client;

use super::blame;
use super::choice::Choice;
use super::error::{SeedError, Unmet};
use super::facts::{Check, Facts};
use super::order::{self, Order};
use super::picks::{self, Pick, column_sql, only_sql, table_sql};
use super::request::{Existing, Filled, Progress, Request, Seeded};
use super::table::{Part, TableRows, Wanted};
use super::uniques::Source;

/// The rows of one statement.
const BATCH: u64 = 5_000;
/// The fewest rows that a statement tries, so that the last few are found soon.
const LEAST_TRIED: u64 = 256;
/// How many statements in a row may make none.
const PATIENCE: u32 = 4;

/// Texts are the same wherever the server stands. Rows look their keys up one by one: a join
/// that reads all keys first would do so for every row.
const SETTINGS: &str = "
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
SET LOCAL lc_monetary = 'C';
SET LOCAL standard_conforming_strings = on;
SET LOCAL statement_timeout = 0;
SET LOCAL jit = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL max_parallel_workers_per_gather = 0";

/// Rows that are made, and not yet committed.
pub(super) struct Made {
    seeded: Seeded,
    /// The tables, as SQL writes them.
    tables: Vec<String>,
}

/// Commits the rows, and analyses their tables.
pub(super) async fn keep(client: &Client, made: Made) -> Result<Seeded, SeedError> {
    let commit = client.batch_execute("COMMIT").await;
    commit.map_err(SeedError::refused("the rows cannot be committed"))?;
    if !made.tables.is_empty() {
        let analyse = format!("ANALYZE {}", made.tables.join(", "));
        let analysed = client.batch_execute(&analyse).await;
        analysed.map_err(SeedError::refused(
            "the rows are committed, but the tables cannot be analysed",
        ))?;
    }
    Ok(made.seeded)
}

/// Fills tables, in a transaction that is left open.
pub(super) async fn run(
    client: &Client,
    facts: &Facts,
    filled: Vec<Filled>,
    request: &Request,
    progress: impl FnMut(Progress<'_>),
) -> Result<Made, SeedError> {
    let oids: Vec<u32> = filled.iter().map(|table| table.oid).collect();
    let order = order::order(facts, &oids)?;
    let of = filled.iter().map(|table| table.rows).sum();
    let mut runner = Runner {
        client,
        facts,
        request,
        order: &order,
        seeded: Seeded::default(),
        progress,
        done: 0,
        of,
    };
    runner
        .execute("the transaction cannot begin", "BEGIN")
        .await?;
    let filled = runner.fill(&filled).await;
    if filled.is_err() {
        // The error that is known says more than one of the connection.
        let _ = client.batch_execute("ROLLBACK").await;
    }
    filled?;
    let tables = oids.iter().map(|&table| table_sql(facts, table));
    Ok(Made {
        seeded: runner.seeded,
        tables: tables.collect(),
    })
}

struct Runner<'a, P> {
    client: &'a Client,
    facts: &'a Facts,
    request: &'a Request,
    order: &'a Order,
    seeded: Seeded,
    progress: P,
    done: u64,
    of: u64,
}

impl<'a, P: FnMut(Progress<'_>)> Runner<'a, P> {
    async fn fill(&mut self, filled: &[Filled]) -> Result<(), SeedError> {
        self.execute("the settings cannot be changed", SETTINGS)
            .await?;
        self.existing(filled).await?;
        let by_oid = |oid: &u32| filled.iter().find(|table| table.oid == *oid);
        let order = self.order;
        let tables: Vec<&Filled> = order.tables.iter().filter_map(by_oid).collect();
        let mut sizes = Vec::new();
        for table in &tables {
            sizes.push(self.table(table).await?);
        }
        for (table, rows) in tables.iter().zip(sizes) {
            self.later(table, rows).await?;
            self.sequences(table).await?;
        }
        Ok(())
    }

    /// Refuses or removes rows that are there.
    async fn existing(&self, filled: &[Filled]) -> Result<(), SeedError> {
        let names: Vec<String> = filled.iter().map(|t| only_sql(self.facts, t.oid)).collect();
        match &self.request.existing {
            Existing::Append => Ok(()),
            Existing::Truncate(_) if names.is_empty() => Ok(()),
            Existing::Truncate(given) => {
                let row = self.one("SELECT current_database()::text").await?;
                if row.get::<_, String>(0) != *given {
                    return Err(SeedError::OtherDatabase {
                        given: given.clone(),
                    });
                }
                let truncate = format!("TRUNCATE {}", names.join(", "));
                self.execute("the tables cannot be emptied", &truncate)
                    .await
            }
            Existing::Refuse => {
                let mut tables = Vec::new();
                for (table, name) in filled.iter().zip(names) {
                    let row = self
                        .one(&format!("SELECT EXISTS (SELECT FROM {name})"))
                        .await?;
                    if row.get(0) {
                        tables.push(table.name.clone());
                    }
                }
                if tables.is_empty() {
                    Ok(())
                } else {
                    Err(SeedError::NotEmpty { tables })
                }
            }
        }
    }

    /// Fills one table; how many rows it was to have.
    async fn table(&mut self, table: &Filled) -> Result<u64, SeedError> {
        let mut picks = picks::picks(self.facts, self.order, table.oid);
        for number in 0..picks.len() {
            if !picks[number].later && !picks[number].own.is_empty() {
                self.number_keys(table, &mut picks, number).await?;
            }
        }
        let parts = self.parts(table.oid);
        let mut wanted = Wanted {
            oid: table.oid,
            rows: table.rows,
            seed: self.request.seed,
            expected: &table.expected,
        };
        let rows = TableRows::new(self.facts, wanted, &picks, parts[0])?;
        wanted.rows = self.allowed(table, &rows);
        let base = self.base(table, &rows).await?;
        let mut made = 0;
        for (number, part) in (1..).zip(&parts) {
            let rows = TableRows::new(self.facts, wanted, &picks, *part)?;
            let until = wanted.rows * number / parts.len() as u64;
            self.part(table, &rows, *part, base + made, until - made)
                .await?;
            made = until;
        }
        for (number, pick) in picks.iter().enumerate() {
            if !pick.later && !pick.own.is_empty() {
                let forget = picks::forget(pick, number);
                self.execute("the numbered keys cannot be removed", &forget)
                    .await?;
            }
        }
        self.seeded.tables.push((table.name.clone(), made));
        Ok(wanted.rows)
    }

    /// The partitions that rows are made for one by one; the whole table where these say nothing
    /// that values can be made by.
    fn parts(&self, table: u32) -> Vec<Part<'a>> {
        let hash = |part: &Check| part.condition.contains("satisfies_hash");
        match self.facts.partitions.get(&table) {
            Some(parts) if !parts.iter().any(hash) => {
                let parts = parts.iter();
                parts.map(|part| Part { check: Some(part) }).collect()
            }
            _ => vec![Part { check: None }],
        }
    }

    /// How many rows a table gets: of an assumed size, no more than its indexes allow.
    fn allowed(&mut self, table: &Filled, rows: &TableRows<'_>) -> u64 {
        let Some((index, most)) = rows.uniques.most.as_ref().filter(|_| table.assumed) else {
            return table.rows;
        };
        self.seeded.notes.push(format!(
            "`{}` has {most} rows, not {}: `{index}` allows no more",
            table.name, table.rows
        ));
        self.of -= table.rows - most;
        *most
    }

    /// Makes the rows of a table, or of one partition, from a number on.
    async fn part(
        &mut self,
        table: &Filled,
        rows: &TableRows<'_>,
        part: Part<'_>,
        first: u64,
        wanted: u64,
    ) -> Result<(), SeedError> {
        let open = rows.uniques.open || self.request.existing == Existing::Append;
        let deferred = self.facts.keys(table.oid).any(|key| key.deferrable);
        // The server cannot leave out rows that a constraint refuses only later.
        let suffix = if open && !deferred {
            "\nON CONFLICT DO NOTHING"
        } else {
            ""
        };
        let (mut next, mut left, mut in_vain) = (first, wanted, 0);
        while left > 0 {
            let short = in_vain > 0 || next > first && left < LEAST_TRIED;
            let tried = if short { left.max(LEAST_TRIED) } else { left }.min(BATCH);
            let until = next + tried - 1;
            let insert = rows.insert(next, until, left, part) + suffix;
            let inserted = match self.client.execute(&insert, &[]).await {
                Ok(inserted) => inserted,
                Err(error) => return Err(blame::refused(table, error)),
            };
            if inserted == 0 {
                in_vain += 1;
                if in_vain == PATIENCE {
                    return Err(blame::why(self.client, table, rows, part, (next, until)).await?);
                }
            } else {
                in_vain = 0;
            }
            next = until + 1;
            left -= inserted.min(left);
            self.done += inserted;
            (self.progress)(Progress {
                table: &table.name,
                done: self.done,
                of: self.of,
            });
        }
        Ok(())
    }

    /// From which number on new rows are numbered.
    async fn base(&self, table: &Filled, rows: &TableRows<'_>) -> Result<u64, SeedError> {
        if self.request.existing != Existing::Append {
            return Ok(0);
        }
        let counted = rows
            .uniques
            .choices
            .iter()
            .filter_map(|(source, choice)| match source {
                Source::Column(column) if *choice == Choice::Row => Some(*column),
                _ => None,
            });
        let mut most = vec!["count(*)".to_owned()];
        for column in counted {
            let type_oid = rows.table.columns[&column].type_oid;
            let (base, _) = self.facts.schema.base_type(type_oid);
            if matches!(
                self.facts.schema.type_name(base).as_str(),
                "int2" | "int4" | "int8"
            ) {
                let name = column_sql(self.facts, table.oid, column);
                most.push(format!("coalesce(max({name}), 0)"));
            }
        }
        let name = only_sql(self.facts, table.oid);
        let row = self
            .one(&format!(
                "SELECT greatest({})::int8 FROM {name}",
                most.join(", ")
            ))
            .await?;
        Ok(row.get::<_, i64>(0).max(0).unsigned_abs())
    }

    async fn number_keys(
        &self,
        table: &Filled,
        picks: &mut [Pick<'_>],
        number: usize,
    ) -> Result<(), SeedError> {
        let key = picks[number].key;
        for statement in picks::prepare(self.facts, picks, number) {
            let doing = format!("the keys of `{}` cannot be numbered", key.name);
            self.execute(&doing, &statement).await?;
        }
        let count = format!("SELECT count(*) FROM {}", picks::keys_table(number));
        let count: i64 = self.one(&count).await?.get(0);
        picks[number].count = count.unsigned_abs();
        let all_nullable = order::may_be_null(self.facts, key) && picks[number].nullable;
        if count == 0 && !all_nullable && !picks[number].later {
            let target = self.facts.schema.tables[&key.target].display_name();
            let unmet = Unmet {
                table: table.name.clone(),
                constraint: key.name.clone(),
                why: format!("`{target}` has no row that could be referred to"),
                help: format!("give it some: `--rows {target}=100`"),
            };
            return Err(unmet.into());
        }
        Ok(())
    }

    /// Fills in the foreign keys that had to wait for all rows.
    async fn later(&self, table: &Filled, rows: u64) -> Result<(), SeedError> {
        let mut picks = picks::picks(self.facts, self.order, table.oid);
        for number in 0..picks.len() {
            if !picks[number].later || picks[number].own.is_empty() {
                continue;
            }
            self.number_keys(table, &mut picks, number).await?;
            let wanted = Wanted {
                oid: table.oid,
                rows,
                seed: self.request.seed,
                expected: &table.expected,
            };
            let made = TableRows::new(self.facts, wanted, &picks, Part { check: None })?;
            if let Err(error) = self.client.batch_execute(&made.fill_in(number)).await {
                return Err(blame::refused(table, error));
            }
            let forget = picks::forget(&picks[number], number);
            self.execute("the numbered keys cannot be removed", &forget)
                .await?;
        }
        Ok(())
    }

    /// Sequences go on behind the numbers that were written.
    async fn sequences(&self, table: &Filled) -> Result<(), SeedError> {
        let columns = self.facts.columns.iter();
        for ((_, column), facts) in columns.filter(|((oid, _), _)| *oid == table.oid) {
            let Some(sequence) = &facts.sequence else {
                continue;
            };
            let column = column_sql(self.facts, table.oid, *column);
            let sequence = super::space::literal(sequence);
            let set = format!(
                "SELECT setval({sequence}, max({column})) FROM {} HAVING max({column}) > 0",
                table_sql(self.facts, table.oid)
            );
            self.execute("a sequence cannot be set", &set).await?;
        }
        Ok(())
    }

    async fn execute(&self, doing: &str, sql: &str) -> Result<(), SeedError> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(SeedError::refused(doing))
    }

    async fn one(&self, sql: &str) -> Result<tokio_postgres::Row, SeedError> {
        let row = self.client.query_one(sql, &[]).await;
        row.map_err(SeedError::refused("the database cannot be asked"))
    }
}
