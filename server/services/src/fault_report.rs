//! A fault that whoever stands before a device reports from its label: no account, nothing told of the device but what
//! the label says. It becomes a ticket in the office's queue.
use crate::attachment::{self, Content};
use crate::author::Cause;
use crate::command::create;
use crate::error::ServiceError;
use crate::login::network;
use crate::{audit, load, notify};
use chrono::TimeDelta;
use onsite_model::asset::{Asset, AssetKind};
use onsite_model::attachment::Attachment;
use onsite_model::client::Client;
use onsite_model::entity::decode;
use onsite_model::ids::derived_id;
use onsite_model::invalid::{Invalid, email, line, required, text};
use onsite_model::language::Language;
use onsite_model::site::Site;
use onsite_model::ticket::{Priority, Ticket, TicketStatus};
use onsite_store::{Db, Tx, assets, fault_reports};
use serde_json::json;
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// What is counted, and for how long.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Reports about one asset in a [`WINDOW`].
const MOST_OF_ASSET: i64 = 3;

/// Reports from one network in a [`WINDOW`]: a whole office may share one.
const MOST_FROM_NETWORK: i64 = 10;

/// Longest description in characters.
const MAX_WORDS: usize = 4000;

/// What a label's page tells of its device: no more than the label itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub tag: String,
    pub kind: AssetKind,
}

/// The label of this tag.
///
/// # Errors
/// No device has it.
pub fn label(db: &mut Db, tag: &str) -> Result<Label, ServiceError> {
    let (_, asset) = labelled(db, tag)?;
    Ok(Label {
        tag: tag.to_owned(),
        kind: asset.kind,
    })
}

fn labelled(db: &mut Db, tag: &str) -> Result<(Uuid, Asset), ServiceError> {
    let id = assets::with_tag(db, tag)?.ok_or_else(|| ServiceError::not_found("label"))?;
    Ok((id, load::get(db, id)?))
}

/// A fault, as it was reported.
#[derive(Debug, Clone)]
pub struct Report {
    pub tag: String,
    pub words: String,
    pub name: String,
    pub phone: String,
    /// Where the receipt goes.
    pub email: Option<String>,
    /// A picture that has been checked and written to the storage.
    pub photo: Option<Content>,
    pub address: IpAddr,
    pub language: Language,
}

/// Makes the ticket of a report and returns its number.
///
/// # Errors
/// No device has the tag, a value is not acceptable, or there were too many reports.
pub fn report(tx: &mut Tx<'_>, cause: &Cause<'_>, report: &Report) -> Result<String, ServiceError> {
    acceptable(report)?;
    let (asset_id, asset) = labelled(tx.db(), &report.tag)?;
    let network = network(report.address);
    within_limits(tx.db(), cause, asset_id, &network)?;
    fault_reports::add(tx, cause.operation, asset_id, &network, cause.now)?;
    let site: Site = load::get(tx.db(), asset.site_id)?;
    let client: Client = load::get(tx.db(), site.client_id)?;
    let title = client.language.pick("Fault reported: ", "设备报修：");
    let ticket = Ticket {
        client_id: site.client_id,
        site_id: Some(asset.site_id),
        contact_id: None,
        reported_by: Some(format!("{}, {}", report.name, report.phone)),
        number: None,
        title: format!("{title}{}", report.tag),
        description: Some(report.words.clone()),
        status: TicketStatus::New,
        priority: Priority::Normal,
        assignee_id: None,
        asset_ids: vec![asset_id],
        diagnosis: None,
        solution: None,
        pending_reason: None,
        reported_at: Some(cause.now),
        due_at: None,
        solved_at: None,
    };
    let system = cause.effect();
    let id = derived_id(cause.now, cause.operation, "fault");
    let ticket: Ticket = decode(&create(tx, &system, id, &ticket)?.row.body)?;
    if let Some(photo) = &report.photo {
        attach(tx, &system, id, &report.tag, photo)?;
    }
    let number = ticket.number.unwrap_or_default();
    audit::record(
        tx,
        &system,
        "fault_reported",
        id,
        &json!({ "tag": report.tag, "network": network }),
    )?;
    if let Some(email) = &report.email {
        notify::fault_received(tx, &system, id, (email, report.language), (&number, &report.tag))?;
    }
    Ok(number)
}

fn acceptable(report: &Report) -> Result<(), Invalid> {
    required("name", &report.name)?;
    required("phone", &report.phone)?;
    line("reported_by", &format!("{}, {}", report.name, report.phone))?;
    text("words", &report.words)?;
    if report.words.trim().is_empty() {
        return Err(Invalid::new("words", "say what is wrong"));
    }
    if report.words.chars().count() > MAX_WORDS {
        return Err(Invalid::new("words", format!("at most {MAX_WORDS} characters")));
    }
    report
        .email
        .as_deref()
        .map_or(Ok(()), |address| email("email", address))
}

fn within_limits(db: &mut Db, cause: &Cause<'_>, asset: Uuid, network: &str) -> Result<(), ServiceError> {
    let since = cause.now - WINDOW;
    let of_asset = fault_reports::of_asset(db, asset, since)?;
    let from_network = fault_reports::from_network(db, network, since)?;
    if of_asset < MOST_OF_ASSET && from_network < MOST_FROM_NETWORK {
        return Ok(());
    }
    let detail = "there were several reports already; call us instead";
    let mut error = ServiceError::new(ErrorCode::Throttled, detail);
    error.retry_after = u32::try_from(WINDOW.num_seconds()).ok();
    Err(error)
}

fn attach(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    ticket: Uuid,
    tag: &str,
    photo: &Content,
) -> Result<(), ServiceError> {
    let id = derived_id(cause.now, cause.operation, "fault-photo");
    let record = Attachment {
        owner_id: ticket,
        file_name: format!("{tag}.jpg"),
        media_type: photo.file.media_type.clone(),
        sha256: photo.file.sha256.clone(),
        size: photo.file.size,
        taken_at: None,
        caption: None,
        stored_at: None,
        stored_sha256: None,
        thumbnail_sha256: None,
        preview: None,
        thumbhash: None,
        width: None,
        height: None,
    };
    create(tx, cause, id, &record)?;
    attachment::stored(tx, cause, id, photo).map(drop)
}
