//! Entities as REST resources: their paths, and the shapes of their bodies.
use crate::reply::Versioned;
use onsite_model::advice::Advice;
use onsite_model::asset::Asset;
use onsite_model::attachment::Attachment;
use onsite_model::callback::Callback;
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::client::Client;
use onsite_model::complaint::Complaint;
use onsite_model::conflict::Conflict;
use onsite_model::contact::Contact;
use onsite_model::handover_item::HandoverItem;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::listing::Listed;
use onsite_model::mail_template::MailTemplate;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::settings::Settings;
use onsite_model::sheet_amendment::SheetAmendment;
use onsite_model::signature::Signature;
use onsite_model::site::Site;
use onsite_model::tag_range::TagRange;
use onsite_model::ticket::Ticket;
use onsite_model::user::User;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::WorklogEntry;
use onsite_store::rows::StoredRow;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::policy::Policy;
use sync_protocol::version::Version;
use uuid::Uuid;

/// An entity with a place of its own under `/v1/`.
pub trait Resource: Listed {
    /// Its name in paths.
    const PLURAL: &'static str;
}

macro_rules! resources {
    ($($entity:ident = $plural:literal;)+) => {
        $(impl Resource for $entity {
            const PLURAL: &'static str = $plural;
        })+
    };
}

resources! {
    Client = "clients";
    Site = "sites";
    Contact = "contacts";
    User = "users";
    TagRange = "tag-ranges";
    Asset = "assets";
    ChecklistTemplate = "checklist-templates";
    Ticket = "tickets";
    WorklogEntry = "worklog-entries";
    Visit = "visits";
    Inspection = "inspections";
    InspectionAnswer = "inspection-answers";
    Advice = "advice";
    HandoverItem = "handover-items";
    ServiceSheet = "service-sheets";
    Signature = "signatures";
    SheetAmendment = "sheet-amendments";
    Attachment = "attachments";
    Callback = "callbacks";
    Complaint = "complaints";
    Settings = "settings";
    MailTemplate = "mail-templates";
    Conflict = "conflicts";
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
    pub fn new(row: Arc<StoredRow>, epoch: u32) -> Record<E> {
        let StoredRow {
            id, version, body, ..
        } = Arc::unwrap_or_clone(row);
        Record {
            id,
            version: Version {
                epoch,
                number: version,
            },
            fields: body,
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
