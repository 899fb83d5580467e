//! Visits: who may take which step, the preparation gate, and everything that follows from a new plan or state.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Author, Cause, Origin};
use crate::error::ServiceError;
use crate::put::{Become, put};
use crate::{grant, load, notify};
use chrono::TimeDelta;
use onsite_model::conflict::ConflictKind;
use onsite_model::contact::Contact;
use onsite_model::ids::natural_id;
use onsite_model::invalid::Invalid;
use onsite_model::site::Site;
use onsite_model::visit::{FirstSteps, Visit, VisitKind, VisitStatus};
use onsite_model::visit_preparation::Gate;
use onsite_store::{Tx, rows};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::merge::{Clash, Side};
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    old: Option<&Visit>,
    visit: &mut Visit,
) -> Result<Vec<Note>, Refusal> {
    let mut notes = match old {
        _ if !by_technician(cause.author) => Vec::new(),
        Some(old) => leave_the_plan(cause, old, visit)?,
        None => {
            on_the_spot(cause, visit)?;
            Vec::new()
        }
    };
    check_places(tx, old, visit)?;
    let from = old.map_or(VisitStatus::Planned, |old| old.status);
    if visit.status == from {
        return Ok(notes);
    }
    // A step of somebody the visit isn't assigned to (any more): the facts stand, the step waits for a human.
    let technician = old.and_then(|old| old.technician_id);
    let calls_off = visit.status == VisitStatus::Cancelled;
    let not_theirs = cause.author.user != technician || calls_off;
    if old.is_some() && by_technician(cause.author) && not_theirs {
        if cause.author.origin == Origin::Office {
            let detail = "this visit is assigned to somebody else, or this step is a dispatcher's";
            return Err(ServiceError::new(ErrorCode::Forbidden, detail).into());
        }
        notes.push(wait_for_a_human(from, visit));
        return Ok(notes);
    }
    match visit.status {
        VisitStatus::Scheduled if visit.technician_id.is_none() => {
            let error = ServiceError::new(ErrorCode::NotReady, "assign a technician first");
            return Err(error.field("technician_id").into());
        }
        VisitStatus::Travelling => check_gate(cause.author, visit)?,
        _ => {}
    }
    let at = Some(cause.occurred_at);
    match visit.status {
        VisitStatus::Travelling if visit.travelling_at.is_none() => visit.travelling_at = at,
        VisitStatus::OnSite if visit.arrived_at.is_none() => visit.arrived_at = at,
        VisitStatus::Finished if visit.finished_at.is_none() => visit.finished_at = at,
        _ => {}
    }
    Ok(notes)
}

fn by_technician(author: &Author) -> bool {
    author.is_scoped() && author.origin != Origin::Server
}

/// How far ahead a technician may plan a visit by themself: what happens on the spot happens today, by whatever
/// clock. A visit grants its site for weeks, so one far ahead would be a way to keep what the office took away.
const ON_THE_SPOT: TimeDelta = TimeDelta::days(1);

/// A technician adds ad-hoc visits of their own, where they are.
fn on_the_spot(cause: &Cause<'_>, visit: &mut Visit) -> Result<(), Refusal> {
    let forbidden = |field: &str, detail: &str| {
        Refusal::from(ServiceError::new(ErrorCode::Forbidden, detail).field(field))
    };
    if visit.kind != VisitKind::AdHoc {
        return Err(forbidden(
            "kind",
            "a technician adds ad-hoc visits alone; the others are a dispatcher's to plan",
        ));
    }
    if visit.planned_start > cause.now + ON_THE_SPOT {
        return Err(forbidden(
            "planned_start",
            "a technician adds visits of today alone",
        ));
    }
    visit.technician_id = cause.author.user;
    Ok(())
}

/// What a visit is for, where and when it takes place is the office's to say: what a technician's phone says
/// otherwise waits for a human, and at a screen they are told. Whom they meet is theirs to say where nobody was named.
fn leave_the_plan(cause: &Cause<'_>, old: &Visit, visit: &mut Visit) -> Result<Vec<Note>, Refusal> {
    let contact = old.contact_id.or(visit.contact_id);
    let plan = |visit: &Visit, contact: Option<Uuid>| {
        json!({
            "planned_start": visit.planned_start, "planned_end": visit.planned_end,
            "client_id": visit.client_id, "site_id": visit.site_id, "contact_id": contact,
            "kind": visit.kind,
        })
    };
    let purpose = |visit: &Visit| json!({ "purpose": visit.purpose });
    let disputes: Vec<(&str, Value, Value)> = [
        ("plan", plan(old, contact), plan(visit, visit.contact_id)),
        ("purpose", purpose(old), purpose(visit)),
    ]
    .into_iter()
    .filter(|(_, current, incoming)| current != incoming)
    .collect();
    if !disputes.is_empty() && cause.author.origin == Origin::Office {
        let detail = "what a visit is for, where and when it takes place is a dispatcher's to say";
        return Err(ServiceError::new(ErrorCode::Forbidden, detail).into());
    }
    (visit.planned_start, visit.planned_end) = (old.planned_start, old.planned_end);
    (visit.client_id, visit.site_id, visit.contact_id) = (old.client_id, old.site_id, contact);
    visit.kind = old.kind;
    visit.purpose.clone_from(&old.purpose);
    Ok(disputes
        .into_iter()
        .map(|(group, current, incoming)| Note::proposed(group, current, incoming))
        .collect())
}

