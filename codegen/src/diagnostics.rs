//! What a check has to say: a code, a place, a reason and a fix.
//!
//! Every stage returns its value and its [`Diagnostics`]; this module collects
//! and prints them and knows nothing of any stage.

mod position;
mod variants;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as SnippetLevel, Renderer, Snippet};

/// A text that diagnostics point into, named relative to the project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceText {
    /// The path relative to the project, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is generated while there is one.
    Error,
    /// Worth reading; generation goes on.
    Warning,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The path of the file, as in [`SourceText::path`].
    pub path: String,
    /// The bytes meant.
    pub span: Range<usize>,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it weighs.
    pub level: Level,
    /// A stable name, such as `unknown-directive`.
    pub code: &'static str,
    /// One sentence, without a full stop.
    pub message: String,
    /// The place, then other places that explain it.
    pub labels: Vec<Label>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The variant of a query that it is about; `None` when it is about all of them.
    pub variant: Option<OfVariant>,
}

/// What a finding says, without the lines that it points at.
type Said<'a> = (
    Option<&'a str>,
    &'a str,
    &'a str,
    &'a [String],
    Option<&'a str>,
);

/// One of several statements of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfVariant {
    /// Its name, such as `customers::search_customers[status]`.
    pub name: String,
    /// How many there are.
    pub count: usize,
}

impl Diagnostic {
    fn said(&self) -> Said<'_> {
        (
            self.labels.first().map(|label| label.path.as_str()),
            self.code,
            &self.message,
            &self.notes,
            self.help.as_deref(),
        )
    }

    /// An error with a code and a message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            code,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            variant: None,
        }
    }

    /// A warning with a code and a message.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(
        mut self,
        path: impl Into<String>,
        span: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        self.labels.push(Label {
            path: path.into(),
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The findings of one or more stages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No findings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds a finding, if there is one.
    pub fn extend_one(&mut self, diagnostic: Option<Diagnostic>) {
        self.list.extend(diagnostic);
    }

    /// Adds the findings of another stage.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Says of the findings from one on which variant they are about.
    pub(crate) fn say_variant(&mut self, from: usize, variant: Option<&OfVariant>) {
        for diagnostic in &mut self.list[from..] {
            diagnostic.variant = variant.cloned();
        }
    }

    /// What is said of several variants of a query, said once.
    pub(crate) fn of_queries(self) -> Self {
        Self {
            list: variants::once(self.list),
        }
    }

    /// Whether anything forbids generation.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.level == Level::Error)
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those that others did not have, wherever in their files. Of several that say the same, and
    /// of which there were fewer, all: which one is new is not known.
    #[must_use]
    pub fn beyond(&self, others: &Self) -> Self {
        let (now, before) = (self.counts(), others.counts());
        let new = self.list.iter().filter(|found| {
            let said = found.said();
            now.get(&said) > before.get(&said)
        });
        Self {
            list: new.cloned().collect(),
        }
    }

    /// How many say each thing.
    fn counts(&self) -> BTreeMap<Said<'_>, usize> {
        let mut counts = BTreeMap::new();
        for found in &self.list {
            *counts.entry(found.said()).or_default() += 1;
        }
        counts
    }

    /// The findings in the order of their places.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by_key(|d| {
            d.labels
                .first()
                .map(|l| (l.path.as_str(), l.span.start, l.span.end))
        });
        list
    }

    /// The findings as text, like a compiler's, with a closing line that counts them.
    #[must_use]
    pub fn render(&self, sources: &[SourceText], style: Style) -> String {
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Colored => Renderer::styled(),
        }
        .decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for diagnostic in self.sorted() {
            out.push_str(&renderer.render(&report(diagnostic, sources)));
            out.push_str("\n\n");
        }
        let errors = self.list.iter().filter(|d| d.level == Level::Error).count();
        let warnings = self.list.len() - errors;
        let mut counts = Vec::new();
        if errors > 0 {
            counts.push(counted(errors, "error"));
        }
        if warnings > 0 {
            counts.push(counted(warnings, "warning"));
        }
        if !counts.is_empty() {
            let _ = writeln!(out, "{} found", counts.join(", "));
        }
        out
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// Whether the text goes to a terminal that shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// No control characters.
    Plain,
    /// ANSI colours.
    Colored,
}

pub use position::Position;
pub(crate) use variants::once;

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a [SourceText]) -> Vec<Group<'a>> {
    let level = match diagnostic.level {
        Level::Error => SnippetLevel::ERROR,
        Level::Warning => SnippetLevel::WARNING,
    };
    let mut group = Group::with_title(
        level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code),
    );
    for (path, labels) in by_file(&diagnostic.labels) {
        let Some(source) = sources.iter().find(|s| s.path == path) else {
            group = group.element(annotate_snippets::Origin::path(path));
            continue;
        };
        let mut snippet = Snippet::source(source.text.as_str()).path(path);
        for (first, label) in labels {
            let kind = if first {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let mut annotation = kind.span(visible(&source.text, &label.span));
            if !label.text.is_empty() {
                annotation = annotation.label(label.text.as_str());
            }
            snippet = snippet.annotation(annotation);
        }
        group = group.element(snippet);
    }
    for note in &diagnostic.notes {
        group = group.element(SnippetLevel::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(SnippetLevel::HELP.message(help.as_str()));
    }
    vec![group]
}

/// The labels of each file, files in the order of their first label. The flag is
/// true for the diagnostic's first label.
fn by_file(labels: &[Label]) -> Vec<(&str, Vec<(bool, &Label)>)> {
    let mut files: Vec<(&str, Vec<(bool, &Label)>)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let entry = (index == 0, label);
        match files.iter_mut().find(|(path, _)| *path == label.path) {
            Some((_, list)) => list.push(entry),
            None => files.push((&label.path, vec![entry])),
        }
    }
    files
}

/// The span moved to character boundaries within the text, so that rendering a
/// span that is off by a few bytes cannot panic.
fn visible(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}
