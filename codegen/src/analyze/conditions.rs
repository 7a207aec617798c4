//! What a query asks of each table: its conditions, its order, the columns it reads. Reasons
//! and candidates for indexes are made of these.

use std::collections::BTreeSet;
use std::ops::Range;

use super::deparse::deparse;
use super::first_location;
use super::nullability::PARAM_EXTERN;
use super::tree::{Node, Value};
use crate::schema::{Order, Schema};

/// A table in a FROM, or the one that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The table.
    pub table: u32,
    /// What the query calls it.
    pub alias: String,
    /// The query level it is in, outermost first.
    pub level: usize,
    /// What must hold of its rows.
    pub conditions: Vec<Condition>,
    /// What its level is sorted by, as far as these are columns of this table.
    pub order: Vec<OrderKey>,
    /// Whether that is all that its level is sorted by.
    pub ordered: bool,
    /// Whether its level has a LIMIT.
    pub limited: bool,
    /// The columns that the query reads of it, by attribute number.
    pub columns: BTreeSet<i64>,
}

/// A condition on a table's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is tested.
    pub side: Side,
    /// How.
    pub test: Test,
    /// Where the tested column stands, in bytes of the SQL.
    pub span: Range<usize>,
    /// Of an OR: its number within the query, and the arm.
    pub arm: Option<(usize, usize)>,
}

/// What a condition tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// A column as it is, by attribute number.
    Column(i64),
    /// Something made of columns.
    Expression {
        /// Its columns.
        columns: BTreeSet<i64>,
        /// The SQL of it, where it can be written.
        sql: Option<String>,
        /// What stands around the column.
        wrap: Wrap,
    },
}

/// What stands around a column, so that an index on it does not serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrap {
    /// A function.
    Function(String),
    /// A conversion.
    Cast {
        /// From this type.
        from: String,
        /// To this one.
        to: String,
        /// Whether the author wrote it.
        written: bool,
    },
    /// An operator or another expression.
    Expression,
}

/// How a column is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// By an operator.
    Operator {
        /// Its name, as if the column stood on its left.
        name: String,
        /// What it asks of a b-tree.
        order: Option<Order>,
        /// Whether it is tested against each element of a list.
        any: bool,
        /// What it is compared with.
        with: Operand,
    },
    /// `IS NULL`, or `IS NOT NULL`.
    Null {
        /// Whether null passes.
        is: bool,
    },
    /// A boolean column by itself, or behind NOT.
    Bool {
        /// The value that passes.
        is: bool,
    },
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A parameter; `$1` is 0.
    Parameter(usize),
    /// A constant, with its SQL where it can be written.
    Constant(Option<String>),
    /// A column of another table of the same level, or of a level around it.
    Column,
    /// Anything else.
    Expression,
}

/// A column that rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderKey {
    /// The column, by attribute number.
    pub column: i64,
    /// Whether it descends.
    pub descending: bool,
    /// Whether nulls come first.
    pub nulls_first: bool,
}

/// PostgreSQL's `RTEKind`.
const RELATION: i64 = 0;
const JOIN: i64 = 2;
const GROUP: i64 = 9;

/// What a statement asks of its tables.
pub(super) fn references(schema: &Schema, root: &Node<'_>) -> Vec<Reference> {
    let mut collector = Collector {
        schema,
        references: Vec::new(),
        levels: 0,
        ors: 0,
    };
    collector.level(root);
    for value in root.values() {
        value.walk(&mut |node| {
            if node.name == "QUERY" {
                collector.level(node);
            }
        });
    }
    collector.references
}

struct Collector<'a> {
    schema: &'a Schema,
    references: Vec<Reference>,
    levels: usize,
    ors: usize,
}

/// The range table of one level, and where in the collector each of its entries is.
struct Level<'t> {
    entries: Vec<&'t Node<'t>>,
    /// The position of entry 1, 2 …; `None` when it is no table.
    places: Vec<Option<usize>>,
}

