//! Text search: documents (`tsvector.c`) and what is looked for in them (`tsquery.c`).

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

/// The words of a document, of the type `tsvector`. The server sorts them, and keeps each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TsVector(pub Vec<Lexeme>);

/// A word of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lexeme {
    /// The word.
    pub text: String,
    /// Where it stands, in ascending order.
    pub positions: Vec<Position>,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Its number among the words, from 1 to 16,383.
    pub number: u16,
    /// How much it weighs there.
    pub weight: Weight,
}

/// How much a word weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// `D`, which is not written.
    D,
    /// `C`.
    C,
    /// `B`.
    B,
    /// `A`, the most.
    A,
}

impl Weight {
    const ALL: [Self; 4] = [Self::D, Self::C, Self::B, Self::A];
}

/// The bits of a position's number.
const NUMBER: u16 = 0x3FFF;

impl FromSql<sql::TsVector, Pg> for TsVector {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let mut lexemes = Vec::new();
        for _ in 0..reader.count()? {
            let text = reader.text()?.to_owned();
            let mut positions = Vec::new();
            for _ in 0..reader.u16()? {
                let position = reader.u16()?;
                positions.push(Position {
                    number: position & NUMBER,
                    weight: Weight::ALL[usize::from(position >> 14)],
                });
            }
            lexemes.push(Lexeme { text, positions });
        }
        reader.end()?;
        Ok(Self(lexemes))
    }
}

impl ToSql<sql::TsVector, Pg> for TsVector {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&i32::try_from(self.0.len())?.to_be_bytes())?;
        for lexeme in &self.0 {
            write_text(out, &lexeme.text)?;
            out.write_all(&u16::try_from(lexeme.positions.len())?.to_be_bytes())?;
            for Position { number, weight } in &lexeme.positions {
                if *number > NUMBER {
                    return Err(format!("the position {number} is greater than {NUMBER}").into());
                }
                let weight = (*weight as u16) << 14;
                out.write_all(&(weight | number).to_be_bytes())?;
            }
        }
        Ok(IsNull::No)
    }
}

/// What is looked for in documents, of the type `tsquery`; nothing at all is `None`, which can be
/// read and not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TsQuery(pub Option<TsNode>);

/// A part of what is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TsNode {
    /// A word.
    Lexeme {
        /// The word.
        text: String,
        /// The weights it may have: bit 0 is D, bit 3 is A. Zero is any.
        weights: u8,
        /// Whether it is the beginning of a word.
        prefix: bool,
    },
    /// `!`
    Not(Box<TsNode>),
    /// `&`
    And(Box<TsNode>, Box<TsNode>),
    /// `|`
    Or(Box<TsNode>, Box<TsNode>),
    /// `<N>`: the second so many words behind the first.
    Phrase(Box<TsNode>, Box<TsNode>, u16),
}

const VALUE: u8 = 1;
const OPERATOR: u8 = 2;
const NOT: u8 = 1;
const AND: u8 = 2;
const OR: u8 = 3;
const PHRASE: u8 = 4;
/// Operators inside of operators; more of them would take too much of a thread's stack.
const DEPTH: usize = 2_000;

impl FromSql<sql::TsQuery, Pg> for TsQuery {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let node = match reader.count()? {
            0 => None,
            _ => Some(TsNode::read(&mut reader, DEPTH)?),
        };
        reader.end()?;
        Ok(Self(node))
    }
}

impl ToSql<sql::TsQuery, Pg> for TsQuery {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        // `tsqueryrecv` calls it malformed.
        let node = self.0.as_ref();
        let node =
            node.ok_or("the server takes no empty `tsquery`: send null, or an empty text")?;
        let (mut bytes, mut count) = (Vec::new(), 0);
        node.write(&mut bytes, &mut count)?;
        out.write_all(&i32::to_be_bytes(count))?;
        out.write_all(&bytes)?;
        Ok(IsNull::No)
    }
}

impl TsNode {
    /// An operator stands before its operands, and the right one before the left one.
    fn read(reader: &mut Reader<'_>, depth: usize) -> deserialize::Result<Self> {
        let depth = depth
            .checked_sub(1)
            .ok_or("a text search query is too deep")?;
        let operand = |reader: &mut Reader<'_>| Self::read(reader, depth).map(Box::new);
        match reader.u8()? {
            VALUE => {
                let (weights, prefix) = (reader.u8()?, reader.u8()? != 0);
                let text = reader.text()?.to_owned();
                Ok(Self::Lexeme {
                    text,
                    weights,
                    prefix,
                })
            }
            OPERATOR => {
                let operator = reader.u8()?;
                if operator == NOT {
                    return operand(reader).map(Self::Not);
                }
                let distance = match operator {
                    PHRASE => reader.u16()?,
                    _ => 0,
                };
                let right = operand(reader)?;
                let left = operand(reader)?;
                match operator {
                    AND => Ok(Self::And(left, right)),
                    OR => Ok(Self::Or(left, right)),
                    PHRASE => Ok(Self::Phrase(left, right, distance)),
                    other => Err(format!("the operator {other} of a query is not known").into()),
                }
            }
            other => Err(format!("the part {other} of a query is not known").into()),
        }
    }

    fn write(&self, out: &mut Vec<u8>, count: &mut i32) -> serialize::Result {
        *count += 1;
        match self {
            Self::Lexeme {
                text,
                weights,
                prefix,
            } => {
                out.extend([VALUE, *weights, u8::from(*prefix)]);
                write_text(out, text)
            }
            Self::Not(of) => {
                out.extend([OPERATOR, NOT]);
                of.write(out, count)
            }
            Self::And(left, right) => {
                out.extend([OPERATOR, AND]);
                right.write(out, count)?;
                left.write(out, count)
            }
            Self::Or(left, right) => {
                out.extend([OPERATOR, OR]);
                right.write(out, count)?;
                left.write(out, count)
            }
            Self::Phrase(left, right, distance) => {
                out.extend([OPERATOR, PHRASE]);
                out.extend(distance.to_be_bytes());
                right.write(out, count)?;
                left.write(out, count)
            }
        }
    }
}

fn write_text(out: &mut impl std::io::Write, text: &str) -> serialize::Result {
    if text.contains('\0') {
        return Err("a word of a text search has a zero byte".into());
    }
    out.write_all(text.as_bytes())?;
    out.write_all(&[0])?;
    Ok(IsNull::No)
}
