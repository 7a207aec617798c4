//! What the scratch server said of statements, kept from one check to the next: a statement is
//! asked about again when its text changed, or anything its answer rests on.
//!
//! An answer rests on the relations that the statement's tree names and on those below them, and
//! on what every statement may rest on, such as types, functions and statistics. [`prints`]
//! fingerprints both on the server itself, as the migrations made it; nothing is guessed from
//! the migrations' text. A statement that calls a function with SQL in it rests on everything.

mod prints;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fingerprint::fingerprint;
use crate::server::{Described, Refusal, Server, ServerError, Statement};

pub(crate) use prints::Prints;

/// What the server was asked anew in a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Statements that it parsed and described.
    pub prepared: usize,
    /// Plans that it made, those of foreign keys among them.
    pub planned: usize,
}

/// The answers to statements, by the fingerprint of their text.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Those of earlier checks.
    before: BTreeMap<String, Answer>,
    /// Those of this one.
    now: BTreeMap<String, Answer>,
    prints: Prints,
    /// What findings are answered with in this check, by the statement's fingerprint and their own.
    remedies: BTreeMap<(String, String), Remedy>,
    pub(crate) asked: Asked,
}

/// What the server said of a statement.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The fingerprint of what it rests on.
    print: String,
    /// The relations that it rests on; `None` for everything.
    relations: Option<Vec<u32>>,
    /// Its outside and its tree, where these were asked for.
    described: Option<Described>,
    /// EXPLAIN's JSON, by the values it was planned for.
    plans: BTreeMap<String, String>,
    /// What findings about it are answered with, by their fingerprints.
    #[serde(default)]
    remedies: BTreeMap<String, Remedy>,
}

/// Why no index serves a statement, and what would help: what was planned for a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remedy {
    pub(crate) reasons: Vec<String>,
    pub(crate) help: Option<String>,
}

impl Answers {
    /// Goes on with the answers of an earlier check, as far as they hold on the server of
    /// these prints.
    pub(crate) fn new(before: BTreeMap<String, Answer>, prints: Prints) -> Self {
        let holds = |answer: &Answer| prints.of(answer.relations.as_deref()) == answer.print;
        let before = before.into_iter();
        Self {
            before: before.filter(|(_, answer)| holds(answer)).collect(),
            prints,
            ..Self::default()
        }
    }

    /// The prints, and the answers of this check, for the next one.
    pub(crate) fn into_parts(mut self) -> (Prints, BTreeMap<String, Answer>) {
        for answer in self.now.values_mut() {
            answer.remedies.clear();
        }
        for ((statement, finding), remedy) in self.remedies {
            if let Some(answer) = self.now.get_mut(&statement) {
                answer.remedies.insert(finding, remedy);
            }
        }
        (self.prints, self.now)
    }

    /// What a finding about a statement was answered with, where that rests on what it did.
    pub(crate) fn remedy(&mut self, sql: &str, finding: &str) -> Option<Remedy> {
        let remedy = self.known(sql)?.remedies.get(finding)?.clone();
        self.keep_remedy(sql, finding.to_owned(), remedy.clone());
        Some(remedy)
    }

    /// What a finding about a statement is answered with.
    pub(crate) fn keep_remedy(&mut self, sql: &str, finding: String, remedy: Remedy) {
        self.remedies.insert((fingerprint(sql), finding), remedy);
    }

