//! Service sheets: what they are compiled from, and the checks that bind signatures to exact bytes.
use crate::error::ServiceError;
use crate::house::House;
use crate::load;
use crate::settings;
use onsite_model::asset::Asset;
use onsite_model::attachment::Attachment;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::language::Language;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::sheet_compile::{Edition, VisitRecords, compile};
use onsite_model::sheet_content::SheetContent;
use onsite_model::ticket::Ticket;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::WorklogEntry;
use onsite_store::{Db, service_sheets};
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use uuid::Uuid;

/// Everything a visit's sheet is compiled from, as the server has it.
///
/// # Errors
/// There is no such visit, or the database can't be read.
pub fn records(db: &mut Db, visit_id: Uuid) -> Result<VisitRecords, ServiceError> {
    let visit: Visit = load::get(db, visit_id)?;
    let inspections: BTreeMap<Uuid, Inspection> = load::children(db, visit_id)?;
    let mut answers = BTreeMap::new();
    let mut assets: BTreeMap<Uuid, Asset> = BTreeMap::new();
    let mut attachments: BTreeMap<Uuid, Attachment> = load::children(db, visit_id)?;
    let mut worklog: BTreeMap<Uuid, WorklogEntry> = load::children(db, visit_id)?;
    for (id, inspection) in &inspections {
        let of_device: BTreeMap<Uuid, InspectionAnswer> = load::children(db, *id)?;
        for answer in of_device.keys() {
            attachments.append(&mut load::children(db, *answer)?);
        }
        answers.extend(of_device);
        if let Some(asset) = load::find(db, inspection.asset_id)? {
            assets.insert(inspection.asset_id, asset);
        }
    }
    let advice = load::children(db, visit_id)?;
    for one in advice.values() {
        let one: &onsite_model::advice::Advice = one;
        if let Some(asset) = load::find(db, one.asset_id)? {
            assets.insert(one.asset_id, asset);
        }
    }
    let mut tickets: BTreeMap<Uuid, Ticket> = BTreeMap::new();
    for id in &visit.ticket_ids {
        if let Some(ticket) = load::find(db, *id)? {
            let mut on_ticket: BTreeMap<Uuid, WorklogEntry> = load::children(db, *id)?;
            on_ticket.retain(|_, entry| entry.visit_id == Some(visit_id));
            worklog.append(&mut on_ticket);
            tickets.insert(*id, ticket);
        }
    }
    Ok(VisitRecords {
        visit_id,
        client: load::get(db, visit.client_id)?,
        site: load::get(db, visit.site_id)?,
        contact: visit
            .contact_id
            .map(|id| load::find(db, id))
            .transpose()?
            .flatten(),
        technician: visit
            .technician_id
            .map(|id| load::find(db, id))
            .transpose()?
            .flatten(),
        visit,
        tickets,
        worklog,
        inspections,
        answers,
        assets,
        advice,
        attachments,
    })
}

/// The sheet of a visit as the records tell it now, in a language (the contact's where none is given).
///
/// # Errors
/// There is no such visit, or the database can't be read.
pub fn draft(
    db: &mut Db,
    house: &House,
    visit_id: Uuid,
    language: Option<Language>,
) -> Result<SheetContent, ServiceError> {
    let records = records(db, visit_id)?;
    let contact = records.contact.as_ref().map(|contact| contact.language);
    let edition = Edition {
        sheet_id: ServiceSheet::id(visit_id, 1),
        version: 1,
        amends: None,
        language: language.or(contact).unwrap_or(records.client.language),
        provider: settings::provider(db, house)?,
    };
    Ok(compile(&records, &edition))
}

/// The newest sealed sheet of a visit.
///
/// # Errors
/// The database can't be read.
pub fn sealed(db: &mut Db, visit_id: Uuid) -> Result<Option<(Uuid, ServiceSheet)>, ServiceError> {
    match service_sheets::signed_of(db, visit_id)? {
        Some(id) => Ok(load::find(db, id)?.map(|sheet| (id, sheet))),
        None => Ok(None),
    }
}

/// The content behind canonical bytes, if they are what they claim: canonical, of this sheet, with this hash.
///
/// # Errors
/// Says what does not fit.
pub fn read_content(canonical: &str, hash: &str, sheet_id: Uuid) -> Result<SheetContent, ServiceError> {
    let bad = |detail: &str| ServiceError::new(ErrorCode::Invalid, detail).field("canonical");
    if evidence::sheet_hash(canonical) != hash {
        return Err(bad("the hash does not belong to this content"));
    }
    let content: SheetContent =
        serde_json::from_str(canonical).map_err(|error| bad(&format!("is not a sheet: {error}")))?;
    // The form is judged on the JSON itself: 10:00:00Z and 10:00:00.000Z are one time and both canonical.
    let value: serde_json::Value = serde_json::from_str(canonical).map_err(|_| bad("is not JSON"))?;
    let again = evidence::canonical(&value).map_err(|_| bad("can't be written canonically"))?;
    if again != canonical {
        return Err(bad("is not in RFC 8785 canonical form"));
    }
    if content.sheet_id != sheet_id || content.format != evidence::SHEET_DOMAIN {
        return Err(bad("is the content of another sheet"));
    }
    Ok(content)
}