fn wait_for_a_human(from: VisitStatus, visit: &mut Visit) -> Note {
    let value = |status: VisitStatus| Fields::from_iter([("status".to_owned(), json!(status))]);
    let incoming = std::mem::replace(&mut visit.status, from);
    Note {
        kind: ConflictKind::Status,
        clash: Clash::plain("status", value(from), value(incoming), Side::Current),
        other_row: None,
    }
}

fn check_places(tx: &mut Tx<'_>, old: Option<&Visit>, visit: &Visit) -> Result<(), Refusal> {
    let moved = old.is_none_or(|old| {
        (old.site_id, old.client_id, old.contact_id) != (visit.site_id, visit.client_id, visit.contact_id)
    });
    if !moved {
        return Ok(());
    }
    if load::find::<Site>(tx.db(), visit.site_id)?.is_some_and(|site| site.client_id != visit.client_id) {
        return Err(Invalid::new("site_id", "is a site of another client").into());
    }
    if let Some(contact) = visit.contact_id
        && load::find::<Contact>(tx.db(), contact)?.is_some_and(|one| one.client_id != visit.client_id)
    {
        return Err(Invalid::new("contact_id", "is a contact of another client").into());
    }
    Ok(())
}

/// At a screen the gate must be open; from a phone the technician is on the way already, and the board is told.
fn check_gate(author: &Author, visit: &mut Visit) -> Result<(), Refusal> {
    let Gate::Shut(missing) = visit.preparation() else {
        return Ok(());
    };
    if author.origin == Origin::Office {
        let detail = format!("the preparation is not complete: {}", missing.join(", "));
        return Err(ServiceError::new(ErrorCode::NotReady, detail).into());
    }
    visit.unprepared = true;
    Ok(())
}

pub(super) fn after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Visit>,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let technicians = [old.and_then(|old| old.technician_id), visit.technician_id];
    for technician in technicians.into_iter().flatten() {
        grant::refresh(tx, cause.house, technician, cause.now)?;
    }
    announce(tx, cause, id, old, visit)?;
    if visit.status == VisitStatus::Aborted && old.is_some_and(|old| old.status != VisitStatus::Aborted) {
        follow_up(tx, cause, id, visit)?;
    }
    Ok(())
}

fn announce(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Visit>,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let is_announced = |visit: &Visit| {
        matches!(
            visit.status,
            VisitStatus::Scheduled | VisitStatus::Accepted | VisitStatus::Travelling
        )
    };
    let before = old.filter(|old| is_announced(old));
    let plan = |visit: &Visit| (visit.planned_start, visit.planned_end, visit.site_id);
    match (before, is_announced(visit)) {
        // What a technician begins on the spot is no news to a client they stand before.
        (None, true) if by_technician(cause.author) => Ok(()),
        (None, true) => {
            notify::visit_scheduled(tx, cause, id, visit)?;
            notify::briefing(tx, cause, id, visit)
        }
        (Some(old), true) => {
            let moved = plan(old) != plan(visit);
            if moved {
                notify::visit_moved(tx, cause, id, old, visit)?;
            }
            if moved || old.technician_id != visit.technician_id {
                notify::briefing(tx, cause, id, visit)?;
            }
            Ok(())
        }
        (Some(_), false) if visit.status == VisitStatus::Cancelled => {
            notify::visit_cancelled(tx, cause, id, visit)
        }
        _ => Ok(()),
    }
}

/// A visit that could not be completed is followed by one that carries the rest, to be planned by a dispatcher.
fn follow_up(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, visit: &Visit) -> Result<(), ServiceError> {
    let next_id = natural_id(id, "follow-up");
    if rows::get(tx.db(), next_id)?.is_some() {
        return Ok(());
    }
    let next = Visit {
        technician_id: None,
        status: VisitStatus::Planned,
        planned_start: visit.planned_start + TimeDelta::days(7),
        planned_end: visit.planned_end + TimeDelta::days(7),
        follows_id: Some(id),
        reason: None,
        mail_read_at: None,
        contact_confirmed_at: None,
        tools_packed_at: None,
        forms_ready_at: None,
        preparation_override: None,
        unprepared: false,
        travelling_at: None,
        arrived_at: None,
        finished_at: None,
        contact_met_at: None,
        purpose_confirmed_at: None,
        breaks: Vec::new(),
        solution: None,
        unfinished: None,
        first_steps: FirstSteps::default(),
        explained_at: None,
        cleaned_at: None,
        goodbye_at: None,
        purpose: visit.unfinished.as_ref().map_or_else(
            || visit.purpose.clone(),
            |left| format!("{}\n{left}", visit.purpose),
        ),
        ..visit.clone()
    };
    put(
        tx,
        &cause.effect(),
        next_id,
        None,
        Become::Record(next.into(), Fields::new()),
    )?;
    Ok(())
}
