//! The typed row beside each published one: the columns that constraints and queries need, and no others; the
//! whole row is its published body.
use crate::dialect::{At, Conn, Id};
use crate::error::StoreError;
use crate::flush::{CHUNK, in_sets};
use crate::schema;
use diesel::prelude::*;
use diesel::upsert::excluded;
use onsite_model as model;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::listing::Listed;
use onsite_model::search;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

macro_rules! projections {
    ($($kind:ident in $module:ident as $table:ident |$e:ident| { $($column:ident: $ty:ty = $value:expr,)+ })+) => {
        $(mod $table {
            use super::*;
            use schema::$table;

            #[derive(Insertable)]
            #[diesel(table_name = $table, treat_none_as_default_value = false)]
            struct Projected { id: Id, $($column: $ty,)+ }

            fn projected(id: Uuid, $e: &model::$module::$kind) -> Projected {
                Projected { id: Id(id), $($column: $value,)+ }
            }

            pub(super) fn save(conn: &mut Conn, all: &[(Uuid, &Record)], new: &HashSet<Uuid>) -> QueryResult<()> {
                let values: Vec<Projected> = all
                    .iter()
                    .filter_map(|(id, record)| match record {
                        Record::$kind(entity) => Some(projected(*id, entity)),
                        _ => None,
                    })
                    .collect();
                in_sets!(conn, values, new in new, |set| diesel::insert_into($table::table).values(set), or replace
                    .on_conflict($table::id)
                    .do_update()
                    .set(($($table::$column.eq(excluded($table::$column)),)+)));
                Ok(())
            }
        })+

        /// Writes the typed rows, and takes away those that have gone; the database has none of those that are `new`. Kinds
        /// come in the order of their declaration, in which a kind follows those it refers to.
        pub(crate) fn save(
            conn: &mut Conn,
            records: &[((EntityKind, Uuid), Option<Box<Record>>)],
            new: &HashSet<Uuid>,
        ) -> Result<(), StoreError> {
            let mut by_kind: BTreeMap<EntityKind, Vec<(Uuid, &Record)>> = BTreeMap::new();
            for ((kind, id), record) in records {
                match record {
                    Some(record) => by_kind.entry(*kind).or_default().push((*id, record)),
                    None => remove(conn, *kind, *id)?,
                }
            }
            for (kind, all) in by_kind {
                match kind {
                    EntityKind::Visit => link_tickets(conn, &all)?,
                    EntityKind::Ticket => link_assets(conn, &all)?,
                    _ => {}
                }
                match kind { $(EntityKind::$kind => $table::save(conn, &all, new),)+ }?;
            }
            Ok(())
        }

        /// The name of a kind's typed table.
        pub(crate) fn table(kind: EntityKind) -> &'static str {
            match kind {
                $(EntityKind::$kind => stringify!($table),)+
            }
        }

        fn remove(conn: &mut Conn, kind: EntityKind, id: Uuid) -> Result<(), StoreError> {
            match kind {
                $(EntityKind::$kind => diesel::delete(schema::$table::table.find(Id(id))).execute(conn),)+
            }?;
            Ok(())
        }
    };
}

