//! Lists of records as their entities declare them ([`onsite_model::listing`]): which parameters there are, what they
//! mean, and the page they give, within what the reader may see.
use crate::author::Author;
use crate::error::ServiceError;
use crate::record::{conceal, held};
use chrono::{DateTime, NaiveDate, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::listing::{By, Column, ColumnKind, Listed, Listing};
use onsite_model::search;
use onsite_store::Db;
use onsite_store::listing::{self, Condition, Selection, Value};
use onsite_store::rows::{self, StoredRow};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Longest text that is looked for, in characters.
pub const MAX_QUERY: usize = 200;

/// Most values of one filter.
const MAX_VALUES: usize = 50;

/// The id, by which every list can be sorted: the order in which rows were made.
const ID: &str = "id";

/// A parameter of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub about: String,
    /// JSON schema of its text.
    pub schema: Json,
}

/// A list somebody asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    selection: Selection,
}

/// The place behind a row: enough to go on from there whatever becomes of the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sort: Option<String>,
    #[serde(default, skip_serializing_if = "Json::is_null")]
    value: Json,
    id: Uuid,
}

/// Some rows of a list, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub rows: Vec<Arc<StoredRow>>,
    /// Where it goes on, if there is more.
    pub next: Option<Place>,
}

/// The parameters of a noun's list, beside those of its pages.
pub fn parameters<E: Listed>() -> Vec<Parameter> {
    let listing = &E::LISTING;
    let mut all = Vec::new();
    let mut add = |name: &str, about: String, schema: Json| {
        all.push(Parameter {
            name: name.to_owned(),
            about,
            schema,
        });
    };
    let orders = [ID]
        .into_iter()
        .chain(listing.sorted().map(|column| column.field));
    let orders: Vec<String> = orders
        .flat_map(|field| [field.to_owned(), format!("-{field}")])
        .collect();
    let about = "What it is sorted by, from the least; with a minus before it from the greatest. What has no value \
                 is less than any.";
    add(
        "sort",
        about.to_owned(),
        json!({ "type": "string", "enum": orders }),
    );
    if listing.is_searched() {
        let about = "Words to find, all of them, in the texts of the record and of what it belongs to; spaces, \
                     punctuation, width and case don't matter.";
        add(
            "q",
            about.to_owned(),
            json!({ "type": "string", "maxLength": MAX_QUERY }),
        );
    }
    for column in listing.columns {
        if let Some(name) = column.equal {
            let (about, schema) = equality(column);
            add(name, about, schema);
        }
        if let Some(before) = column.span {
            let format = if column.kind == ColumnKind::Date {
                "date"
            } else {
                "date-time"
            };
            let schema = json!({ "type": "string", "format": format });
            let what = column.english;
            add(
                &format!("{before}from"),
                format!("{what}: then or later."),
                schema.clone(),
            );
            add(&format!("{before}until"), format!("{what}: before then."), schema);
        }
    }
    for related in listing.related {
        add(
            related.parameter,
            related.about.to_owned(),
            json!({ "type": "string", "pattern": SEVERAL_IDS }),
        );
    }
    all
}

/// One id or several behind commas.
const SEVERAL_IDS: &str = "^[0-9a-fA-F-]{32,36}(,[0-9a-fA-F-]{32,36})*$";

/// The same, or [`NONE`] among them.
const SEVERAL_IDS_OR_NONE: &str = "^(none|[0-9a-fA-F-]{32,36})(,(none|[0-9a-fA-F-]{32,36}))*$";

/// What asks for rows that refer to nothing.
const NONE: &str = "none";

fn equality(column: &Column) -> (String, Json) {
    let several = "; several behind commas";
    match column.kind {
        ColumnKind::Word(words) => {
            let any = words.join("|");
            let schema = json!({ "type": "string", "pattern": format!("^({any})(,({any}))*$") });
            (format!("Only of this: {}{several}.", words.join(", ")), schema)
        }
        ColumnKind::Reference(kind) => {
            let kind = kind.name().replace('_', " ");
            let about = format!("The id of a {kind}, or `none` for those without{several}.");
            (about, json!({ "type": "string", "pattern": SEVERAL_IDS_OR_NONE }))
        }
        ColumnKind::Key => (
            format!("An id{several}."),
            json!({ "type": "string", "pattern": SEVERAL_IDS }),
        ),
        ColumnKind::YesNo => (
            "Only those, or only the others.".to_owned(),
            json!({ "type": "boolean" }),
        ),
        ColumnKind::Number => (
            format!("A number{several}."),
            json!({ "type": "string", "pattern": "^-?[0-9]+(,-?[0-9]+)*$" }),
        ),
        _ => ("Exactly this.".to_owned(), json!({ "type": "string" })),
    }
}

