//! All entities that are published to phones, by kind, and what the write path asks of any of them.
use crate::bucket::Bucket;
use crate::invalid::Invalid;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::Fields;
use sync_protocol::policy::EntitySpec;
use uuid::Uuid;

/// What the `entity!` declaration gives.
pub trait Declared: Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    const KIND: EntityKind;
    const SPEC: EntitySpec;

    /// The rows this one refers to; all must exist and be visible to whoever writes them.
    fn references(&self) -> Vec<Reference>;
}

/// What each noun says of itself beside its declaration.
pub trait Entity: Declared {
    /// Where the row lives.
    fn home(&self, id: Uuid) -> Home;

    /// The one id such a row can have, of kinds that exist at most once for a natural key.
    fn natural_id(&self) -> Option<Uuid> {
        None
    }

    /// The rules a single row can be checked against.
    ///
    /// # Errors
    /// The first value that is not acceptable.
    fn validate(&self) -> Result<(), Invalid>;
}

/// The bucket of a row: its own, or that of the row it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    In(Bucket),
    With(Uuid),
}

/// A field that names another row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub field: &'static str,
    pub kind: EntityKind,
    pub id: Uuid,
}

/// Field types that can hold references.
pub trait RefersTo {
    fn collect(&self, field: &'static str, kind: EntityKind, into: &mut Vec<Reference>);
}

impl RefersTo for Uuid {
    fn collect(&self, field: &'static str, kind: EntityKind, into: &mut Vec<Reference>) {
        into.push(Reference {
            field,
            kind,
            id: *self,
        });
    }
}

impl RefersTo for Option<Uuid> {
    fn collect(&self, field: &'static str, kind: EntityKind, into: &mut Vec<Reference>) {
        self.iter().for_each(|id| id.collect(field, kind, into));
    }
}

impl RefersTo for Vec<Uuid> {
    fn collect(&self, field: &'static str, kind: EntityKind, into: &mut Vec<Reference>) {
        self.iter().for_each(|id| id.collect(field, kind, into));
    }
}

macro_rules! entities {
    ($($kind:ident = $wire:literal in $module:ident;)+) => {
        /// The kind of a published row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum EntityKind { $(#[serde(rename = $wire)] $kind,)+ }

        /// A published row, decoded.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Record { $($kind(crate::$module::$kind),)+ }

        impl EntityKind {
            /// Every kind.
            pub const ALL: &'static [EntityKind] = &[$(EntityKind::$kind,)+];

            /// The names of all kinds.
            pub const NAMES: &'static [&'static str] = &[$($wire,)+];

            /// The kind's name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $(EntityKind::$kind => $wire,)+ }
            }

            /// The kind of this name.
            pub fn from_name(name: &str) -> Option<EntityKind> {
                match name { $($wire => Some(EntityKind::$kind),)+ _ => None }
            }

            /// The fields of this kind and their merge policies.
            pub fn spec(self) -> &'static EntitySpec {
                match self { $(EntityKind::$kind => &<crate::$module::$kind as Declared>::SPEC,)+ }
            }

            /// Reads a row's fields as this kind; fields of newer clients are passed over.
            ///
            /// # Errors
            /// A field is missing or of the wrong type.
            pub fn decode(self, fields: &Fields) -> Result<Record, Invalid> {
                match self { $(EntityKind::$kind => decode(fields).map(Record::$kind),)+ }
            }
        }

        impl Record {
            /// The row's kind.
            pub fn kind(&self) -> EntityKind {
                match self { $(Record::$kind(_) => EntityKind::$kind,)+ }
            }

            /// The row's fields in the one form they are stored and published in: without nulls.
            pub fn fields(&self) -> Fields {
                match self { $(Record::$kind(entity) => encode(entity),)+ }
            }

            /// See [`Declared::references`].
            pub fn references(&self) -> Vec<Reference> {
                match self { $(Record::$kind(entity) => entity.references(),)+ }
            }

            /// See [`Entity::home`].
            pub fn home(&self, id: Uuid) -> Home {
                match self { $(Record::$kind(entity) => entity.home(id),)+ }
            }

            /// See [`Entity::natural_id`].
            pub fn natural_id(&self) -> Option<Uuid> {
                match self { $(Record::$kind(entity) => entity.natural_id(),)+ }
            }

            /// See [`Entity::validate`].
            ///
            /// # Errors
            /// The first value that is not acceptable.
            pub fn validate(&self) -> Result<(), Invalid> {
                match self { $(Record::$kind(entity) => entity.validate(),)+ }
            }
        }

        $(impl From<crate::$module::$kind> for Record {
            fn from(entity: crate::$module::$kind) -> Record { Record::$kind(entity) }
        })+
    };
}

entities! {
    Client = "client" in client;
    Site = "site" in site;
    Contact = "contact" in contact;
    User = "user" in user;
    TagRange = "tag_range" in tag_range;
    Asset = "asset" in asset;
    ChecklistTemplate = "checklist_template" in checklist_template;
    Ticket = "ticket" in ticket;
    WorklogEntry = "worklog_entry" in worklog_entry;
    Visit = "visit" in visit;
    Inspection = "inspection" in inspection;
    InspectionAnswer = "inspection_answer" in inspection_answer;
    Advice = "advice" in advice;
    HandoverItem = "handover_item" in handover_item;
    ServiceSheet = "service_sheet" in service_sheet;
    Signature = "signature" in signature;
    SheetAmendment = "sheet_amendment" in sheet_amendment;
    Attachment = "attachment" in attachment;
    Callback = "callback" in callback;
    Complaint = "complaint" in complaint;
    Conflict = "conflict" in conflict;
    Receipt = "receipt" in receipt;
    Settings = "settings" in settings;
    MailTemplate = "mail_template" in mail_template;
}

/// An entity's fields in their one stored form: without nulls.
pub fn encode<E: Serialize>(entity: &E) -> Fields {
    match serde_json::to_value(entity) {
        Ok(Value::Object(mut fields)) => {
            fields.retain(|_, value| !value.is_null());
            fields
        }
        // Entities are plain structs with string keys; there is no other outcome.
        _ => Fields::new(),
    }
}

/// Reads fields as an entity.
///
/// # Errors
/// A field is missing or of the wrong type; the message names it.
pub fn decode<E: DeserializeOwned>(fields: &Fields) -> Result<E, Invalid> {
    if let Ok(entity) = E::deserialize(fields) {
        return Ok(entity);
    }
    // Following the path costs as much as the rest, and only an error needs it.
    let mut track = serde_path_to_error::Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(fields, &mut track);
    E::deserialize(deserializer).map_err(|error| {
        let path = track.path().to_string();
        Invalid::new(&path, error.to_string())
    })
}
