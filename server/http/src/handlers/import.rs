//! Imports: a file is taken, worked through beside the request, and what became of each row is kept.
use crate::app::App;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::{Paging, Query, cursor};
use crate::input::raw::RawFile;
use crate::input::tongue::Tongue;
use crate::permit::{Allowed, Import};
use crate::problem::Problem;
use crate::reply::{Bytes, Json, Page};
use actix_web::web;
use onsite_model::ids::new_id;
use onsite_services::ServiceError;
use onsite_services::author::Author;
use onsite_services::import::kept::{self, KeptRow, Standing};
use onsite_services::import::snipe_it::{Field, Mapping};
use onsite_services::import::{self, BATCH, Column, Format, Outcome, Report, Target};
use onsite_store::imports;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Longest name of a file that is kept, in characters.
const MAX_NAME: usize = 200;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// GLPI agent inventories: one JSON document, a list of them, or one on each line.
    Glpi,
    /// An asset list as Snipe-IT exports it.
    SnipeIt,
    /// An asset list of one's own with a line of column names.
    Csv,
}

impl ImportFormat {
    fn name(self) -> &'static str {
        match self {
            ImportFormat::Glpi => "glpi",
            ImportFormat::SnipeIt => "snipe_it",
            ImportFormat::Csv => "csv",
        }
    }

    fn reader(self) -> Format {
        match self {
            ImportFormat::Glpi => Format::Glpi,
            ImportFormat::SnipeIt => Format::SnipeIt,
            ImportFormat::Csv => Format::Csv,
        }
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ImportOrder {
    /// Always needed.
    #[serde(default)]
    format: Option<ImportFormat>,
    #[serde(default)]
    file_name: String,
    /// Say what would happen, and change nothing.
    #[serde(default)]
    dry_run: bool,
    /// The client the assets belong to, by id, code or name, where the file doesn't say.
    #[serde(default)]
    client: Option<String>,
    /// The site they stand at, by id or name.
    #[serde(default)]
    site: Option<String>,
    /// JSON: a column's name and its field, or `keep`; over what the names suggest.
    #[serde(default)]
    mapping: Option<String>,
}

pub async fn begin(
    who: Allowed<Import>,
    app: App,
    (once, Query(order), RawFile(file)): (Once, Query<ImportOrder>, RawFile),
) -> Result<Json<Standing>, Problem> {
    if order.file_name.chars().count() > MAX_NAME {
        return Err(
            Problem::new(ErrorCode::Invalid, format!("at most {MAX_NAME} characters")).field("file_name"),
        );
    }
    let Some(format) = order.format else {
        return Err(Problem::malformed("say what the file is").field("format"));
    };
    let file = some(file)?;
    let mapping = order.mapping.as_deref().map(Mapping::parse).transpose();
    let mapping =
        mapping.map_err(|error| Problem::new(ErrorCode::Invalid, error.to_string()).field("mapping"))?;
    let id = new_id(app.now());
    let new = imports::Import {
        id,
        user_id: who.user_id,
        format: format.name().to_owned(),
        file_name: order.file_name.clone(),
        dry_run: order.dry_run,
        state: "running".to_owned(),
        total: 0,
        done: 0,
        error: None,
        created_at: app.now(),
        updated_at: app.now(),
    };
    let begun: Standing = app
        .once(&who, once, move |tx, cause| {
            imports::begin(tx, &new)?;
            Ok(kept::told(new, None, cause.now))
        })
        .await?;
    // A retry is answered with the import that began the first time.
    if begun.id == id {
        actix_web::rt::spawn(work(
            app,
            who.author(),
            id,
            (order, format.reader()),
            mapping,
            file,
        ));
    }
    Ok(Json(begun))
}

/// A file with something in it.
fn some(file: web::Bytes) -> Result<web::Bytes, Problem> {
    match file.is_empty() {
        true => Err(Problem::malformed("send the file as the body of the request")),
        false => Ok(file),
    }
}

/// Works a file through and keeps how that ended.
async fn work(
    app: App,
    author: Author,
    id: Uuid,
    order: (ImportOrder, Format),
    mapping: Option<Mapping>,
    file: web::Bytes,
) {
    let ended = match through(&app, &author, id, order, mapping, file).await {
        Ok(report) => app.heavy(move || kept::written(&report)).await,
        Err(problem) => Err(problem),
    };
    let kept = app.write(author, move |tx, cause| {
        let ended = match &ended {
            Ok(outcome) => Ok(outcome.as_str()),
            Err(problem) => Err(problem.detail()),
        };
        Ok(imports::end(tx, id, ended, cause.now)?)
    });
    if let Err(problem) = kept.await {
        tracing::error!(import = %id, detail = problem.detail(), "how an import ended could not be kept");
    }
}

async fn through(
    app: &App,
    author: &Author,
    id: Uuid,
    order: (ImportOrder, Format),
    mapping: Option<Mapping>,
    file: web::Bytes,
) -> Result<Report, Problem> {
    let invalid = |error: import::ImportError| ServiceError::new(ErrorCode::Invalid, error.to_string());
    let (order, format) = order;
    let name = order.file_name;
    let rows = app
        .heavy(move || import::read_bytes(&name, &file, format, mapping.as_ref()).map_err(invalid))
        .await?;
    let total = rows.len() as u64;
    let target = Target {
        client: order.client,
        site: order.site,
    };
    let plan = app.read(move |db| import::plan(db, rows, &target)).await?;
    if order.dry_run {
        let advance = app.write(*author, move |tx, cause| {
            Ok(imports::advance(tx, id, total, total, cause.now)?)
        });
        advance.await?;
        return Ok(plan.report());
    }
    let mut reports = Vec::new();
    let mut done = 0;
    for batch in plan.batches(BATCH) {
        done += batch.rows.len() as u64;
        let report = app.write(*author, move |tx, cause| {
            let report = import::run(tx, cause, &batch)?;
            imports::advance(tx, id, total, done, cause.now)?;
            Ok(report)
        });
        reports.push(report.await?);
    }
    Ok(Report::join(reports))
}

pub async fn list(_who: Allowed<Import>, app: App, (): ()) -> Result<Json<Vec<Standing>>, Problem> {
    let now = app.now();
    app.read(move |db| Ok(Json(kept::newest(db, now)?))).await
}

pub async fn get(_who: Allowed<Import>, app: App, Id(id): Id) -> Result<Json<Standing>, Problem> {
    let now = app.now();
    app.read(move |db| Ok(Json(kept::standing(db, id, now)?))).await
}

/// Which rows.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Which {
    #[serde(default)]
    outcome: Option<Outcome>,
}