/// Makes the condition of one end of a span.
type MakeCondition = fn(&'static str, Value) -> Condition;

impl Wanted {
    /// The list these parameters ask for; those of pages and unknown ones are not looked at.
    ///
    /// # Errors
    /// A parameter has no such value, or the list can't be sorted by this.
    pub fn of<E: Listed>(parameters: &HashMap<String, String>) -> Result<Wanted, ServiceError> {
        let listing = &E::LISTING;
        let get = |name: &str| parameters.get(name).map(String::as_str);
        let mut conditions = Vec::new();
        for column in listing.columns {
            if let Some((name, text)) = column.equal.and_then(|name| Some((name, get(name)?))) {
                conditions.push(equal(column, text).map_err(|error| error.field(name))?);
            }
            let Some(before) = column.span else { continue };
            let make: [(&str, MakeCondition); 2] = [("from", Condition::From), ("until", Condition::Until)];
            for (end, condition) in make {
                let name = format!("{before}{end}");
                if let Some(text) = get(&name) {
                    let value = value(column.kind, text).map_err(|error| error.field(&name))?;
                    conditions.push(condition(column.field, value));
                }
            }
        }
        for related in listing.related {
            if let Some(text) = get(related.parameter) {
                let ids = split(text).and_then(|parts| parts.into_iter().map(id).collect());
                let ids: Vec<Uuid> = ids.map_err(|error| error.field(related.parameter))?;
                conditions.push(condition(related.by, &ids));
            }
        }
        if let Some(query) = get("q").filter(|query| listing.is_searched() && !query.trim().is_empty()) {
            conditions.extend(contains(query)?);
        }
        let (sort, descending) = order(listing, get("sort"))?;
        let selection = Selection {
            conditions,
            searched: listing.searched,
            through: listing.through,
            sort,
            descending,
            ..Selection::all(E::KIND)
        };
        Ok(Wanted { selection })
    }

    /// How it is sorted, as `sort` says it.
    fn sort(&self) -> Option<String> {
        let minus = if self.selection.descending { "-" } else { "" };
        match (self.selection.sort, self.selection.descending) {
            (None, false) => None,
            (None, true) => Some(format!("-{ID}")),
            (Some(column), _) => Some(format!("{minus}{}", column.field)),
        }
    }

    /// The rows behind a place, or the first.
    ///
    /// # Errors
    /// The place is of another list, or the database can't be read.
    pub fn page(
        &self,
        db: &mut Db,
        author: &Author,
        after: Option<&Place>,
        limit: u32,
    ) -> Result<Page, ServiceError> {
        let mut selection = self.within(db, author)?;
        selection.after = after.map(|place| self.place(place)).transpose()?;
        let limit = limit as usize;
        let mut ids = listing::ids(db, &selection, limit as i64 + 1)?;
        let more = ids.len() > limit;
        ids.truncate(limit);
        let mut found: HashMap<Uuid, Arc<StoredRow>> = rows::get_many(db, &ids)?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let mut rows: Vec<Arc<StoredRow>> = ids.iter().filter_map(|id| found.remove(id)).collect();
        let held = held(db, author)?;
        for row in &mut rows {
            conceal(
                db,
                author,
                held.as_ref(),
                row.kind,
                row.id,
                &mut Arc::make_mut(row).body,
            )?;
        }
        let next = rows.last().filter(|_| more).map(|row| Place {
            sort: self.sort(),
            value: self
                .selection
                .sort
                .map_or(Json::Null, |column| comparable(column, &row.body)),
            id: row.id,
        });
        Ok(Page { rows, next })
    }

    /// How many rows there are on all pages.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn count(&self, db: &mut Db, author: &Author) -> Result<u64, ServiceError> {
        let selection = self.within(db, author)?;
        Ok(listing::count(db, &selection)?)
    }

    /// The rows the author may see.
    fn within(&self, db: &mut Db, author: &Author) -> Result<Selection, ServiceError> {
        let mut selection = self.selection.clone();
        if let Some(held) = held(db, author)? {
            let buckets = held.iter().map(|bucket| bucket.to_string().into()).collect();
            selection.conditions.push(Condition::Buckets(buckets));
        }
        Ok(selection)
    }

    fn place(&self, place: &Place) -> Result<(Option<Value>, Value), ServiceError> {
        let bad =
            || ServiceError::new(ErrorCode::BadCursor, "start again from the first page").field("after");
        if place.sort != self.sort() {
            return Err(bad());
        }
        let value = match (self.selection.sort, &place.value) {
            (None, _) | (_, Json::Null) => None,
            (Some(column), given) => Some(given_value(column.kind, given).ok_or_else(bad)?),
        };
        Ok((value, place.id.into()))
    }
}

fn order(listing: &Listing, sort: Option<&str>) -> Result<(Option<&'static Column>, bool), ServiceError> {
    let Some(sort) = sort else {
        return Ok((None, false));
    };
    let (field, descending) = match sort.strip_prefix('-') {
        Some(field) => (field, true),
        None => (sort, false),
    };
    if field == ID {
        return Ok((None, descending));
    }
    match listing.sorted().find(|column| column.field == field) {
        Some(column) => Ok((Some(column), descending)),
        None => {
            let known: Vec<&str> = [ID]
                .into_iter()
                .chain(listing.sorted().map(|column| column.field))
                .collect();
            let detail = format!(
                "this list is sorted by {}, with a minus for the other way",
                known.join(", ")
            );
            Err(ServiceError::new(ErrorCode::Malformed, detail).field("sort"))
        }
    }
}

