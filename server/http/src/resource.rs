//! Entities as REST resources: their paths, what their lists are narrowed down by, and the shapes of their bodies.
use crate::reply::Versioned;
use chrono::{DateTime, Utc};
use onsite_model::advice::Advice;
use onsite_model::asset::{Asset, AssetStatus};
use onsite_model::attachment::Attachment;
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::client::Client;
use onsite_model::complaint::{Complaint, ComplaintStatus};
use onsite_model::conflict::{Conflict, ConflictKind, ConflictStatus};
use onsite_model::contact::Contact;
use onsite_model::entity::{Entity, EntityKind};
use onsite_model::handover_item::HandoverItem;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::sheet_amendment::SheetAmendment;
use onsite_model::signature::Signature;
use onsite_model::site::Site;
use onsite_model::tag_range::TagRange;
use onsite_model::ticket::{Ticket, TicketStatus};
use onsite_model::user::User;
use onsite_model::visit::{Visit, VisitStatus};
use onsite_model::worklog_entry::WorklogEntry;
use onsite_services::record::Filter;
use onsite_store::rows::StoredRow;
use onsite_store::{assets, complaints, conflicts, tickets, visits};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::marker::PhantomData;
use sync_protocol::Fields;
use sync_protocol::policy::Policy;
use sync_protocol::version::Version;
use uuid::Uuid;

/// An entity with a place of its own under `/v1/`.
pub trait Resource: Entity {
    /// Its name in paths.
    const PLURAL: &'static str;

    /// The parameters its list is narrowed down by.
    type Filter: DeserializeOwned + JsonSchema + Into<Filter> + 'static;
}

macro_rules! resources {
    ($($entity:ident = $plural:literal by $filter:ident;)+) => {
        $(impl Resource for $entity {
            const PLURAL: &'static str = $plural;
            type Filter = $filter;
        })+
    };
}

resources! {
    Client = "clients" by Unfiltered;
    Site = "sites" by SiteFilter;
    Contact = "contacts" by ParentFilter;
    User = "users" by Unfiltered;
    TagRange = "tag-ranges" by Unfiltered;
    Asset = "assets" by AssetFilter;
    ChecklistTemplate = "checklist-templates" by Unfiltered;
    Ticket = "tickets" by TicketFilter;
    WorklogEntry = "worklog-entries" by ParentFilter;
    Visit = "visits" by VisitFilter;
    Inspection = "inspections" by ParentFilter;
    InspectionAnswer = "inspection-answers" by ParentFilter;
    Advice = "advice" by ParentFilter;
    HandoverItem = "handover-items" by ParentFilter;
    ServiceSheet = "service-sheets" by ParentFilter;
    Signature = "signatures" by ParentFilter;
    SheetAmendment = "sheet-amendments" by ParentFilter;
    Attachment = "attachments" by ParentFilter;
    Callback = "callbacks" by CallbackFilter;
    Complaint = "complaints" by ComplaintFilter;
    Conflict = "conflicts" by ConflictFilter;
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(bound = "")]
#[schemars(rename = "{E}Record")]
pub struct Record<E: Resource> {
    pub id: Uuid,
    /// The version of its last change; also its `ETag`.
    pub version: Version,
    /// Fields that have no value are absent.
    #[schemars(with = "E")]
    pub fields: Fields,
    #[serde(skip)]
    #[schemars(skip)]
    entity: PhantomData<E>,
}

impl<E: Resource> Record<E> {
    /// A stored row in the life (`epoch`) of this database.
    pub fn new(row: StoredRow, epoch: u32) -> Record<E> {
        let version = Version {
            epoch,
            number: row.version,
        };
        Record {
            id: row.id,
            version,
            fields: row.body,
            entity: PhantomData,
        }
    }

    /// Its path.
    pub fn location(&self) -> String {
        format!("/v1/{}/{}", E::PLURAL, self.id)
    }
}

impl<E: Resource> Versioned for Record<E> {
    fn version(&self) -> Version {
        self.version
    }
}

/// A new record.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(bound = "")]
#[schemars(rename = "New{E}")]
pub struct Draft<E: Resource> {
    /// Without those that are read-only.
    #[schemars(with = "E")]
    pub fields: Fields,
    #[serde(skip)]
    #[schemars(skip)]
    entity: PhantomData<E>,
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(bound = "")]
#[schemars(rename = "{E}Patch")]
pub struct Patch<E: Resource> {
    /// Only the fields that change; `null` takes a value away.
    #[schemars(with = "PartialSchema<E>")]
    pub fields: Fields,
    #[serde(skip)]
    #[schemars(skip)]
    entity: PhantomData<E>,
}

/// The schema of an entity of which nothing is required, everything may be taken away, and sets are changed by
/// their members.
struct PartialSchema<E>(PhantomData<E>);

impl<E: Resource> JsonSchema for PartialSchema<E> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Changes", E::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = E::json_schema(generator);
        schema.remove("required");
        if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, field) in fields {
                let own = field.take();
                *field = match E::SPEC.policy(name) {
                    Policy::Set => json!({ "anyOf": [own, set_change()] }),
                    Policy::Delta => json!({ "anyOf": [own, delta(), { "type": "null" }] }),
                    _ => json!({ "anyOf": [own, { "type": "null" }] }),
                };
            }
        }
        schema
    }
}

fn delta() -> Value {
    json!({
        "type": "object",
        "description": "a change by so many; changes of several people add up",
        "properties": { "by": { "type": "integer" } },
        "required": ["by"],
        "additionalProperties": false,
    })
}

fn set_change() -> Value {
    let members = json!({ "type": "array", "items": { "type": "string" } });
    json!({
        "type": "object",
        "description": "members to add and to remove; an addition wins over somebody else's removal",
        "properties": { "add": members, "remove": members },
        "additionalProperties": false,
    })
}

