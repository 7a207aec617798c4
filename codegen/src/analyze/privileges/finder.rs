//! Walks a tree: which nodes ask for which privileges.

use std::collections::BTreeSet;

use super::super::scope::CMD_SELECT;
use super::super::tree::{Node, Value};
use super::Privileges;
use super::outputs::{Outputs, Used};
use crate::schema::Security;

/// PostgreSQL's bits of `requiredPerms`.
const INSERT: i64 = 1;
const SELECT: i64 = 2;
const UPDATE: i64 = 4;
const DELETE: i64 = 8;

/// PostgreSQL's `FirstLowInvalidHeapAttributeNumber`: column sets count from here.
const FIRST_COLUMN: i64 = -7;

/// PostgreSQL's object identifiers of the functions that work on a sequence.
const NEXTVAL: u32 = 1574;
const CURRVAL: u32 = 1575;
const SETVAL: [u32; 2] = [1576, 1765];
const LASTVAL: u32 = 2559;
/// PostgreSQL's object identifier of `regclass`.
const REGCLASS: u32 = 2205;

/// From how many constants on `IN` looks values up in a hash table (PostgreSQL's
/// `MIN_ARRAY_SIZE_FOR_HASHED_SAOP`).
const HASHED_FROM: usize = 9;

/// PostgreSQL's `LIMIT_OPTION_WITH_TIES`.
const WITH_TIES: i64 = 1;

/// Walks a tree, and notes what each node asks for.
pub(super) struct Finder<'s> {
    pub(super) security: &'s Security,
    pub(super) found: Privileges,
}

impl<'s> Finder<'s> {
    pub(super) fn new(security: &'s Security) -> Self {
        Self {
            security,
            found: Privileges::default(),
        }
    }

