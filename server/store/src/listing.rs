//! Lists of any kind: sorted, narrowed down, in pages, counted. One statement, written from what the kind declares
//! ([`onsite_model::listing`]): names in it come from declarations alone, and every value is bound.
use crate::db::Db;
use crate::dialect::{At, Conn, Guid, Id, Instant, MultiBackend};
use crate::error::StoreError;
use crate::projections::table;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use onsite_model::entity::EntityKind;
use onsite_model::listing::{Column, ColumnKind, Way};
use uuid::Uuid;

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(Bound);

#[derive(Debug, Clone, PartialEq)]
enum Bound {
    Id(Id),
    Text(String),
    Number(i64),
    YesNo(bool),
    At(At),
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Value {
        Value(Bound::Id(Id(id)))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value(Bound::Text(text))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value(Bound::Number(number))
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Value {
        Value(Bound::YesNo(yes))
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Value {
        Value(Bound::At(At(at)))
    }
}

/// What rows must be to be in a list. All conditions count.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The column holds one of these.
    Among(&'static str, Vec<Value>),
    /// The column holds one of these, or nothing.
    AmongOrNone(&'static str, Vec<Value>),
    /// The column holds this or more.
    From(&'static str, Value),
    /// The column holds less than this.
    Until(&'static str, Value),
    /// References one behind the other lead to one of these ids; the last field is compared.
    Along(Way, Vec<Value>),
    /// A table of pairs (its name, the column with the row's own id, the other column) leads to one of these ids.
    Linked([&'static str; 3], Vec<Value>),
    /// It shares the bucket of one of these rows.
    Parent(Vec<Value>),
    /// It lies in one of these buckets.
    Buckets(Vec<Value>),
    /// The row's own texts, or those it is found through, contain this; see [`onsite_model::search`].
    Contains(String),
}

/// Which rows, in which order, from where.
#[derive(Debug, Clone)]
pub struct Selection {
    pub kind: EntityKind,
    pub conditions: Vec<Condition>,
    /// Whether the kind has texts of its own, and the ways to those of others.
    pub searched: bool,
    pub through: &'static [Way],
    /// By this column, nothing before something; rows with the same value are in the order of their ids, as all are
    /// without it.
    pub sort: Option<&'static Column>,
    pub descending: bool,
    /// Before all else by how well they fit this squeezed query: a whole text before a beginning before a middle.
    pub ranked: Option<String>,
    /// The last row of the page before, with its value in the column.
    pub after: Option<(Option<Value>, Value)>,
}

impl Selection {
    /// All rows of a kind, oldest first.
    pub fn all(kind: EntityKind) -> Selection {
        Selection {
            kind,
            conditions: Vec::new(),
            searched: false,
            through: &[],
            sort: None,
            descending: false,
            ranked: None,
            after: None,
        }
    }
}

/// Ids of the selected rows, in order.
///
/// # Errors
/// The database can't be read.
pub fn ids(db: &mut Db, selection: &Selection, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    let found: Vec<Id> = Ids { selection, limit }.load(db.reading()?)?;
    Ok(found.into_iter().map(|Id(id)| id).collect())
}

/// How many rows are selected, on all pages.
///
/// # Errors
/// The database can't be read.
pub fn count(db: &mut Db, selection: &Selection) -> Result<u64, StoreError> {
    let found: i64 = Count { selection }.get_result(db.reading()?)?;
    Ok(found as u64)
}

struct Ids<'a> {
    selection: &'a Selection,
    limit: i64,
}

struct Count<'a> {
    selection: &'a Selection,
}

/// A statement of its own, different each time.
macro_rules! statement {
    ($name:ident gives $sql:ty) => {
        impl QueryId for $name<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl Query for $name<'_> {
            type SqlType = $sql;
        }
        impl RunQueryDsl<Conn> for $name<'_> {}
    };
}

statement!(Ids gives Guid);
statement!(Count gives BigInt);

impl QueryFragment<MultiBackend> for Ids<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let selection = self.selection;
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT t.id FROM ");
        selection.push_where(&mut out)?;
        if let Some((value, id)) = &selection.after {
            out.push_sql(" AND ");
            selection.push_after(&mut out, value.as_ref(), id)?;
        }
        out.push_sql(" ORDER BY ");
        if let Some(query) = &selection.ranked {
            // Texts stand between line breaks.
            out.push_sql("CASE WHEN t.search LIKE '%\n' || ");
            out.push_bind_param::<Text, String>(query)?;
            out.push_sql(" || '\n%' THEN 0 WHEN t.search LIKE '%\n' || ");
            out.push_bind_param::<Text, String>(query)?;
            out.push_sql(" || '%' THEN 1 ELSE 2 END, ");
        }
        let (order, id_order) = match selection.descending {
            false => (" ASC NULLS FIRST, ", "t.id ASC"),
            true => (" DESC NULLS LAST, ", "t.id DESC"),
        };
        if let Some(column) = selection.sort {
            push_sorted(&mut out, column);
            out.push_sql(order);
        }
        out.push_sql(id_order);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, i64>(&self.limit)
    }
}

impl QueryFragment<MultiBackend> for Count<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT count(*) FROM ");
        self.selection.push_where(&mut out)
    }
}