/// No filters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Unfiltered {}

impl From<Unfiltered> for Filter {
    fn from(_: Unfiltered) -> Filter {
        Filter::All
    }
}

/// Which site a list is about.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SiteFilter {
    /// Only this client's.
    #[serde(default)]
    client: Option<Uuid>,
}

impl From<SiteFilter> for Filter {
    fn from(filter: SiteFilter) -> Filter {
        filter.client.map_or(Filter::All, Filter::SitesOf)
    }
}

/// What a list's rows belong to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ParentFilter {
    /// Only what belongs to this record: a client's contacts, a visit's inspections.
    #[serde(default)]
    parent: Option<Uuid>,
}

impl From<ParentFilter> for Filter {
    fn from(filter: ParentFilter) -> Filter {
        filter.parent.map_or(Filter::All, Filter::Parent)
    }
}

/// Which assets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AssetFilter {
    #[serde(default)]
    site: Option<Uuid>,
    /// The exact tag.
    #[serde(default)]
    tag: Option<String>,
    /// The exact serial number.
    #[serde(default)]
    serial: Option<String>,
    #[serde(default)]
    status: Option<AssetStatus>,
    /// Part of the name, the tag or the serial number.
    #[serde(default)]
    search: Option<String>,
}

impl From<AssetFilter> for Filter {
    fn from(filter: AssetFilter) -> Filter {
        let AssetFilter {
            site,
            tag,
            serial,
            status,
            search,
        } = filter;
        let status = status.map(|status| status.name().to_owned());
        Filter::Assets(assets::Filter {
            site,
            tag,
            serial,
            status,
            search,
        })
    }
}

/// Which tickets.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct TicketFilter {
    #[serde(default)]
    client: Option<Uuid>,
    #[serde(default)]
    site: Option<Uuid>,
    #[serde(default)]
    assignee: Option<Uuid>,
    #[serde(default)]
    status: Option<TicketStatus>,
}

impl From<TicketFilter> for Filter {
    fn from(filter: TicketFilter) -> Filter {
        let TicketFilter {
            client,
            site,
            assignee,
            status,
        } = filter;
        let status = status.map(|status| status.name().to_owned());
        Filter::Tickets(tickets::Filter {
            client,
            site,
            assignee,
            status,
        })
    }
}

/// Which visits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct VisitFilter {
    #[serde(default)]
    technician: Option<Uuid>,
    #[serde(default)]
    client: Option<Uuid>,
    #[serde(default)]
    site: Option<Uuid>,
    #[serde(default)]
    status: Option<VisitStatus>,
    /// Planned to start at this time or later.
    #[serde(default)]
    from: Option<DateTime<Utc>>,
    /// Planned to start before this time.
    #[serde(default)]
    until: Option<DateTime<Utc>>,
}

impl From<VisitFilter> for Filter {
    fn from(filter: VisitFilter) -> Filter {
        let VisitFilter {
            technician,
            client,
            site,
            status,
            from,
            until,
        } = filter;
        let status = status.map(|status| status.name().to_owned());
        Filter::Visits(visits::Filter {
            technician,
            client,
            site,
            status,
            from,
            until,
        })
    }
}

/// Which callbacks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CallbackFilter {
    #[serde(default)]
    status: Option<CallbackStatus>,
    #[serde(default)]
    due_before: Option<DateTime<Utc>>,
    #[serde(default)]
    visit: Option<Uuid>,
}

impl From<CallbackFilter> for Filter {
    fn from(filter: CallbackFilter) -> Filter {
        let CallbackFilter {
            status,
            due_before,
            visit,
        } = filter;
        Filter::Callbacks {
            status: status.map(CallbackStatus::name),
            due_before,
            visit,
        }
    }
}

/// Which complaints.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ComplaintFilter {
    #[serde(default)]
    client: Option<Uuid>,
    #[serde(default)]
    site: Option<Uuid>,
    #[serde(default)]
    visit: Option<Uuid>,
    #[serde(default)]
    callback: Option<Uuid>,
    #[serde(default)]
    owner: Option<Uuid>,
    #[serde(default)]
    status: Option<ComplaintStatus>,
    /// 1 to 3.
    #[serde(default)]
    level: Option<u8>,
    /// Only those that escalate by themselves before this time.
    #[serde(default)]
    due_before: Option<DateTime<Utc>>,
}

impl From<ComplaintFilter> for Filter {
    fn from(filter: ComplaintFilter) -> Filter {
        let ComplaintFilter {
            client,
            site,
            visit,
            callback,
            owner,
            status,
            level,
            due_before,
        } = filter;
        Filter::Complaints(complaints::Filter {
            client,
            site,
            visit,
            callback,
            owner,
            status,
            level,
            due_before,
        })
    }
}

/// Which conflicts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ConflictFilter {
    #[serde(default)]
    status: Option<ConflictStatus>,
    #[serde(default)]
    kind: Option<ConflictKind>,
    /// Only those about records of this kind.
    #[serde(default)]
    entity: Option<EntityKind>,
    /// Only those about this record.
    #[serde(default)]
    row: Option<Uuid>,
    /// Only those about records at this site.
    #[serde(default)]
    site: Option<Uuid>,
    /// Only those whose value came in by this user.
    #[serde(default)]
    author: Option<Uuid>,
}

impl From<ConflictFilter> for Filter {
    fn from(filter: ConflictFilter) -> Filter {
        let ConflictFilter {
            status,
            kind,
            entity,
            row,
            site,
            author,
        } = filter;
        Filter::Conflicts(conflicts::Filter {
            status,
            kind,
            entity,
            row,
            site,
            author,
        })
    }
}