impl Collector<'_> {
    fn level<'t>(&mut self, query: &'t Node<'t>) {
        let number = self.levels;
        self.levels += 1;
        let entries: Vec<&Node<'_>> = query.nodes("rtable").collect();
        let limited = query.node("limitCount").is_some();
        let mut places = Vec::new();
        for entry in &entries {
            let table = entry
                .oid("relid")
                .filter(|_| entry.int("rtekind") == Some(RELATION));
            places.push(table.map(|table| {
                let eref = entry.node("eref");
                let alias = eref.and_then(|eref| eref.word("aliasname"));
                self.references.push(Reference {
                    table,
                    alias: alias.unwrap_or_default().to_owned(),
                    level: number,
                    conditions: Vec::new(),
                    order: Vec::new(),
                    ordered: false,
                    limited,
                    columns: BTreeSet::new(),
                });
                self.references.len() - 1
            }));
        }
        let level = Level { entries, places };
        if let Some(jointree) = query.node("jointree") {
            self.join(jointree, &level);
        }
        self.columns(query, &level);
        self.order(query, &level);
    }

    /// The conditions of a part of FROM, of WHERE and of ON.
    fn join(&mut self, item: &Node<'_>, level: &Level<'_>) {
        if let Some(condition) = item.node("quals") {
            self.conjunct(condition, level, None);
        }
        let sides = [item.node("larg"), item.node("rarg")];
        for part in item.nodes("fromlist").chain(sides.into_iter().flatten()) {
            self.join(part, level);
        }
    }

    fn conjunct(&mut self, node: &Node<'_>, level: &Level<'_>, arm: Option<(usize, usize)>) {
        match (node.name, node.word("boolop")) {
            ("BOOLEXPR", Some("and")) => {
                for part in node.nodes("args") {
                    self.conjunct(part, level, arm);
                }
            }
            // Arms within an arm belong to it: what matters is the outermost OR.
            ("BOOLEXPR", Some("or")) => {
                let number = arm.map_or_else(
                    || {
                        self.ors += 1;
                        self.ors - 1
                    },
                    |(number, _)| number,
                );
                for (index, part) in node.nodes("args").enumerate() {
                    self.conjunct(part, level, Some(arm.unwrap_or((number, index))));
                }
            }
            ("BOOLEXPR", _) => {
                if let Some(tested) = node.nodes("args").next() {
                    self.test(tested, &Test::Bool { is: false }, level, arm);
                }
            }
            ("VAR", _) => self.test(node, &Test::Bool { is: true }, level, arm),
            ("NULLTEST", _) => {
                let is = node.int("nulltesttype") == Some(0);
                if let Some(tested) = node.node("arg") {
                    self.test(tested, &Test::Null { is }, level, arm);
                }
            }
            ("OPEXPR", _) => self.comparison(node, level, arm, false),
            ("SCALARARRAYOPEXPR", _) if node.flag("useOr") => {
                self.comparison(node, level, arm, true);
            }
            _ => {}
        }
    }

    fn comparison(
        &mut self,
        node: &Node<'_>,
        level: &Level<'_>,
        arm: Option<(usize, usize)>,
        any: bool,
    ) {
        let operator = node.oid("opno").and_then(|o| self.schema.operators.get(&o));
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let (Some(operator), [left, right]) = (operator, args.as_slice()) else {
            return;
        };
        let (name, order) = (operator.name.clone(), operator.order);
        for (tested, other, turned) in [(left, right, false), (right, left, true)] {
            // `x = ANY (list)` has one way to be read.
            if any && turned {
                continue;
            }
            let order = order.map(|order| if turned { commuted(order) } else { order });
            let name = if turned {
                turned_name(&name)
            } else {
                name.clone()
            };
            let test = Test::Operator {
                name,
                order,
                any,
                with: operand(self.schema, other, level),
            };
            self.test(tested, &test, level, arm);
        }
    }

    /// Adds a condition to the table whose column is tested, if it is one of this level.
    fn test(
        &mut self,
        tested: &Node<'_>,
        test: &Test,
        level: &Level<'_>,
        arm: Option<(usize, usize)>,
    ) {
        let Some((place, side)) = side(self.schema, tested, level) else {
            return;
        };
        let start = first_location(tested).unwrap_or(0);
        self.references[place].conditions.push(Condition {
            side,
            test: test.clone(),
            span: start..start,
            arm,
        });
    }

    fn columns(&mut self, query: &Node<'_>, level: &Level<'_>) {
        for value in query.values() {
            value.walk_level(&mut |node| {
                if let Some((place, column)) = column(node, level)
                    && column > 0
                {
                    self.references[place].columns.insert(column);
                }
            });
        }
    }

    /// ORDER BY, where all of it or its beginning are columns of one table.
    fn order(&mut self, query: &Node<'_>, level: &Level<'_>) {
        let mut keys: Vec<(usize, OrderKey)> = Vec::new();
        let clauses: Vec<&Node<'_>> = query.nodes("sortClause").collect();
        for clause in &clauses {
            let reference = clause.int("tleSortGroupRef");
            let mut entries = query.nodes("targetList");
            let entry = entries.find(|e| e.int("ressortgroupref") == reference);
            let expression = entry.and_then(|entry| entry.node("expr"));
            let found = expression.and_then(|e| column(stripped(e), level));
            let Some((place, column)) = found else { break };
            let operator = clause.oid("sortop");
            let operator = operator.and_then(|o| self.schema.operators.get(&o));
            let key = OrderKey {
                column,
                descending: operator.and_then(|o| o.order) == Some(Order::Greater),
                nulls_first: clause.flag("nulls_first"),
            };
            if keys.first().is_some_and(|(first, _)| *first != place) {
                break;
            }
            keys.push((place, key));
        }
        // Groups are sorted after they are made.
        let grouped = !query.list("groupClause").is_empty() || query.flag("hasAggs");
        if let (Some((place, _)), false) = (keys.first().cloned(), grouped) {
            let reference = &mut self.references[place];
            reference.ordered = keys.len() == clauses.len();
            reference.order = keys.into_iter().map(|(_, key)| key).collect();
        }
    }
}

