//! The typed row beside each published one: the columns that constraints and queries need, and no others; the
//! whole row is its published body.
use crate::dialect::{At, Conn, Id, on};
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::schema;
use diesel::prelude::*;
use diesel::upsert::excluded;
use onsite_model as model;
use onsite_model::entity::{EntityKind, Record};
use std::collections::{BTreeMap, BTreeSet};
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

            pub(super) fn save(conn: &mut Conn, all: &[(Uuid, Record)]) -> QueryResult<()> {
                for chunk in all.chunks(CHUNK) {
                    let values: Vec<Projected> = chunk
                        .iter()
                        .filter_map(|(id, record)| match record {
                            Record::$kind(entity) => Some(projected(*id, entity)),
                            _ => None,
                        })
                        .collect();
                    on!(conn, |c| diesel::insert_into($table::table)
                        .values(&values)
                        .on_conflict($table::id)
                        .do_update()
                        .set(($($table::$column.eq(excluded($table::$column)),)+))
                        .execute(c))?;
                }
                Ok(())
            }
        })+

        /// Writes the typed rows, and takes away those that have gone. Kinds come in the order of their declaration,
        /// in which a kind follows those it refers to.
        pub(crate) fn save(
            conn: &mut Conn,
            records: impl Iterator<Item = ((EntityKind, Uuid), Option<Record>)>,
        ) -> Result<(), StoreError> {
            let mut by_kind: BTreeMap<EntityKind, Vec<(Uuid, Record)>> = BTreeMap::new();
            for ((kind, id), record) in records {
                match record {
                    Some(record) => by_kind.entry(kind).or_default().push((id, record)),
                    None => remove(conn, kind, id)?,
                }
            }
            for (kind, all) in by_kind {
                if kind == EntityKind::Visit {
                    link_tickets(conn, &all)?;
                }
                match kind { $(EntityKind::$kind => $table::save(conn, &all),)+ }?;
            }
            Ok(())
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
    }
    Site in site as sites |e| {
        client_id: Id = Id(e.client_id),
        name: String = e.name.clone(),
    }
    Contact in contact as contacts |e| {
        client_id: Id = Id(e.client_id),
        name: String = e.name.clone(),
        phone: Option<String> = e.phone.clone(),
        email: Option<String> = e.email.clone(),
    }
    User in user as users |e| {
        name: String = e.name.clone(),
        email: String = e.email.to_lowercase(),
        role: String = e.role.name().to_owned(),
        active: bool = e.active,
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
    }
    ChecklistTemplate in checklist_template as checklist_templates |e| {
        family_id: Id = Id(e.family_id),
        version: i64 = i64::from(e.version),
        asset_kind: String = e.asset_kind.name().to_owned(),
    }
    Ticket in ticket as tickets |e| {
        client_id: Id = Id(e.client_id),
        site_id: Option<Id> = e.site_id.map(Id),
        contact_id: Option<Id> = e.contact_id.map(Id),
        number: Option<String> = e.number.clone(),
        status: String = e.status.name().to_owned(),
        priority: String = e.priority.name().to_owned(),
        assignee_id: Option<Id> = e.assignee_id.map(Id),
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
    }
    Inspection in inspection as inspections |e| {
        visit_id: Id = Id(e.visit_id),
        asset_id: Id = Id(e.asset_id),
        template_id: Id = Id(e.template_id),
        status: String = e.status.name().to_owned(),
    }
    InspectionAnswer in inspection_answer as inspection_answers |e| {
        inspection_id: Id = Id(e.inspection_id),
        item: String = e.item.clone(),
    }
    Advice in advice as advice |e| {
        visit_id: Id = Id(e.visit_id),
        asset_id: Id = Id(e.asset_id),
        status: String = e.status.name().to_owned(),
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
    }
    Signature in signature as signatures |e| {
        sheet_id: Id = Id(e.sheet_id),
        party: String = e.party.name().to_owned(),
    }
    SheetAmendment in sheet_amendment as sheet_amendments |e| {
        sheet_id: Id = Id(e.sheet_id),
        status: String = e.status.name().to_owned(),
    }
    Attachment in attachment as attachments |e| {
        owner_id: Id = Id(e.owner_id),
        sha256: String = e.sha256.clone(),
        stored_sha256: Option<String> = e.stored_sha256.clone(),
    }
    Callback in callback as callbacks |e| {
        visit_id: Id = Id(e.visit_id),
        status: String = e.status.name().to_owned(),
        due_at: At = At(e.due_at),
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
    }
    Conflict in conflict as conflicts |e| {
        row_id: Id = Id(e.row_id),
        entity: String = e.entity.name().to_owned(),
        field: String = e.field.clone(),
        author_id: Option<Id> = e.incoming.user_id.map(Id),
        kind: String = e.kind.name().to_owned(),
        status: String = e.status.name().to_owned(),
        opened_at: At = At(e.opened_at),
    }
    Receipt in receipt as receipts |e| {
        device_id: Id = Id(e.device_id),
    }
}

/// The tickets of each visit, to be found from the other side.
fn link_tickets(conn: &mut Conn, visits: &[(Uuid, Record)]) -> Result<(), StoreError> {
    use schema::visit_tickets;
    for chunk in visits.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|(id, _)| Id(*id)).collect();
        diesel::delete(visit_tickets::table.filter(visit_tickets::visit_id.eq_any(ids))).execute(conn)?;
        let links: BTreeSet<(Uuid, Uuid)> = chunk
            .iter()
            .filter_map(|(id, record)| match record {
                Record::Visit(visit) => Some(visit.ticket_ids.iter().map(|ticket| (*id, *ticket))),
                _ => None,
            })
            .flatten()
            .collect();
        for (visit, ticket) in links {
            diesel::insert_into(visit_tickets::table)
                .values((
                    visit_tickets::visit_id.eq(Id(visit)),
                    visit_tickets::ticket_id.eq(Id(ticket)),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}
