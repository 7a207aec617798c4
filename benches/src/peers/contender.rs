//! What a contender is: one library, and its ordinary way to do each case.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hint::black_box;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::case::Case;
use super::data::Data;
use super::rows::{
    Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Stored, Thread,
};

/// What may go wrong.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A future that stays on its thread.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The library has no such form; its cell of the table is empty.
#[derive(Debug)]
pub struct NotOffered;

impl Display for NotOffered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the library has no such form")
    }
}

impl Error for NotOffered {}

fn not_offered<T>() -> Result<T> {
    Err(NotOffered.into())
}

/// A library on a connection of its own. Each method does one case, and gives what the library
/// gives; what it takes to turn that into the common rows is not timed.
pub trait Contender: Sized {
    /// What the table calls it.
    const NAME: &'static str;

    /// The crate whose version counts.
    const CRATE: &'static str;

    async fn connect(url: &str) -> Result<Self>;

    /// A customer by phone number.
    async fn one_row(&mut self, _: &Data) -> Result<impl Into<Customer>> {
        not_offered::<Customer>()
    }

    /// The last 50 messages of a conversation.
    async fn fifty_rows(&mut self, _: &Data) -> Result<Vec<impl Into<Message>>> {
        not_offered::<Vec<Message>>()
    }

    /// The 10,000 answers to one message.
    async fn ten_thousand_rows(&mut self, _: &Data) -> Result<Vec<impl Into<Interaction>>> {
        not_offered::<Vec<Interaction>>()
    }

    /// At most 50 customers by those of three conditions that are given.
    async fn optional_filters(&mut self, _: &Data) -> Result<Vec<impl Into<Found>>> {
        not_offered::<Vec<Found>>()
    }

    /// Six statements whose answers make one page.
    async fn dashboard(&mut self, _: &Data) -> Result<impl Into<Dashboard>> {
        not_offered::<Dashboard>()
    }

    /// Messages and their answers in one statement.
    async fn joined(&mut self, _: &Data) -> Result<Vec<impl Into<Thread>>> {
        not_offered::<Vec<Thread>>()
    }

    /// The answers in a second statement, by the keys of the messages.
    async fn select_in(&mut self, _: &Data) -> Result<Vec<impl Into<Thread>>> {
        not_offered::<Vec<Thread>>()
    }

    /// The answers in a second statement, by the condition of the messages.
    async fn subquery(&mut self, _: &Data) -> Result<Vec<impl Into<Thread>>> {
        not_offered::<Vec<Thread>>()
    }

    /// The answers in a statement for each message.
    async fn one_by_one(&mut self, _: &Data) -> Result<Vec<impl Into<Thread>>> {
        not_offered::<Vec<Thread>>()
    }

    /// One message is stored.
    async fn insert_one(&mut self, _: &NewMessage) -> Result<impl Into<Stored>> {
        not_offered::<Stored>()
    }

    /// Before a call that stores many: where it takes its rows over, they are made here, as the
    /// caller would have made them. It is not timed.
    fn given(&mut self, _: Case, _: &Data) {}

    /// Many messages are stored, each of which is given its key and time.
    async fn insert_many(&mut self, _: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        not_offered::<Vec<Stored>>()
    }

    /// Many answers are copied.
    async fn copy(&mut self, _: &[NewInteraction]) -> Result<u64> {
        not_offered()
    }
}

/// What looks at calls: their time, and, where that is asked for, what they gave.
#[derive(Debug, Default)]
pub struct Probe {
    /// How long the last call took.
    pub took: Duration,
    /// Where it is asked for, what the last call gave.
    pub seen: Option<Vec<String>>,
}

impl Probe {
    async fn one<Row, T, F>(&mut self, call: F) -> Result<()>
    where
        Row: Debug,
        T: Into<Row>,
        F: Future<Output = Result<T>>,
    {
        let start = Instant::now();
        let found = black_box(call.await?);
        self.took = start.elapsed();
        if let Some(seen) = &mut self.seen {
            *seen = vec![format!("{:?}", found.into())];
        }
        Ok(())
    }

    async fn many<Row, T, F>(&mut self, call: F) -> Result<()>
    where
        Row: Debug,
        T: Into<Row>,
        F: Future<Output = Result<Vec<T>>>,
    {
        let start = Instant::now();
        let found = black_box(call.await?);
        self.took = start.elapsed();
        if let Some(seen) = &mut self.seen {
            *seen = found
                .into_iter()
                .map(|row| format!("{:?}", row.into()))
                .collect();
        }
        Ok(())
    }
}

/// A contender without its type.
pub trait Runner {
    /// Makes what the next call takes over.
    fn give(&mut self, case: Case, data: &Data);

    /// Calls a case so often in one future.
    fn run<'a>(
        &'a mut self,
        case: Case,
        data: &'a Data,
        calls: usize,
        probe: &'a mut Probe,
    ) -> Task<'a, Result<()>>;
}

impl<C: Contender> Runner for C {
    fn give(&mut self, case: Case, data: &Data) {
        self.given(case, data);
    }

    fn run<'a>(
        &'a mut self,
        case: Case,
        data: &'a Data,
        calls: usize,
        probe: &'a mut Probe,
    ) -> Task<'a, Result<()>> {
        Box::pin(async move {
            for _ in 0..calls {
                call(self, case, data, probe).await?;
            }
            Ok(())
        })
    }
}

async fn call<C: Contender>(c: &mut C, case: Case, data: &Data, probe: &mut Probe) -> Result<()> {
    match case {
        Case::OneRow => probe.one::<Customer, _, _>(c.one_row(data)).await,
        Case::FiftyRows => probe.many::<Message, _, _>(c.fifty_rows(data)).await,
        Case::TenThousandRows => {
            let call = c.ten_thousand_rows(data);
            probe.many::<Interaction, _, _>(call).await
        }
        Case::OptionalFilters => probe.many::<Found, _, _>(c.optional_filters(data)).await,
        Case::Dashboard => probe.one::<Dashboard, _, _>(c.dashboard(data)).await,
        Case::Joined => probe.many::<Thread, _, _>(c.joined(data)).await,
        Case::SelectIn => probe.many::<Thread, _, _>(c.select_in(data)).await,
        Case::Subquery => probe.many::<Thread, _, _>(c.subquery(data)).await,
        Case::OneByOne => probe.many::<Thread, _, _>(c.one_by_one(data)).await,
        Case::InsertOne => {
            let call = c.insert_one(&data.messages[0]);
            probe.one::<Stored, _, _>(call).await
        }
        Case::InsertMany => {
            let call = c.insert_many(&data.messages);
            probe.many::<Stored, _, _>(call).await
        }
        Case::Copy => probe.one::<u64, _, _>(c.copy(&data.interactions)).await,
    }
}

/// Opens a contender's connection.
type Connect = fn(&str) -> Task<'_, Result<Box<dyn Runner>>>;

/// A contender as the measurement knows it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub name: &'static str,
    pub library: &'static str,
    pub connect: Connect,
}

impl Entry {
    pub const fn of<C: Contender + 'static>() -> Self {
        Self {
            name: C::NAME,
            library: C::CRATE,
            connect: |url| {
                Box::pin(async move {
                    let contender: Box<dyn Runner> = Box::new(C::connect(url).await?);
                    Ok(contender)
                })
            },
        }
    }
}