    pub(super) fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Node(node) => self.node(node),
            Value::List(list) => list.iter().for_each(|value| self.value(value)),
            Value::Nothing | Value::Word(_) | Value::Bytes(_) => {}
        }
    }

    fn node(&mut self, node: &Node<'_>) {
        if node.name == "QUERY" {
            self.query(node, &Used::all());
        } else if !is_unused_cte(node) {
            self.own(node);
            node.values().for_each(|value| self.value(value));
        }
    }

    /// One query level, of whose columns only some are used.
    fn query(&mut self, query: &Node<'_>, used: &Used) {
        let entries = query.nodes("targetList");
        let entries = entries.filter(|entry| used.keeps(self.security, query, entry));
        let computed: Vec<&Node<'_>> = entries.collect();
        let outputs = Outputs::of(query, &computed);
        self.equalities(query, "groupClause");
        self.equalities(query, "distinctClause");
        if query.int("limitOption") == Some(WITH_TIES) {
            self.equalities(query, "sortClause");
        }
        for (field, value) in query.fields() {
            match *field {
                "targetList" => computed.iter().for_each(|entry| self.node(entry)),
                "rtable" => {
                    for (varno, entry) in (1..).zip(query.nodes("rtable")) {
                        self.entry(entry, &outputs.used_of(varno));
                    }
                }
                _ => self.value(value),
            }
        }
    }

    /// An entry of the range table; `used` are its columns in use.
    fn entry(&mut self, entry: &Node<'_>, used: &Used) {
        self.own(entry);
        for (field, value) in entry.fields() {
            match value {
                Value::Node(query) if *field == "subquery" => self.query(query, used),
                value => self.value(value),
            }
        }
    }

    /// What a node itself asks for, without those below it.
    fn own(&mut self, node: &Node<'_>) {
        if let Some(bits) = node.int("requiredPerms").filter(|bits| *bits != 0) {
            self.relation(node, bits);
        }
        match node.name {
            "OPEXPR" | "DISTINCTEXPR" | "NULLIFEXPR" => self.function(node.oid("opfuncid")),
            "FUNCEXPR" => self.call(node),
            "SCALARARRAYOPEXPR" => self.array_comparison(node),
            "AGGREF" => {
                self.function(node.oid("aggfnoid"));
                // One argument's values are compared without asking.
                if node.list("aggdistinct").len() > 1 {
                    self.equalities(node, "aggdistinct");
                }
            }
            "WINDOWFUNC" => self.function(node.oid("winfnoid")),
            "WINDOWCLAUSE" => {
                self.equalities(node, "partitionClause");
                self.equalities(node, "orderClause");
            }
            "SETOPERATIONSTMT" => self.equalities(node, "groupClauses"),
            "PARAM" => self.found.types.extend(node.oid("paramtype")),
            "CONST" if !node.flag("constisnull") => {
                self.found.types.extend(node.oid("consttype"));
            }
            "COERCETODOMAIN" => self.found.types.extend(node.oid("resulttype")),
            "COERCEVIAIO" => self.conversion(node),
            "RANGETBLFUNCTION" => self.found.types.extend(oids(node.list("funccoltypes"))),
            _ => {}
        }
    }

    /// What the executor checks before it runs: the columns of one table.
    fn relation(&mut self, node: &Node<'_>, bits: i64) {
        let Some(oid) = node.oid("relid") else {
            return;
        };
        let updated = columns(node.list("updatedCols"));
        if bits & (INSERT | UPDATE | DELETE) != 0 {
            let write = self.found.writes.entry(oid).or_default();
            write.inserts |= bits & INSERT != 0;
            write.deletes |= bits & DELETE != 0;
            // A lock asks for UPDATE, too, and changes no column.
            write.updates.extend(&updated);
        }
        // Below a view it is the view's owner who must be allowed it.
        if node.oid("checkAsUser") != Some(0) {
            return;
        }
        let relation = self.found.relations.entry(oid).or_default();
        if bits & SELECT != 0 {
            relation.select.ask(columns(node.list("selectedCols")));
        }
        if bits & INSERT != 0 {
            relation.insert.ask(columns(node.list("insertedCols")));
        }
        if bits & UPDATE != 0 {
            relation.update.ask(updated);
        }
        relation.delete |= bits & DELETE != 0;
    }

    pub(super) fn function(&mut self, oid: Option<u32>) {
        let routine = oid.and_then(|oid| Some((oid, self.security.routines.get(&oid)?)));
        if let Some((oid, _)) = routine.filter(|(_, routine)| !routine.open) {
            self.found.functions.insert(oid);
        }
    }

    fn call(&mut self, node: &Node<'_>) {
        let function = node.oid("funcid");
        self.function(function);
        let Some(oid) = function else {
            return;
        };
        let name = match oid {
            NEXTVAL => "nextval",
            CURRVAL => "currval",
            LASTVAL => "lastval",
            _ if SETVAL.contains(&oid) => "setval",
            _ => return self.record_from_json(oid, node),
        };
        let argument = node.nodes("args").next();
        let Some(sequence) = argument.and_then(constant_relation) else {
            self.found.unknown_sequence.insert(name);
            return;
        };
        let sequence = self.found.sequences.entry(sequence).or_default();
        match oid {
            NEXTVAL => sequence.advanced = true,
            CURRVAL => sequence.asked = true,
            _ => sequence.set = true,
        }
    }

    /// `jsonb_populate_record` and the like make values of any type.
    fn record_from_json(&mut self, oid: u32, node: &Node<'_>) {
        let routine = self.security.routines.get(&oid);
        if routine.is_some_and(|r| r.open && r.name.starts_with("json")) {
            self.found.types.extend(node.oid("funcresulttype"));
        }
    }

    /// `x = ANY (…)` and `x <> ALL (…)`: one by one, or through a hash table, which looks
    /// for equal values whatever the operator.
    fn array_comparison(&mut self, node: &Node<'_>) {
        let array = node.nodes("args").nth(1);
        let few = array.and_then(length).is_some_and(|n| n < HASHED_FROM);
        let operator = node.oid("opno");
        let operator = operator.and_then(|oid| self.security.operators.get(&oid));
        let Some(hashed) = operator.filter(|o| o.hash.is_some() && !few) else {
            return self.function(node.oid("opfuncid"));
        };
        self.function(hashed.hash);
        let equal = Some(hashed.function).filter(|_| node.flag("useOr"));
        self.function(equal.or(hashed.negator));
        // Values that the planner may not know are compared one by one.
        if !array.is_some_and(is_constant) {
            self.function(node.oid("opfuncid"));
        }
    }

    /// Grouping compares with functions that it asks for; sorting asks for none.
    fn equalities(&mut self, node: &Node<'_>, clauses: &str) {
        for clause in node.nodes(clauses) {
            let operator = clause.oid("eqop");
            let operator = operator.and_then(|oid| self.security.operators.get(&oid));
            self.function(operator.map(|operator| operator.function));
        }
    }

    /// A value of one type becomes text, and the text a value of another. For constants
    /// the planner calls the types' functions like any other.
    fn conversion(&mut self, node: &Node<'_>) {
        let conversions = &self.security.conversions;
        let to = node.oid("resulttype");
        let from = node.node("arg").and_then(type_of);
        let input = to.and_then(|to| conversions.get(&to)).map(|c| c.input);
        let output = from
            .and_then(|from| conversions.get(&from))
            .map(|c| c.output);
        self.function(input);
        self.function(output);
        self.found.types.extend(to);
    }
}

