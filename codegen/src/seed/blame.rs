//! Which constraint it is that no row meets.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::error::{SeedError, Unmet};
use super::request::Filled;
use super::table::{Part, TableRows};

/// Why no row could be made of several hundred numbers.
pub(super) async fn why(
    client: &Client,
    table: &Filled,
    rows: &TableRows<'_>,
    part: Part<'_>,
    (from, until): (u64, u64),
) -> Result<SeedError, SeedError> {
    let counted = client
        .query_one(&rows.count_refusals(from, until, part), &[])
        .await;
    let counted = counted.map_err(SeedError::refused("the database cannot be asked"))?;
    let counts: Vec<i64> = counted.get(0);
    let unmet = |constraint: String, why: String| Unmet {
        table: table.name.clone(),
        constraint,
        why,
        help: format!(
            "`--rows {}=0` leaves the table out; what refers to it can be filled when it has rows \
             of your own",
            table.name
        ),
    };
    let refusals = rows.refusals(part);
    let passed = counts.last().copied();
    let worst = counts.iter().zip(refusals).max_by_key(|(count, _)| **count);
    if let (Some(0), Some((_, (constraint, says, _)))) = (passed, worst) {
        return Ok(unmet(constraint, says).into());
    }
    // Rows that meet every condition and are left out are equal to others.
    let insert = rows.insert(from, until, until - from + 1, part);
    Ok(match client.execute(&insert, &[]).await {
        Err(error) => refused(table, error),
        Ok(_) => unmet(
            table.name.clone(),
            "something leaves out every row".to_owned(),
        )
        .into(),
    })
}

/// What the server refuses when rows are written: a constraint that no row meets, or more.
pub(super) fn refused(table: &Filled, error: tokio_postgres::Error) -> SeedError {
    let found = error.as_db_error().and_then(|refusal| {
        let constraint = refusal.constraint()?;
        let why = match refusal.detail() {
            Some(detail) => format!("{}: {detail}", refusal.message()),
            None => refusal.message().to_owned(),
        };
        let help = if *refusal.code() == SqlState::UNIQUE_VIOLATION {
            let name = &table.name;
            format!("there are too many rows for it: try fewer, `--rows {name}=…`")
        } else {
            format!("`--rows {}=0` leaves the table out", table.name)
        };
        Some(Unmet {
            table: refusal.table().unwrap_or(&table.name).to_owned(),
            constraint: constraint.to_owned(),
            why,
            help,
        })
    });
    match found {
        Some(unmet) => unmet.into(),
        None => SeedError::refused(format!("no row can be written to `{}`", table.name))(error),
    }
}
