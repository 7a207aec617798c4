//! `[types]` of `planwright.toml`: which types, domains and columns have a Rust type of the
//! user's.

mod columns;
mod report;

use std::collections::BTreeMap;

use super::{RustType, User, UserSql, resolve};
use crate::config::{Config, CratesConfig, TypeConfig};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::schema::Schema;
use crate::source::SourceFile;
use report::Report;

/// A column: its table's object identifier, and its attribute number.
pub(crate) type ColumnId = (u32, i64);

/// The Rust types of a project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    /// By the type's object identifier.
    types: BTreeMap<u32, TypeConfig>,
    columns: BTreeMap<ColumnId, TypeConfig>,
    /// The crates whose types stand for the server's own.
    pub(super) crates: CratesConfig,
}

impl Mapping {
    /// What the configuration says of the types and columns of a schema. What it cannot say is
    /// reported and left out.
    pub(crate) fn new(
        schema: &Schema,
        config: &Config,
        text: &SourceText,
        found: &mut Diagnostics,
    ) -> Self {
        let mut mapping = Self {
            crates: config.crates,
            ..Self::default()
        };
        let report = Report { schema, text };
        for (name, said) in &config.types.0 {
            if let Some(unusable) = report.unusable(name, said) {
                found.push(unusable);
            } else if let Some(oid) = report.type_called(name) {
                mapping.types.insert(oid, said.clone());
            } else if let Some(column) = report.column_called(name) {
                mapping.columns.insert(column, said.clone());
            } else {
                found.push(report.unknown(name));
            }
        }
        let types = mapping.types.clone();
        for (oid, said) in types {
            if mapping.user(schema, oid, &said).is_none() {
                mapping.types.remove(&oid);
                found.push(report.without_diesel(&schema.type_name(oid), &said));
            }
        }
        mapping.check_columns(&report, found);
        mapping.follow(&report, found);
        mapping
    }

    /// What begins with `crate::` stands in a file of the generated crate, `src/custom.rs`, which
    /// no module of queries may then be.
    pub(crate) fn check_modules(&self, sources: &[SourceFile], found: &mut Diagnostics) {
        let mut said = self.types.values().chain(self.columns.values());
        if !said.any(|said| said.rust.starts_with("crate::")) {
            return;
        }
        if let Some(file) = sources.iter().find(|file| file.module == "custom") {
            let message = format!(
                "the file {} cannot be a Rust module: `custom` has the types of `[types]`",
                file.path
            );
            let diagnostic = Diagnostic::error("unusable-name", message).at(&file.path, 0..0, "");
            found.push(diagnostic.help("rename the file"));
        }
    }

    /// Columns whose type generated code cannot hold need Diesel's type as well.
    fn check_columns(&mut self, report: &Report<'_>, found: &mut Diagnostics) {
        let columns = self.columns.clone();
        for (column, said) in columns {
            let of = report.type_of(column);
            if of.is_none_or(|oid| self.user(report.schema, oid, &said).is_none()) {
                self.columns.remove(&column);
                let name = report.column_name(column);
                found.push(report.without_diesel(&name, &said));
            }
        }
    }

    /// The type of a value with this object identifier; `None` when generated code cannot hold
    /// it.
    pub(crate) fn resolve(&self, schema: &Schema, oid: u32) -> Option<RustType> {
        match self.types.get(&oid) {
            Some(said) => self.user(schema, oid, said),
            None => resolve(schema, self, oid),
        }
    }

    /// The type of a table's column.
    pub(crate) fn column(&self, schema: &Schema, column: ColumnId) -> Option<RustType> {
        let oid = schema
            .tables
            .get(&column.0)?
            .columns
            .get(&column.1)?
            .type_oid;
        match self.columns.get(&column) {
            Some(said) => self.user(schema, oid, said),
            None => self.resolve(schema, oid),
        }
    }

    /// The type of a result that has a type, and perhaps is a column of a table: the server says
    /// of a domain only what is below it.
    pub(crate) fn of_result(
        &self,
        schema: &Schema,
        oid: u32,
        origin: Option<ColumnId>,
    ) -> Option<RustType> {
        let plain = self.resolve(schema, oid);
        let of_column = origin.and_then(|column| self.column(schema, column));
        match (plain, of_column) {
            (Some(plain), Some(column)) if plain.plain() != column.plain() => Some(plain),
            (plain, column) => column.or(plain),
        }
    }

    /// The type of a parameter that is compared with columns, or written to them; each with
    /// whether that is done with its elements.
    pub(crate) fn of_param(
        &self,
        schema: &Schema,
        oid: u32,
        columns: impl Iterator<Item = (ColumnId, bool)>,
    ) -> Option<RustType> {
        let own = self.resolve(schema, oid);
        let mut users: Vec<RustType> = Vec::new();
        for (column, element) in columns {
            let found = self.column(schema, column);
            let Some(found) = found.filter(|found| found.user().is_some()) else {
                continue;
            };
            let found = if element {
                RustType::Array(Box::new(found))
            } else {
                found
            };
            let same = own.as_ref().is_none_or(|own| own.plain() == found.plain());
            if same && !users.contains(&found) {
                users.push(found);
            }
        }
        match users.as_slice() {
            [only] => Some(only.clone()),
            // Without one it is as always; of several, none is the right one.
            [] => own,
            _ => own.map(|own| own.plain()),
        }
    }

    fn user(&self, schema: &Schema, oid: u32, said: &TypeConfig) -> Option<RustType> {
        let of = resolve(schema, self, oid).map(|of| of.plain());
        let copy = said.copy.or_else(|| of.as_ref().map(RustType::is_copy));
        let sql = match &said.diesel {
            Some(path) => UserSql::Path(path.clone()),
            None => UserSql::Of(Box::new(of?)),
        };
        Some(RustType::User(Box::new(User {
            path: said.rust.clone(),
            copy: copy.unwrap_or_default(),
            sql,
        })))
    }
}