impl Selection {
    fn push_where<'b>(&'b self, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(table(self.kind));
        out.push_sql(" t WHERE 1 = 1");
        for condition in &self.conditions {
            out.push_sql(" AND ");
            self.push_condition(out, condition)?;
        }
        Ok(())
    }

    fn push_condition<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, MultiBackend>,
        condition: &'b Condition,
    ) -> QueryResult<()> {
        match condition {
            Condition::Among(column, values) => {
                push_column(out, column);
                push_in(out, values)?;
            }
            Condition::AmongOrNone(column, values) => {
                out.push_sql("(");
                push_column(out, column);
                out.push_sql(" IS NULL");
                if !values.is_empty() {
                    out.push_sql(" OR ");
                    push_column(out, column);
                    push_in(out, values)?;
                }
                out.push_sql(")");
            }
            Condition::From(column, value) => {
                push_column(out, column);
                out.push_sql(" >= ");
                push_value(out, value)?;
            }
            Condition::Until(column, value) => {
                push_column(out, column);
                out.push_sql(" < ");
                push_value(out, value)?;
            }
            Condition::Along(way, ids) => {
                if let Some(((last, _), before)) = way.split_last() {
                    push_along(out, before, |out, prefix| {
                        out.push_sql(prefix);
                        out.push_sql(last);
                        push_in(out, ids)
                    })?;
                }
            }
            Condition::Linked([table, own, other], ids) => {
                out.push_sql(&format!("t.id IN (SELECT {own} FROM {table} WHERE {other}"));
                push_in(out, ids)?;
                out.push_sql(")");
            }
            Condition::Parent(ids) => {
                out.push_sql("t.id IN (SELECT id FROM rows WHERE parent_id");
                push_in(out, ids)?;
                out.push_sql(")");
            }
            Condition::Buckets(buckets) => {
                out.push_sql("t.id IN (SELECT id FROM rows WHERE bucket");
                push_in(out, buckets)?;
                out.push_sql(")");
            }
            Condition::Contains(part) => {
                out.push_sql("(");
                if self.searched {
                    push_contains(out, "t.search", part)?;
                }
                for (at, way) in self.through.iter().enumerate() {
                    if at > 0 || self.searched {
                        out.push_sql(" OR ");
                    }
                    push_along(out, way, |out, prefix| {
                        push_contains(out, &format!("{prefix}search"), part)
                    })?;
                }
                out.push_sql(")");
            }
        }
        Ok(())
    }

    /// Rows behind the last one of a page. The bound on the value alone lets an index begin there.
    fn push_after<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, MultiBackend>,
        value: Option<&'b Value>,
        id: &'b Value,
    ) -> QueryResult<()> {
        let beyond = if self.descending { " < " } else { " > " };
        let push_id = |out: &mut AstPass<'_, 'b, MultiBackend>| {
            out.push_sql("t.id");
            out.push_sql(beyond);
            push_value(out, id)
        };
        let Some(column) = self.sort else {
            return push_id(out);
        };
        let push = |out: &mut AstPass<'_, 'b, MultiBackend>, rest: &str| {
            push_sorted(out, column);
            out.push_sql(rest);
        };
        match (value, self.descending) {
            (Some(value), _) => {
                out.push_sql("(");
                push(out, beyond);
                push_value(out, value)?;
                if self.descending {
                    out.push_sql(" OR ");
                    push(out, " IS NULL");
                }
                out.push_sql(" OR (");
                push(out, " = ");
                push_value(out, value)?;
                out.push_sql(" AND ");
                push_id(out)?;
                out.push_sql("))");
                if !self.descending {
                    out.push_sql(" AND ");
                    push(out, " >= ");
                    push_value(out, value)?;
                }
            }
            (None, false) => {
                out.push_sql("(");
                push(out, " IS NOT NULL OR ");
                push_id(out)?;
                out.push_sql(")");
            }
            (None, true) => {
                push(out, " IS NULL AND ");
                push_id(out)?;
            }
        }
        Ok(())
    }
}