/// What rows that hold all words of a query must contain.
///
/// # Errors
/// It is too long.
pub(crate) fn contains(query: &str) -> Result<Vec<Condition>, ServiceError> {
    if query.chars().count() > MAX_QUERY {
        let detail = format!("at most {MAX_QUERY} characters");
        return Err(ServiceError::new(ErrorCode::Malformed, detail).field("q"));
    }
    let mut terms = search::terms(query);
    if terms.is_empty() {
        // A dash stands in no entry: what has no letters and no digits finds nothing.
        terms.push("-".to_owned());
    }
    Ok(terms.into_iter().map(Condition::Contains).collect())
}

fn condition(by: By, ids: &[Uuid]) -> Condition {
    let values = || ids.iter().map(|id| Value::from(*id)).collect();
    match by {
        By::Way(way) => Condition::Along(way, values()),
        By::Link(table) => Condition::Linked(table, values()),
        By::Parent => Condition::Parent(values()),
        By::SiteBucket => {
            let buckets = ids.iter().map(|id| Bucket::Site(*id).to_string().into());
            Condition::Buckets(buckets.collect())
        }
    }
}

fn malformed(detail: impl Into<String>) -> ServiceError {
    ServiceError::new(ErrorCode::Malformed, detail)
}

fn id(text: &str) -> Result<Uuid, ServiceError> {
    text.parse()
        .map_err(|_| malformed("an id, or several behind commas"))
}

fn split(text: &str) -> Result<Vec<&str>, ServiceError> {
    let parts: Vec<&str> = text.split(',').collect();
    if parts.len() > MAX_VALUES {
        return Err(malformed(format!("at most {MAX_VALUES} values")));
    }
    Ok(parts)
}

/// What a filter for given values asks for.
fn equal(column: &Column, text: &str) -> Result<Condition, ServiceError> {
    if !matches!(column.kind, ColumnKind::Reference(_)) {
        return Ok(Condition::Among(column.field, values(column.kind, text)?));
    }
    let (none, ids): (Vec<&str>, Vec<&str>) = split(text)?.into_iter().partition(|part| *part == NONE);
    let ids = ids.into_iter().map(|part| id(part).map(Value::from));
    let ids: Vec<Value> = ids.collect::<Result<_, _>>()?;
    Ok(match none.is_empty() {
        true => Condition::Among(column.field, ids),
        false => Condition::AmongOrNone(column.field, ids),
    })
}

/// The values a filter asks for. A text is one, whatever stands in it.
fn values(kind: ColumnKind, text: &str) -> Result<Vec<Value>, ServiceError> {
    match kind {
        ColumnKind::Text => Ok(vec![text.to_owned().into()]),
        _ => split(text)?.into_iter().map(|part| value(kind, part)).collect(),
    }
}

fn value(kind: ColumnKind, text: &str) -> Result<Value, ServiceError> {
    match kind {
        ColumnKind::Text => Ok(text.to_owned().into()),
        ColumnKind::Reference(_) | ColumnKind::Key => id(text).map(Value::from),
        ColumnKind::Word(words) if words.contains(&text) => Ok(text.to_owned().into()),
        ColumnKind::Word(words) => Err(malformed(format!("one of {}", words.join(", ")))),
        ColumnKind::YesNo => text
            .parse::<bool>()
            .map(Value::from)
            .map_err(|_| malformed("true or false")),
        ColumnKind::Number => text
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| malformed("a whole number")),
        ColumnKind::Time => {
            let at = DateTime::parse_from_rfc3339(text);
            at.map(|at| at.with_timezone(&Utc).into())
                .map_err(|_| malformed("a time such as 2026-03-02T08:00:00Z"))
        }
        ColumnKind::Date => {
            let day: Result<NaiveDate, _> = text.parse();
            day.map(|day| day.to_string().into())
                .map_err(|_| malformed("a day such as 2026-03-02"))
        }
    }
}

/// What a row is sorted by, as the database compares it.
fn comparable(column: &Column, body: &Fields) -> Json {
    let value = column.value(body);
    match (column.kind, value.as_str()) {
        (ColumnKind::Text, Some(text)) => json!(text.to_ascii_lowercase()),
        (ColumnKind::Word(words), Some(word)) => json!(words.iter().position(|known| *known == word)),
        _ => value.clone(),
    }
}

fn given_value(kind: ColumnKind, given: &Json) -> Option<Value> {
    match (kind, given) {
        (ColumnKind::Word(_) | ColumnKind::Number, Json::Number(number)) => number.as_i64().map(Value::from),
        (ColumnKind::Word(_) | ColumnKind::Number, _) => None,
        // PostgreSQL holds no NUL.
        (kind, Json::String(text)) if !text.contains('\0') => value(kind, text).ok(),
        _ => None,
    }
}