/// The table of this level and the column that an expression is.
fn column(node: &Node<'_>, level: &Level<'_>) -> Option<(usize, i64)> {
    if node.name != "VAR" || node.int("varlevelsup") != Some(0) {
        return None;
    }
    let (varno, attribute) = (node.int("varno")?, node.int("varattno")?);
    let index = usize::try_from(varno).ok()?.checked_sub(1)?;
    let entry = level.entries.get(index)?;
    let field = match entry.int("rtekind")? {
        RELATION => {
            return level
                .places
                .get(index)
                .copied()?
                .map(|place| (place, attribute));
        }
        JOIN => "joinaliasvars",
        GROUP => "groupexprs",
        _ => return None,
    };
    let aliased = usize::try_from(attribute).ok()?.checked_sub(1)?;
    let aliased = entry.list(field).get(aliased).and_then(Value::as_node)?;
    column(stripped(aliased), level)
}

/// An expression without the conversions that change nothing.
pub(super) fn stripped<'n, 't>(mut node: &'n Node<'t>) -> &'n Node<'t> {
    while node.name == "RELABELTYPE" {
        match node.node("arg") {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// The table of this level that an expression is made of, if it is made of one.
fn side(schema: &Schema, node: &Node<'_>, level: &Level<'_>) -> Option<(usize, Side)> {
    let node = stripped(node);
    if let Some((place, column)) = column(node, level) {
        return (column > 0).then_some((place, Side::Column(column)));
    }
    let mut found: BTreeSet<(usize, i64)> = BTreeSet::new();
    let mut foreign = false;
    let mut visit = |inner: &Node<'_>| match inner.name {
        "VAR" => match column(inner, level) {
            Some(column) => {
                found.insert(column);
            }
            None => foreign = true,
        },
        "PARAM" | "SUBLINK" | "AGGREF" | "WINDOWFUNC" => foreign = true,
        _ => {}
    };
    visit(node);
    for value in node.values() {
        value.walk_level(&mut visit);
    }
    let place = found.first().map(|(place, _)| *place)?;
    if foreign
        || found
            .iter()
            .any(|(other, column)| *other != place || *column <= 0)
    {
        return None;
    }
    let name_of = |var: &Node<'_>| {
        let (place, attribute) = column(var, level)?;
        let index = level.places.iter().position(|p| *p == Some(place))?;
        let table = schema.tables.get(&level.entries[index].oid("relid")?)?;
        Some(table.columns.get(&attribute)?.name.clone())
    };
    let side = Side::Expression {
        columns: found.into_iter().map(|(_, column)| column).collect(),
        sql: deparse(schema, node, &name_of),
        wrap: wrap(schema, node),
    };
    Some((place, side))
}

/// PostgreSQL's `CoercionForm` of a function that was called as one.
const EXPLICIT_CALL: i64 = 0;
const IMPLICIT_CAST: i64 = 2;

fn wrap(schema: &Schema, node: &Node<'_>) -> Wrap {
    let argument = node.nodes("args").next().or_else(|| node.node("arg"));
    let type_of = |node: Option<&Node<'_>>| {
        let fields = [
            "vartype",
            "funcresulttype",
            "resulttype",
            "opresulttype",
            "consttype",
        ];
        let oid = node.and_then(|node| fields.iter().find_map(|field| node.oid(field)));
        oid.map_or_else(String::new, |oid| schema.type_name(oid))
    };
    let form = node.int("funcformat").or_else(|| node.int("coerceformat"));
    match node.name {
        "FUNCEXPR" if form == Some(EXPLICIT_CALL) => {
            let function = node.oid("funcid").and_then(|f| schema.functions.get(&f));
            Wrap::Function(function.map(|f| f.name.clone()).unwrap_or_default())
        }
        "FUNCEXPR" | "COERCEVIAIO" => Wrap::Cast {
            from: type_of(argument),
            to: type_of(Some(node)),
            written: form != Some(IMPLICIT_CAST),
        },
        _ => Wrap::Expression,
    }
}

fn operand(schema: &Schema, node: &Node<'_>, level: &Level<'_>) -> Operand {
    let node = stripped(node);
    match node.name {
        "PARAM" if node.int("paramkind") == Some(PARAM_EXTERN) => node
            .int("paramid")
            .and_then(|id| usize::try_from(id - 1).ok())
            .map_or(Operand::Expression, Operand::Parameter),
        "CONST" => Operand::Constant(deparse(schema, node, &|_| None)),
        "VAR" if node.int("varlevelsup") != Some(0) || column(node, level).is_some() => {
            Operand::Column
        }
        _ => Operand::Expression,
    }
}

fn commuted(order: Order) -> Order {
    match order {
        Order::Less => Order::Greater,
        Order::LessOrEqual => Order::GreaterOrEqual,
        Order::Equal => Order::Equal,
        Order::GreaterOrEqual => Order::LessOrEqual,
        Order::Greater => Order::Less,
    }
}

fn turned_name(name: &str) -> String {
    match name {
        "<" => ">",
        "<=" => ">=",
        ">=" => "<=",
        ">" => "<",
        same => same,
    }
    .to_owned()
}