pub async fn rows(
    _who: Allowed<Import>,
    app: App,
    (Id(id), paging, Query(which)): (Id, Paging, Query<Which>),
) -> Result<Page<KeptRow>, Problem> {
    let after = paging.after_number()?;
    let rows = app.read(move |db| kept::rows(db, id)).await?;
    let chosen = rows
        .into_iter()
        .filter(|row| which.outcome.is_none_or(|outcome| row.outcome == outcome));
    let chosen: Vec<KeptRow> = chosen.collect();
    let total = chosen.len() as u64;
    let skip = usize::try_from(after).unwrap_or(usize::MAX);
    let items: Vec<KeptRow> = chosen
        .into_iter()
        .skip(skip)
        .take(paging.limit as usize)
        .collect();
    let reached = after + items.len() as u64;
    Ok(Page {
        next: (reached < total).then(|| cursor(&reached.to_be_bytes())),
        items,
        total: Some(total),
    })
}

pub async fn outcome(
    _who: Allowed<Import>,
    app: App,
    (Id(id), Tongue(language)): (Id, Tongue),
) -> Result<Bytes, Problem> {
    let rows = app.read(move |db| kept::rows(db, id)).await?;
    let bytes = app.heavy(move || kept::csv(rows, language)).await?;
    Ok(Bytes {
        media_type: "text/csv; charset=utf-8".to_owned(),
        bytes: bytes.into(),
        file_name: Some(format!("{}.csv", language.pick("Import outcome", "导入结果"))),
        immutable: false,
    })
}

/// The columns of a file, and what a column can be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Columns {
    pub columns: Vec<Column>,
    /// Every field a column can be mapped to, beside `keep`.
    pub fields: Vec<String>,
}

pub async fn columns(
    _who: Allowed<Import>,
    app: App,
    RawFile(file): RawFile,
) -> Result<Json<Columns>, Problem> {
    let invalid = |error: import::ImportError| ServiceError::new(ErrorCode::Invalid, error.to_string());
    let file = some(file)?;
    let columns = app.heavy(move || import::columns(&file).map_err(invalid)).await?;
    let fields = Field::ALL.iter().map(|field| field.name().to_owned()).collect();
    Ok(Json(Columns { columns, fields }))
}
