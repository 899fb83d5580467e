//! Export: everything there is of one client, as CSV files for people and one JSON file for programs.
//!
//! The CSV files hold the live rows, one noun each, with the names of what their ids refer to beside them; the
//! JSON holds every row in full, deleted ones too, and the history of each. CSV is UTF-8 with a byte-order mark,
//! without which spreadsheet programs garble Chinese, and cells that would start a formula are defused.
pub mod columns;
mod recorded;
mod spreadsheet;
pub mod table;
mod words;

pub use recorded::Recorded;

use crate::error::ServiceError;
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::entity::{EntityKind, decode};
use onsite_store::listing::{self, Condition, Selection};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, history};
use serde_json::{Value, json};
pub(crate) use spreadsheet::{bare, csv_file};
use spreadsheet::{name_column, names, plain, unwritable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_protocol::Fields;
use uuid::Uuid;
pub(crate) use words::{meant, shown};

/// Rows read at once.
const PAGE: i64 = 1000;

/// The files of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub files: Vec<ExportFile>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The nouns that get a CSV file, and their fields that only the JSON holds: pictures, signed bytes, and trees
/// that no cell can show.
const TABLES: &[(&str, EntityKind, &[&str])] = &[
    ("clients.csv", EntityKind::Client, &[]),
    ("sites.csv", EntityKind::Site, &[]),
    ("contacts.csv", EntityKind::Contact, &[]),
    ("assets.csv", EntityKind::Asset, &["details"]),
    ("tickets.csv", EntityKind::Ticket, &[]),
    ("worklog.csv", EntityKind::WorklogEntry, &[]),
    ("visits.csv", EntityKind::Visit, &[]),
    ("advice.csv", EntityKind::Advice, &[]),
    ("handovers.csv", EntityKind::HandoverItem, &[]),
    (
        "sheets.csv",
        EntityKind::ServiceSheet,
        &["canonical", "seal", "seal_key"],
    ),
    (
        "signatures.csv",
        EntityKind::Signature,
        &["strokes", "png", "payload", "device_signature"],
    ),
    ("amendments.csv", EntityKind::SheetAmendment, &[]),
    ("callbacks.csv", EntityKind::Callback, &[]),
    ("complaints.csv", EntityKind::Complaint, &[]),
    ("conflicts.csv", EntityKind::Conflict, &[]),
    ("attachments.csv", EntityKind::Attachment, &["thumbhash"]),
];

/// Everything of a client.
///
/// # Errors
/// There is no such client, or the database can't be read.
pub fn client(db: &mut Db, client_id: Uuid) -> Result<Export, ServiceError> {
    let all = gather(db, client_id)?;
    let related = related(db, &all)?;
    let live: Vec<&StoredRow> = all.iter().map(Arc::as_ref).filter(|row| !row.deleted).collect();
    let labels: BTreeMap<Uuid, String> = all
        .iter()
        .chain(&related)
        .map(|row| (row.id, label(row)))
        .collect();
    let mut files = Vec::with_capacity(TABLES.len() + 2);
    for (name, kind, omitted) in TABLES {
        let rows: Vec<&StoredRow> = live.iter().copied().filter(|row| row.kind == *kind).collect();
        files.push(ExportFile {
            name: (*name).to_owned(),
            bytes: table(*kind, omitted, &rows, &labels)?,
        });
    }
    files.push(ExportFile {
        name: "inspections.csv".to_owned(),
        bytes: inspections(&live, &related, &labels)?,
    });
    files.push(ExportFile {
        name: "client.json".to_owned(),
        bytes: whole(db, client_id, &all, &related)?,
    });
    Ok(Export { files })
}

/// The client, its sites, its tickets, and whatever belongs to one of these at any depth.
fn gather(db: &mut Db, client_id: Uuid) -> Result<Vec<Arc<StoredRow>>, ServiceError> {
    let client = rows::get(db, client_id)?.filter(|row| row.kind == EntityKind::Client && !row.deleted);
    let client = client.ok_or_else(|| ServiceError::not_found("client"))?;
    let mut roots = vec![client];
    let mut after = None;
    loop {
        let sites = rows::page(db, EntityKind::Site, None, None, after, PAGE)?;
        let Some(last) = sites.last() else { break };
        after = Some(last.id);
        let owner = json!(client_id);
        roots.extend(
            sites
                .into_iter()
                .filter(|row| row.body.get("client_id") == Some(&owner)),
        );
    }
    let mut tickets = Selection {
        conditions: vec![Condition::Among("client_id", vec![client_id.into()])],
        ..Selection::all(EntityKind::Ticket)
    };
    loop {
        let found = listing::ids(db, &tickets, PAGE)?;
        let Some(last) = found.last() else { break };
        tickets.after = Some((None, (*last).into()));
        roots.extend(rows::get_many(db, &found)?);
    }
    let mut seen: BTreeSet<Uuid> = roots.iter().map(|row| row.id).collect();
    let mut all = Vec::new();
    let mut level = roots;
    while !level.is_empty() {
        let mut below = Vec::new();
        for row in &level {
            below.extend(
                rows::child_ids(db, row.id)?
                    .into_iter()
                    .filter(|id| seen.insert(*id)),
            );
        }
        all.append(&mut level);
        level = rows::get_many(db, &below)?;
    }
    all.sort_by_key(|row| row.id);
    Ok(all)
}

/// Rows of everybody that these refer to: staff and templates.
fn related(db: &mut Db, all: &[Arc<StoredRow>]) -> Result<Vec<Arc<StoredRow>>, ServiceError> {
    let own: BTreeSet<Uuid> = all.iter().map(|row| row.id).collect();
    let mut outside = BTreeSet::new();
    for row in all {
        let references = row.kind.decode(&row.body)?.references();
        outside.extend(
            references
                .into_iter()
                .map(|reference| reference.id)
                .filter(|id| !own.contains(id)),
        );
    }
    let mut found = rows::get_many(db, &outside.into_iter().collect::<Vec<_>>())?;
    found.retain(|row| matches!(row.kind, EntityKind::User | EntityKind::ChecklistTemplate));
    found.sort_by_key(|row| row.id);
    Ok(found)
}

/// What people call a row.
pub(crate) fn label(row: &StoredRow) -> String {
    let text = |field: &str| row.body.get(field).map(plain).filter(|text| !text.is_empty());
    let both = |first: &str, second: &str| {
        [text(first), text(second)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    match row.kind {
        EntityKind::Asset => both("tag", "name"),
        EntityKind::Ticket => both("number", "title"),
        EntityKind::Visit => both("planned_start", "purpose"),
        EntityKind::ServiceSheet => both("number", "version"),
        EntityKind::InspectionAnswer => both("item", "value"),
        EntityKind::Attachment => text("file_name").unwrap_or_default(),
        _ => text("name").unwrap_or_default(),
    }
}

fn table(
    kind: EntityKind,
    omitted: &[&str],
    rows: &[&StoredRow],
    labels: &BTreeMap<Uuid, String>,
) -> Result<Vec<u8>, ServiceError> {
    let fields = || {
        kind.spec()
            .fields
            .iter()
            .map(|field| field.name)
            .filter(|name| !omitted.contains(name))
    };
    let mut header = vec!["id".to_owned()];
    for field in fields() {
        header.push(field.to_owned());
        header.extend(name_column(field));
    }
    let lines = rows.iter().map(|row| {
        let mut line = vec![row.id.to_string()];
        for field in fields() {
            let value = row.body.get(field).unwrap_or(&Value::Null);
            line.push(plain(value));
            if name_column(field).is_some() {
                line.push(names(value, labels));
            }
        }
        line
    });
    csv_file(&header, lines)
}

/// Every question of every inspection with its answer, in the template's order; unanswered ones stay empty.
fn inspections(
    live: &[&StoredRow],
    related: &[Arc<StoredRow>],
    labels: &BTreeMap<Uuid, String>,
) -> Result<Vec<u8>, ServiceError> {
    const INSPECTION: &[&str] = &[
        "visit_id",
        "asset_id",
        "template_id",
        "status",
        "started_at",
        "finished_at",
        "remark",
    ];
    const ANSWER: &[&str] = &["outcome", "value", "unit", "note"];
    let mut templates: BTreeMap<String, ChecklistTemplate> = BTreeMap::new();
    for row in related
        .iter()
        .filter(|row| row.kind == EntityKind::ChecklistTemplate)
    {
        templates.insert(row.id.to_string(), decode(&row.body)?);
    }
    let mut answers: BTreeMap<String, BTreeMap<String, &Fields>> = BTreeMap::new();
    for row in live.iter().filter(|row| row.kind == EntityKind::InspectionAnswer) {
        let text = |field: &str| row.body.get(field).map(plain).unwrap_or_default();
        answers
            .entry(text("inspection_id"))
            .or_default()
            .insert(text("item"), &row.body);
    }

    let mut header = vec!["id".to_owned()];
    for field in INSPECTION {
        header.push((*field).to_owned());
        header.extend(name_column(field));
    }
    header.extend(["section", "item", "label"].map(str::to_owned));
    header.extend(ANSWER.iter().map(|field| (*field).to_owned()));

    let mut lines = Vec::new();
    for row in live.iter().filter(|row| row.kind == EntityKind::Inspection) {
        let mut start = vec![row.id.to_string()];
        for field in INSPECTION {
            let value = row.body.get(*field).unwrap_or(&Value::Null);
            start.push(plain(value));
            if name_column(field).is_some() {
                start.push(names(value, labels));
            }
        }
        let mut given = answers.remove(&row.id.to_string()).unwrap_or_default();
        let template = row
            .body
            .get("template_id")
            .and_then(|id| templates.get(&plain(id)));
        let mut questions: Vec<[String; 3]> = Vec::new();
        for section in template.into_iter().flat_map(|template| &template.sections) {
            let title = plain(&json!(section.title));
            let items = section.items.iter();
            questions.extend(items.map(|item| [title.clone(), item.key.clone(), plain(&json!(item.label))]));
        }
        let known: BTreeSet<String> = questions.iter().map(|[_, key, _]| key.clone()).collect();
        let others = given.keys().filter(|key| !known.contains(*key));
        questions.extend(
            others
                .map(|key| [String::new(), key.clone(), String::new()])
                .collect::<Vec<_>>(),
        );
        for question in questions {
            let answer = given.remove(&question[1]);
            let cell = |field: &&str| {
                answer
                    .and_then(|answer| answer.get(*field))
                    .map(plain)
                    .unwrap_or_default()
            };
            lines.push(
                start
                    .iter()
                    .cloned()
                    .chain(question)
                    .chain(ANSWER.iter().map(cell))
                    .collect(),
            );
        }
    }
    csv_file(&header, lines)
}

/// All rows and their history.
fn whole(
    db: &mut Db,
    client_id: Uuid,
    all: &[Arc<StoredRow>],
    related: &[Arc<StoredRow>],
) -> Result<Vec<u8>, ServiceError> {
    let row = |row: &Arc<StoredRow>| {
        json!({
            "id": row.id,
            "entity": row.kind.name(),
            "bucket": row.bucket.to_string(),
            "version": row.version,
            "deleted": row.deleted,
            "body": row.body,
        })
    };
    let mut writes = Vec::new();
    for one in all {
        writes.extend(history::of_row(db, one.id, i64::MAX)?);
    }
    writes.sort_by_key(|entry| entry.version);
    let history: Vec<Value> = writes
        .iter()
        .map(|entry| {
            json!({
                "version": entry.version,
                "row_id": entry.row_id,
                "operation": entry.operation,
                "stream": entry.stream,
                "user_id": entry.user_id,
                "changes": entry.changes,
                "written": entry.written,
                "occurred_at": entry.occurred_at,
                "recorded_at": entry.recorded_at,
            })
        })
        .collect();
    let whole = json!({
        "format": "onsite.client-export",
        "version": 1,
        "client_id": client_id,
        "rows": all.iter().map(row).collect::<Vec<_>>(),
        "related": related.iter().map(row).collect::<Vec<_>>(),
        "history": history,
    });
    serde_json::to_vec_pretty(&whole).map_err(unwritable)
}