projections! {
    Client in client as clients |e| {
        name: String = e.name.clone(),
        code: Option<String> = e.code.clone(),
        phone_reversed: Option<String> = e.phone.as_deref().and_then(search::phone_reversed),
        search: Option<String> = found_by(e),
    }
    Site in site as sites |e| {
        client_id: Id = Id(e.client_id),
        name: String = e.name.clone(),
        search: Option<String> = found_by(e),
    }
    Contact in contact as contacts |e| {
        client_id: Id = Id(e.client_id),
        name: String = e.name.clone(),
        phone: Option<String> = e.phone.clone(),
        email: Option<String> = e.email.clone(),
        phone_reversed: Option<String> = e.phone.as_deref().and_then(search::phone_reversed),
        search: Option<String> = found_by(e),
    }
    User in user as users |e| {
        name: String = e.name.clone(),
        email: String = e.email.to_lowercase(),
        role: String = e.role.name().to_owned(),
        active: bool = e.active,
        search: Option<String> = found_by(e),
    }
    TagRange in tag_range as tag_ranges |e| {
        device_id: Id = Id(e.device_id),
        prefix: String = e.prefix.clone(),
        first: i64 = e.first as i64,
        last: i64 = e.last as i64,
    }
    Asset in asset as assets |e| {
        site_id: Id = Id(e.site_id),
        tag: Option<String> = e.tag.clone(),
        kind: String = e.kind.name().to_owned(),
        status: String = e.status.name().to_owned(),
        name: String = e.name.clone(),
        serial: Option<String> = e.serial.clone(),
        parent_id: Option<Id> = e.parent_id.map(Id),
        source: Option<String> = e.source.clone(),
        source_key: Option<String> = e.source_key.clone(),
        seen_at: Option<At> = e.seen_at.map(At),
        warranty_until: Option<String> = e.warranty_until.map(|day| day.to_string()),
        search: Option<String> = found_by(e),
    }
    ChecklistTemplate in checklist_template as checklist_templates |e| {
        family_id: Id = Id(e.family_id),
        version: i64 = i64::from(e.version),
        asset_kind: String = e.asset_kind.name().to_owned(),
        search: Option<String> = found_by(e),
    }
    Ticket in ticket as tickets |e| {
        client_id: Id = Id(e.client_id),
        site_id: Option<Id> = e.site_id.map(Id),
        contact_id: Option<Id> = e.contact_id.map(Id),
        number: Option<String> = e.number.clone(),
        status: String = e.status.name().to_owned(),
        priority: String = e.priority.name().to_owned(),
        assignee_id: Option<Id> = e.assignee_id.map(Id),
        title: Option<String> = Some(e.title.clone()),
        reported_at: Option<At> = e.reported_at.map(At),
        solved_at: Option<At> = e.solved_at.map(At),
        search: Option<String> = found_by(e),
    }
    WorklogEntry in worklog_entry as worklog_entries |e| {
        ticket_id: Option<Id> = e.ticket_id.map(Id),
        visit_id: Option<Id> = e.visit_id.map(Id),
        author_id: Id = Id(e.author_id),
        at: At = At(e.at),
    }
    Visit in visit as visits |e| {
        client_id: Id = Id(e.client_id),
        site_id: Id = Id(e.site_id),
        contact_id: Option<Id> = e.contact_id.map(Id),
        technician_id: Option<Id> = e.technician_id.map(Id),
        status: String = e.status.name().to_owned(),
        planned_start: At = At(e.planned_start),
        planned_end: At = At(e.planned_end),
        kind: Option<String> = Some(e.kind.name().to_owned()),
        search: Option<String> = found_by(e),
    }
    Inspection in inspection as inspections |e| {
        visit_id: Id = Id(e.visit_id),
        asset_id: Id = Id(e.asset_id),
        template_id: Id = Id(e.template_id),
        status: String = e.status.name().to_owned(),
        started_at: Option<At> = e.started_at.map(At),
    }
    InspectionAnswer in inspection_answer as inspection_answers |e| {
        inspection_id: Id = Id(e.inspection_id),
        item: String = e.item.clone(),
    }
    Advice in advice as advice |e| {
        visit_id: Id = Id(e.visit_id),
        asset_id: Id = Id(e.asset_id),
        status: String = e.status.name().to_owned(),
        severity: Option<String> = Some(e.severity.name().to_owned()),
        search: Option<String> = found_by(e),
    }
    HandoverItem in handover_item as handover_items |e| {
        visit_id: Id = Id(e.visit_id),
        kind: String = e.kind.name().to_owned(),
    }
    ServiceSheet in service_sheet as service_sheets |e| {
        visit_id: Id = Id(e.visit_id),
        version: i64 = i64::from(e.version),
        status: String = e.status.name().to_owned(),
        number: Option<String> = e.number.clone(),
        hash: Option<String> = e.hash.clone(),
        sealed_at: Option<At> = e.sealed_at.map(At),
        search: Option<String> = found_by(e),
    }
    Signature in signature as signatures |e| {
        sheet_id: Id = Id(e.sheet_id),
        party: String = e.party.name().to_owned(),
    }
    SheetAmendment in sheet_amendment as sheet_amendments |e| {
        sheet_id: Id = Id(e.sheet_id),
        status: String = e.status.name().to_owned(),
        proposed_at: Option<At> = Some(At(e.proposed_at)),
    }
    Attachment in attachment as attachments |e| {
        owner_id: Id = Id(e.owner_id),
        sha256: String = e.sha256.clone(),
        stored_sha256: Option<String> = e.stored_sha256.clone(),
        file_name: Option<String> = Some(e.file_name.clone()),
        search: Option<String> = found_by(e),
    }
    Callback in callback as callbacks |e| {
        visit_id: Id = Id(e.visit_id),
        status: String = e.status.name().to_owned(),
        due_at: At = At(e.due_at),
        agent_id: Option<Id> = e.agent_id.map(Id),
        score: Option<i64> = e.score.map(i64::from),
        survey_score: Option<i64> = e.survey_score.map(i64::from),
        last_attempt_at: Option<At> = e.last_attempt_at.map(At),
    }
    Complaint in complaint as complaints |e| {
        client_id: Id = Id(e.client_id),
        site_id: Option<Id> = e.site_id.map(Id),
        visit_id: Option<Id> = e.visit_id.map(Id),
        callback_id: Option<Id> = e.callback_id.map(Id),
        owner_id: Option<Id> = e.owner_id.map(Id),
        level: i64 = i64::from(e.level),
        status: String = e.status.name().to_owned(),
        due_at: Option<At> = e.due_at.map(At),
        opened_at: Option<At> = e.opened_at.map(At),
        search: Option<String> = found_by(e),
        closed_at: Option<At> = e.closed_at.map(At),
    }
    Conflict in conflict as conflicts |e| {
        row_id: Id = Id(e.row_id),
        entity: String = e.entity.name().to_owned(),
        field: String = e.field.clone(),
        author_id: Option<Id> = e.incoming.user_id.map(Id),
        kind: String = e.kind.name().to_owned(),
        status: String = e.status.name().to_owned(),
        opened_at: At = At(e.opened_at),
        decided_at: Option<At> = e.resolution.as_ref().map(|done| At(done.at)),
    }
    Receipt in receipt as receipts |e| {
        device_id: Id = Id(e.device_id),
    }
    Settings in settings as settings |_e| {
        // There is one row at most.
        name: String = "settings".to_owned(),
    }
    MailTemplate in mail_template as mail_templates |e| {
        kind: String = e.kind.clone(),
        language: String = e.language.tag().to_owned(),
    }
}