    /// Prepares and describes every statement that no answer is known of.
    pub(crate) async fn describe(
        &mut self,
        server: &Server,
        statements: &[&str],
        user_types: &[String],
    ) -> Result<Vec<Result<Described, Refusal>>, ServerError> {
        let mut answers = Vec::with_capacity(statements.len());
        let mut unknown = Vec::new();
        for sql in statements {
            let described = self.known(sql).and_then(|answer| answer.described.clone());
            if described.is_none() {
                unknown.push(*sql);
            }
            answers.push(described);
        }
        let mut fresh = Vec::new();
        if !unknown.is_empty() {
            self.asked.prepared += unknown.len();
            fresh = server.describe(&unknown, user_types).await?;
        }
        let mut fresh = fresh.into_iter();
        let merged = statements.iter().zip(answers).map(|(sql, described)| {
            if let Some(described) = described {
                return Some(Ok(described));
            }
            let said = fresh.next()?;
            if let Ok(described) = &said {
                let relations = self.prints.below(&described.tree);
                self.learn(sql, relations).described = Some(described.clone());
            }
            Some(said)
        });
        // There are as many fresh answers as there were unknown statements.
        Ok(merged.flatten().collect())
    }

    /// Whether the server took a statement before that goes with another one.
    pub(crate) fn is_accepted(&mut self, sql: &str) -> bool {
        self.known(sql).is_some()
    }

    /// The server took a statement that rests on what another one does.
    pub(crate) fn accept(&mut self, sql: &str, beside: &str) {
        self.asked.prepared += 1;
        let beside = self.now.get(&fingerprint(beside));
        let relations = beside.and_then(|answer| answer.relations.clone());
        self.learn(sql, relations);
    }

    /// The plans of statements, those that no plan is known of from the server. A statement
    /// that was not described rests on these relations, or on everything.
    pub(crate) async fn explain(
        &mut self,
        server: &Server,
        statements: &[Statement<'_>],
        relations: impl Fn(usize) -> Option<Vec<u32>>,
    ) -> Result<Vec<Result<String, Refusal>>, ServerError> {
        let mut answers: Vec<Option<String>> = Vec::with_capacity(statements.len());
        for statement in statements {
            let answer = self.known(statement.sql);
            answers.push(answer.and_then(|answer| answer.plans.get(&values(statement)).cloned()));
        }
        let unknown: Vec<usize> = (0..statements.len())
            .filter(|&i| answers[i].is_none())
            .collect();
        let asked: Vec<Statement<'_>> = unknown.iter().map(|&i| statements[i]).collect();
        let with_values = asked.iter().any(|statement| statement.values.is_some());
        self.asked.planned += asked.len();
        let fresh = match (asked.is_empty(), with_values) {
            (true, _) => Vec::new(),
            (false, false) => server.explain(&asked).await?,
            (false, true) => server.explain_with_values(&asked).await?,
        };
        let mut plans: Vec<Option<Result<String, Refusal>>> =
            answers.into_iter().map(|answer| answer.map(Ok)).collect();
        for (index, said) in unknown.into_iter().zip(fresh) {
            if let Ok(json) = &said {
                let statement = &statements[index];
                let answer = match self.now.get_mut(&fingerprint(statement.sql)) {
                    Some(answer) => answer,
                    None => {
                        let below = relations(index).and_then(|oids| self.prints.closed(oids));
                        self.learn(statement.sql, below)
                    }
                };
                answer.plans.insert(values(statement), json.clone());
            }
            plans[index] = Some(said);
        }
        Ok(plans.into_iter().flatten().collect())
    }

    /// What is known of a statement, which is then kept.
    fn known(&mut self, sql: &str) -> Option<&Answer> {
        let key = fingerprint(sql);
        if let Some(answer) = self.before.remove(&key) {
            self.now.insert(key.clone(), answer);
        }
        self.now.get(&key)
    }

    fn learn(&mut self, sql: &str, relations: Option<Vec<u32>>) -> &mut Answer {
        let print = self.prints.of(relations.as_deref());
        let answer = self.now.entry(fingerprint(sql)).or_default();
        answer.print = print;
        answer.relations = relations;
        answer
    }
}

/// The values that a statement is planned for, as a key.
fn values(statement: &Statement<'_>) -> String {
    match statement.values {
        Some(values) => format!("{values:?}"),
        None => "any".to_owned(),
    }
}
