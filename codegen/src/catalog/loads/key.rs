//! The key of a load: which columns of the parent are equal to which of the child.

use std::ops::Range;

use super::site::Site;
use crate::analyze::{Column, Param};
use crate::catalog::{KeyColumn, Query};
use crate::diagnostics::Diagnostic;
use crate::names;
use crate::source::LoadBy;
use crate::types::{RustType, User};

/// A column of a table, by the table's object identifier and the attribute number.
type Origin = (u32, i64);

impl Site<'_> {
    /// A parameter of the child that gets a column of all parents.
    pub(super) fn keys(
        &self,
        param: &Param,
        name: &str,
        span: &Range<usize>,
    ) -> Result<KeyColumn, Box<Diagnostic>> {
        let RustType::Array(element) = &param.rust_type else {
            let message = format!(
                "`{}` of `{}` takes one value: the rows would be loaded one parent at a time",
                param.name, self.child.name
            );
            let help = format!(
                "let it take all of them: `WHERE key = ANY (:{0})`, and `-- @param {0} {1}[]` \
                 where the type is not inferred",
                param.name, param.sql_type
            );
            let help = self.array_form().unwrap_or(help);
            let diagnostic = self.error("load-per-row", message, span);
            return Err(Box::new(diagnostic.help(help)));
        };
        let own = self.column(self.parent, name, span)?;
        self.same_type(own, element, &param.sql_type, span)?;
        Ok(key_column(own))
    }

    /// The key's columns of the parent, in the order of its parts, and the child's columns that
    /// are equal. `given` are those that the child gets as arrays.
    pub(super) fn by(
        &self,
        given: Vec<KeyColumn>,
    ) -> Result<(Vec<KeyColumn>, Vec<KeyColumn>), Box<Diagnostic>> {
        if given.is_empty() && self.load.by.is_empty() {
            return Ok((given, Vec::new()));
        }
        self.returns_more_than_a_key()?;
        let key = if given.is_empty() {
            let key = self.load.by.iter().map(|by| self.same_as(by));
            key.collect::<Result<_, _>>()?
        } else {
            self.as_given(&given)?;
            given
        };
        self.one_has_a_key(&key)?;
        let by = self.load.by.iter().zip(&key);
        let by = by.map(|(by, key)| self.of_child(by, key));
        let by = by.collect::<Result<_, _>>()?;
        Ok((key, by))
    }

    fn returns_more_than_a_key(&self) -> Result<(), Box<Diagnostic>> {
        let (load, child) = (self.load, self.child);
        if child.row.as_ref().is_none_or(|row| row.scalar.is_none()) {
            return Ok(());
        }
        let message = format!(
            "`{}` returns one column, and nothing beside the key",
            child.name
        );
        let diagnostic = self.error("load-without-key", message, &load.child_span);
        let help = "return what belongs to the parent as well";
        Err(Box::new(diagnostic.help(help)))
    }

    /// What stands behind `by` is as long as the key that the child gets, and does not say
    /// another one.
    fn as_given(&self, given: &[KeyColumn]) -> Result<(), Box<Diagnostic>> {
        let load = self.load;
        if load.by.is_empty() {
            let message = format!(
                "which parent a row of `{}` belongs to is not said",
                self.child.name
            );
            let diagnostic = self.error("load-key", message, &load.span);
            let help = "end the line with the child's column that is equal to the key: `by column`";
            return Err(Box::new(diagnostic.help(help)));
        }
        if load.by.len() != given.len() {
            let message = format!(
                "the key has {} columns, and {} are named behind `by`",
                given.len(),
                load.by.len()
            );
            let span = load.by.first().map_or(&load.span, |by| &by.span);
            return Err(Box::new(self.error("load-key", message, span)));
        }
        for (by, key) in load.by.iter().zip(given) {
            let Some((parent, span)) = &by.parent else {
                continue;
            };
            if names::identifier(parent) != key.ident {
                let message = format!(
                    "the child gets `{}`, and its rows would be given out by `{parent}`",
                    key.ident
                );
                let diagnostic = self.error("load-key", message, span);
                let help = format!("write `by {}`", by.column);
                return Err(Box::new(diagnostic.help(help)));
            }
        }
        Ok(())
    }

    /// The parent's column that a column of the child is equal to: the one written, else the
    /// one that a foreign key leads to.
    fn same_as(&self, by: &LoadBy) -> Result<KeyColumn, Box<Diagnostic>> {
        if let Some((parent, span)) = &by.parent {
            return self.column(self.parent, parent, span).map(key_column);
        }
        let own = self.column(self.child, &by.column, &by.span)?;
        let columns = self.parent.analysis.columns.iter();
        let same = |column: &&Column| {
            let origins = own.origin.zip(column.origin);
            let plain = !column.name.contains('.');
            plain && origins.is_some_and(|(own, other)| self.joined(own, other))
        };
        let mut found = columns.filter(same);
        if let (Some(only), None) = (found.next(), found.next()) {
            return Ok(key_column(only));
        }
        let message = format!(
            "which column of `{}` is equal to `{}` is not known",
            self.parent.name, by.column
        );
        let diagnostic = self.error("load-without-key", message, &by.span);
        let help = format!(
            "say it: `by {} = id`; or let `{}` take the keys of all parents, as an array",
            by.column, self.child.name
        );
        Err(Box::new(diagnostic.help(help)))
    }

    /// Whether two columns are one, or one refers to the other.
    fn joined(&self, own: Origin, other: Origin) -> bool {
        let refers = |from: Origin, to: Origin| {
            self.schema.foreign_keys.iter().any(|key| {
                let mut pairs = key.columns.iter().zip(&key.target_columns);
                (key.table, key.target) == (from.0, to.0)
                    && pairs.any(|(column, target)| (*column, *target) == (from.1, to.1))
            })
        };
        own == other || refers(own, other) || refers(other, own)
    }

    /// A column of the child that is equal to a part of the key.
    fn of_child(&self, by: &LoadBy, key: &KeyColumn) -> Result<KeyColumn, Box<Diagnostic>> {
        let own = self.column(self.child, &by.column, &by.span)?;
        self.same_type(own, &key.rust_type, &key.sql_type, &by.span)?;
        if own.nullable {
            let (name, child) = (&by.column, &self.child.name);
            let message = format!("`{name}` of `{child}` can be null");
            let help = format!(
                "leave such rows out: `WHERE {name} IS NOT NULL`, or say that there are none: \
                 `-- @column {name} not null`"
            );
            let diagnostic = self.error("load-key-null", message, &by.span);
            return Err(Box::new(diagnostic.help(help)));
        }
        Ok(key_column(own))
    }

    /// A column that is a field of the row itself.
    fn column<'a>(
        &self,
        query: &'a Query,
        name: &str,
        span: &Range<usize>,
    ) -> Result<&'a Column, Box<Diagnostic>> {
        let mut columns = query.analysis.columns.iter();
        if columns.any(|column| column.named_by_server.as_deref() == Some(name)) {
            let message = format!("`{}` returns two columns named `{name}`", query.name);
            let help = "give one of them an alias, so that the key is one of the two";
            return Err(Box::new(
                self.error("duplicate-column", message, span).help(help),
            ));
        }
        let mut columns = query.analysis.columns.iter();
        let found = columns.find(|column| column.name == name && !name.contains('.'));
        found.ok_or_else(|| {
            let mut columns = query.analysis.columns.iter();
            if columns.any(|column| column.name == name) {
                let message = format!("`{name}` is a field of a joined struct");
                let help = format!(
                    "return it as a column of the row as well: `… AS {}`",
                    name.replace(['.', '[', ']'], "_")
                );
                let diagnostic = self.error("load-key", message, span);
                return Box::new(diagnostic.help(help));
            }
            let message = format!("`{}` returns no column `{name}`", query.name);
            let columns = query.analysis.columns.iter().map(|c| c.name.as_str());
            let known = columns.filter(|name| !name.contains('.'));
            let diagnostic = self.error("unknown-column", message, span);
            Box::new(match names::nearest(name, known) {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => diagnostic.help(format!("let `{}` return it", query.name)),
            })
        })
    }

    fn same_type(
        &self,
        own: &Column,
        other: &RustType,
        other_type: &str,
        span: &Range<usize>,
    ) -> Result<(), Box<Diagnostic>> {
        let (one, two) = (own.rust_type.user(), other.user());
        let message = if own.rust_type == *other && own.rust_type.is_key() {
            return Ok(());
        } else if own.rust_type.plain() == other.plain() && one != two {
            let named = |user: Option<&User>| {
                user.map_or("no type of your own".to_owned(), |user| {
                    format!("`{}`", user.path)
                })
            };
            let (one, two) = (named(one), named(two));
            let message = format!("`{}` has {one}, and is matched with {two}", own.name);
            let help = "give both columns one type under `[types]` in planwright.toml";
            let diagnostic = self.error("load-type", message, span);
            return Err(Box::new(diagnostic.help(help)));
        } else if own.rust_type != *other {
            format!(
                "`{}` is `{}`, and is matched with `{other_type}`",
                own.name, own.sql_type
            )
        } else {
            format!("`{}` is `{}`, which is no key", own.name, own.sql_type)
        };
        let help = "both sides have one type: cast one of them in its SQL";
        let diagnostic = self.error("load-type", message, span);
        Err(Box::new(diagnostic.help(help)))
    }
}

fn key_column(column: &Column) -> KeyColumn {
    KeyColumn {
        ident: names::identifier(&column.name),
        sql_type: column.sql_type.clone(),
        rust_type: column.rust_type.clone(),
        nullable: column.nullable,
    }
}
