//! Imports that run beside the person who asked for them: where each stands, and what became of its rows.
use super::report::{Counts, Outcome, Report};
use crate::error::ServiceError;
use crate::export::csv_file;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::language::Language;
use onsite_store::imports::Import;
use onsite_store::{Db, imports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// After this long without a step, the server that ran an import has stopped.
const SILENCE: TimeDelta = TimeDelta::minutes(10);

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Running,
    Done,
    /// It could not go on; what was written stands.
    Failed,
    /// The server stopped meanwhile. What was written stands; the same file again does the rest.
    Interrupted,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Import")]
pub struct Standing {
    pub id: Uuid,
    pub user_id: Uuid,
    pub format: String,
    pub file_name: String,
    /// Whether it only tells what would happen.
    pub dry_run: bool,
    pub state: ImportState,
    /// Rows of the file; 0 until it has been read.
    pub total: u64,
    /// Rows that are through.
    pub done: u64,
    /// How many rows ended how, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportRow")]
pub struct KeptRow {
    /// Line of a CSV file, where the header is 1; otherwise the place in a list, from 1.
    pub row: u64,
    pub outcome: Outcome,
    /// Tag and name.
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// What changes, what stays as somebody set it, what is new, and what is wrong; in English and Chinese.
    pub notes: Vec<String>,
    pub notes_zh: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    counts: Counts,
    rows: Vec<KeptRow>,
}

/// A report as it is kept.
///
/// # Errors
/// It can't be written down, which is a fault of ours.
pub fn written(report: &Report) -> Result<String, ServiceError> {
    let rows = report.rows.iter().map(|row| KeptRow {
        row: row.at.row,
        outcome: row.outcome,
        label: row.label.clone(),
        asset: row.asset,
        client: row.client.clone(),
        site: row.site.clone(),
        notes: row.notes(Language::En),
        notes_zh: row.notes(Language::ZhCn),
    });
    let kept = Kept {
        counts: report.counts,
        rows: rows.collect(),
    };
    serde_json::to_string(&kept).map_err(|error| {
        tracing::error!(%error, "an import's outcome can't be written as JSON");
        ServiceError::new(ErrorCode::Internal, "the outcome could not be kept")
    })
}

/// Where an import stands.
///
/// # Errors
/// There is none of this id, or the database can't be read.
pub fn standing(db: &mut Db, id: Uuid, now: DateTime<Utc>) -> Result<Standing, ServiceError> {
    let import = imports::get(db, id)?.ok_or_else(|| ServiceError::not_found("import"))?;
    let counts = kept(db, id)?.map(|kept| kept.counts);
    Ok(told(import, counts, now))
}

/// The newest imports, without their counts.
///
/// # Errors
/// The database can't be read.
pub fn newest(db: &mut Db, now: DateTime<Utc>) -> Result<Vec<Standing>, ServiceError> {
    const NEWEST: i64 = 50;
    let found = imports::newest(db, NEWEST)?;
    Ok(found.into_iter().map(|import| told(import, None, now)).collect())
}

/// An import as it is told.
pub fn told(import: Import, counts: Option<Counts>, now: DateTime<Utc>) -> Standing {
    let state = match import.state.as_str() {
        "done" => ImportState::Done,
        "failed" => ImportState::Failed,
        _ if now - import.updated_at > SILENCE => ImportState::Interrupted,
        _ => ImportState::Running,
    };
    Standing {
        id: import.id,
        user_id: import.user_id,
        format: import.format,
        file_name: import.file_name,
        dry_run: import.dry_run,
        state,
        total: import.total,
        done: import.done,
        counts,
        error: import.error,
        created_at: import.created_at,
        updated_at: import.updated_at,
    }
}

fn kept(db: &mut Db, id: Uuid) -> Result<Option<Kept>, ServiceError> {
    let Some(text) = imports::outcome(db, id)? else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        tracing::error!(%error, "an import's outcome can't be read");
        ServiceError::new(ErrorCode::Internal, "the outcome of this import can't be read")
    })
}

/// What became of the rows, in the order of the file; nothing until it is done.
///
/// # Errors
/// There is no such import, or the database can't be read.
pub fn rows(db: &mut Db, id: Uuid) -> Result<Vec<KeptRow>, ServiceError> {
    imports::get(db, id)?.ok_or_else(|| ServiceError::not_found("import"))?;
    Ok(kept(db, id)?.map(|kept| kept.rows).unwrap_or_default())
}

/// The same as CSV for spreadsheet programs.
///
/// # Errors
/// It can't be written, which is a fault of ours.
pub fn csv(rows: Vec<KeptRow>, language: Language) -> Result<Vec<u8>, ServiceError> {
    let headings = [
        ("Row", "行"),
        ("Outcome", "结果"),
        ("Asset", "资产"),
        ("Client", "客户"),
        ("Site", "站点"),
        ("Notes", "说明"),
    ];
    let headings: Vec<String> = headings.map(|(en, zh)| language.pick(en, zh).to_owned()).to_vec();
    let lines = rows.into_iter().map(|row| {
        let notes = match language {
            Language::En => row.notes,
            Language::ZhCn => row.notes_zh,
        };
        vec![
            row.row.to_string(),
            row.outcome.word(language).to_owned(),
            row.label,
            row.client.unwrap_or_default(),
            row.site.unwrap_or_default(),
            notes.join("\n"),
        ]
    });
    csv_file(&headings, lines)
}