fn push_column(out: &mut AstPass<'_, '_, MultiBackend>, column: &str) {
    out.push_sql("t.");
    out.push_sql(column);
}

/// A column as it is sorted; the indexes are on the same expressions.
fn push_sorted(out: &mut AstPass<'_, '_, MultiBackend>, column: &Column) {
    match column.kind {
        ColumnKind::Text => {
            out.push_sql("lower(t.");
            out.push_sql(column.field);
            out.push_sql(")");
        }
        ColumnKind::Word(words) => {
            out.push_sql("CASE t.");
            out.push_sql(column.field);
            for (at, word) in words.iter().enumerate() {
                out.push_sql(&format!(" WHEN '{word}' THEN {at}"));
            }
            out.push_sql(" END");
        }
        _ => push_column(out, column.field),
    }
}

fn push_in<'b>(out: &mut AstPass<'_, 'b, MultiBackend>, values: &'b [Value]) -> QueryResult<()> {
    out.push_sql(" IN (");
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push_sql(", ");
        }
        push_value(out, value)?;
    }
    out.push_sql(")");
    Ok(())
}

fn push_value<'b>(out: &mut AstPass<'_, 'b, MultiBackend>, value: &'b Value) -> QueryResult<()> {
    match &value.0 {
        Bound::Id(id) => out.push_bind_param::<Guid, Id>(id),
        Bound::Text(text) => out.push_bind_param::<Text, String>(text),
        Bound::Number(number) => out.push_bind_param::<BigInt, i64>(number),
        Bound::YesNo(yes) => out.push_bind_param::<Bool, bool>(yes),
        Bound::At(at) => out.push_bind_param::<Instant, At>(at),
    }
}

/// Follows references into one table after the other; `last` says what is asked of the row at their end, whose columns
/// have the given prefix.
fn push_along<'b>(
    out: &mut AstPass<'_, 'b, MultiBackend>,
    way: &'static [(&'static str, EntityKind)],
    last: impl FnOnce(&mut AstPass<'_, 'b, MultiBackend>, &str) -> QueryResult<()>,
) -> QueryResult<()> {
    let mut prefix = "t.".to_owned();
    for (at, (field, kind)) in way.iter().enumerate() {
        let next = format!("t{at}");
        out.push_sql(&format!(
            "{prefix}{field} IN (SELECT {next}.id FROM {} {next} WHERE ",
            table(*kind)
        ));
        prefix = next + ".";
    }
    last(out, &prefix)?;
    out.push_sql(&")".repeat(way.len()));
    Ok(())
}

/// The part is letters and digits alone, so nothing in it has a meaning to LIKE but what stands around it.
fn push_contains<'b>(
    out: &mut AstPass<'_, 'b, MultiBackend>,
    column: &str,
    part: &'b String,
) -> QueryResult<()> {
    out.push_sql(column);
    out.push_sql(" LIKE '%' || ");
    out.push_bind_param::<Text, String>(part)?;
    out.push_sql(" || '%'");
    Ok(())
}