/// The planner leaves out what WITH names and nothing uses, and with it the check.
fn is_unused_cte(node: &Node<'_>) -> bool {
    node.name == "COMMONTABLEEXPR"
        && node.int("cterefcount") == Some(0)
        && node.node("ctequery").and_then(|q| q.int("commandType")) == Some(CMD_SELECT)
}

/// `(b 8 9)`: a set of column numbers.
fn columns(set: &[Value<'_>]) -> BTreeSet<i64> {
    let members = set.iter().filter_map(|value| match value {
        Value::Word(word) => word.parse::<i64>().ok(),
        _ => None,
    });
    members.map(|member| member + FIRST_COLUMN).collect()
}

/// `(o 23 25)`: a list of object identifiers.
fn oids(list: &[Value<'_>]) -> impl Iterator<Item = u32> {
    list.iter().filter_map(|value| match value {
        Value::Word(word) => word.parse().ok(),
        _ => None,
    })
}

/// The relation that a constant of the type `regclass` names.
fn constant_relation(node: &Node<'_>) -> Option<u32> {
    let Value::Bytes(bytes) = node.field("constvalue") else {
        return None;
    };
    let bytes: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    (node.oid("consttype") == Some(REGCLASS)).then(|| u32::from_ne_bytes(bytes))
}

/// How many values an array holds, where that is written in the query.
fn length(array: &Node<'_>) -> Option<usize> {
    if array.name == "ARRAYEXPR" {
        return Some(array.list("elements").len());
    }
    // A constant: its size, its number of dimensions, two more numbers, the dimensions.
    let Value::Bytes(bytes) = array.field("constvalue") else {
        return None;
    };
    let number = |at: usize| {
        let bytes: [u8; 4] = bytes.get(4 * at..4 * at + 4)?.try_into().ok()?;
        usize::try_from(i32::from_ne_bytes(bytes)).ok()
    };
    (4..4 + number(1)?.min(bytes.len())).map(number).product()
}

/// Whether the planner knows every value of an array.
fn is_constant(array: &Node<'_>) -> bool {
    let mut elements = array.nodes("elements");
    array.name == "CONST" || array.name == "ARRAYEXPR" && elements.all(|e| e.name == "CONST")
}

/// The type of an expression, where its node says it.
fn type_of(node: &Node<'_>) -> Option<u32> {
    const FIELDS: [&str; 14] = [
        "vartype",
        "consttype",
        "paramtype",
        "resulttype",
        "funcresulttype",
        "opresulttype",
        "aggtype",
        "wintype",
        "casetype",
        "coalescetype",
        "minmaxtype",
        "array_typeid",
        "row_typeid",
        "refrestype",
    ];
    FIELDS.iter().find_map(|field| node.oid(field))
}