/// The form of the typed rows. A migration that adds a column raises it, and all of them are written anew.
const FORM: i32 = 2;

/// Writes all typed rows anew if this program has another form of them than the last one to do so.
///
/// # Errors
/// The database is gone, or holds a row this program can't read.
pub(crate) fn renew(conn: &mut Conn) -> Result<(), StoreError> {
    use schema::sync_clock;
    conn.transaction(|conn| {
        // Locks the clock on PostgreSQL, so that nobody writes meanwhile.
        let outdated = diesel::update(sync_clock::table.filter(sync_clock::projected.lt(FORM)))
            .set(sync_clock::projected.eq(FORM))
            .execute(conn)?;
        if outdated == 0 {
            return Ok(());
        }
        for kind in EntityKind::ALL {
            let mut after = None;
            while let Some(last) = renew_some(conn, *kind, after)? {
                after = Some(last);
            }
        }
        Ok(())
    })
}

/// Writes the typed rows of a kind anew whose ids follow; tells the last of them.
fn renew_some(conn: &mut Conn, kind: EntityKind, after: Option<Uuid>) -> Result<Option<Uuid>, StoreError> {
    use schema::rows;
    let columns: Vec<crate::rows::Columns> = rows::table
        .filter(rows::entity.eq(kind.name()).and(rows::deleted.eq(false)))
        .filter(rows::id.gt(Id(after.unwrap_or_default())))
        .order(rows::id)
        .limit(CHUNK as i64)
        .select(crate::rows::COLUMNS)
        .load(conn)?;
    let mut last = None;
    let mut records = Vec::with_capacity(columns.len());
    for columns in columns {
        let row = crate::rows::from_columns(columns)?;
        let record = kind
            .decode(&row.body)
            .map_err(|error| StoreError::Corrupt(format!("row {}: {error}", row.id)))?;
        last = Some(row.id);
        records.push(((kind, row.id), Some(Box::new(record))));
    }
    save(conn, &records, &HashSet::new())?;
    Ok(last)
}

/// The texts a row is found by, as they are looked through.
fn found_by(entity: &impl Listed) -> Option<String> {
    Some(search::entry(entity.texts()))
}

macro_rules! links {
    ($($save:ident: $table:ident of $kind:ident($own:ident) to $other:ident by $field:ident;)+) => {
        $(fn $save(conn: &mut Conn, all: &[(Uuid, &Record)]) -> Result<(), StoreError> {
            use schema::$table;
            for chunk in all.chunks(CHUNK) {
                let ids: Vec<Id> = chunk.iter().map(|(id, _)| Id(*id)).collect();
                diesel::delete($table::table.filter($table::$own.eq_any(ids))).execute(conn)?;
                let links: BTreeSet<(Uuid, Uuid)> = chunk
                    .iter()
                    .filter_map(|(id, record)| match record {
                        Record::$kind(entity) => Some(entity.$field.iter().map(|other| (*id, *other))),
                        _ => None,
                    })
                    .flatten()
                    .collect();
                for (own, other) in links {
                    diesel::insert_into($table::table)
                        .values(($table::$own.eq(Id(own)), $table::$other.eq(Id(other))))
                        .execute(conn)?;
                }
            }
            Ok(())
        })+
    };
}

links! {
    link_tickets: visit_tickets of Visit(visit_id) to ticket_id by ticket_ids;
    link_assets: ticket_assets of Ticket(ticket_id) to asset_id by asset_ids;
}
