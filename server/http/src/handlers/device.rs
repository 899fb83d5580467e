//! Devices: who has which, taking one away, and what one is given ahead of its offline days.
use crate::app::App;
use crate::input::body::Body;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::Query;
use crate::permit::{Allowed, LoggedIn};
use crate::problem::Problem;
use crate::reply::{Json, NoContent};
use crate::resource::Record;
use chrono::{DateTime, Utc};
use onsite_model::sheet_content::Provider;
use onsite_model::tag_range::TagRange;
use onsite_services::device::{self, Whose};
use onsite_services::wipe::ServerKey;
use onsite_services::{ServiceError, audit, tag_range};
use onsite_store::devices::Device;
use onsite_store::streams;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_protocol::limits::Limits;
use uuid::Uuid;

/// A phone or browser that logged in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Device")]
pub struct View {
    id: Uuid,
    user_id: Uuid,
    name: String,
    platform: String,
    /// Whether it has a key to prove itself by.
    has_key: bool,
    enrolled_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    /// How far its clock was ahead of the server's when last measured, in milliseconds.
    skew_millis: i64,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Device> for View {
    fn from(device: Device) -> View {
        View {
            id: device.id,
            user_id: device.user_id,
            name: device.name,
            platform: device.platform,
            has_key: device.public_key.is_some(),
            enrolled_at: device.enrolled_at,
            last_seen_at: device.last_seen_at,
            skew_millis: device.skew_millis,
            revoked_at: device.revoked_at,
        }
    }
}

/// Which devices.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Which {
    /// Everybody's instead of one's own; for who manages devices.
    #[serde(default)]
    everybody: Option<bool>,
}

/// What a device asks for before it goes offline.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Enrol {
    /// Asset tags to lease, 1 to 500; absent where it has enough.
    #[serde(default)]
    tags: Option<u64>,
}

/// What a device is given for its offline days.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    device_id: Uuid,
    /// The stream its operations go to.
    stream_id: Uuid,
    epoch: u32,
    /// What it may send and ask for at a time.
    #[serde(default)]
    limits: Limits,
    /// What it checks the server's signatures with.
    server_key: ServerKey,
    /// Printed at the head of the sheets it compiles.
    #[serde(default)]
    provider: Provider,
    /// One for each signature it may take.
    nonces: Vec<String>,
    /// The tags it may give out; they come by pull too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag_range: Option<Record<TagRange>>,
}

/// A new stream.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewStream {
    stream_id: Uuid,
    epoch: u32,
}

pub async fn list(
    who: Allowed<LoggedIn>,
    app: App,
    Query(which): Query<Which>,
) -> Result<Json<Vec<View>>, Problem> {
    let caller = who.clone();
    let whose = if which.everybody.unwrap_or(false) {
        Whose::Everybody
    } else {
        Whose::Own
    };
    let found = app.read(move |db| device::list(db, &caller, whose)).await?;
    Ok(Json(found.into_iter().map(View::from).collect()))
}

pub async fn revoke(who: Allowed<LoggedIn>, app: App, Id(id): Id) -> Result<NoContent, Problem> {
    let caller = who.clone();
    app.write(who.author(), move |tx, cause| {
        let revocation = device::revoke(tx, &caller, id, cause.now)?;
        if revocation.changed {
            let detail = json!({ "name": revocation.device.name, "user_id": revocation.device.user_id });
            audit::record(tx, cause, "device_revoked", id, &detail)?;
        }
        Ok(())
    })
    .await?;
    Ok(NoContent)
}

pub async fn enrol(
    who: Allowed<LoggedIn>,
    app: App,
    (once, Body(enrol)): (Once, Body<Enrol>),
) -> Result<Json<Enrolled>, Problem> {
    let device_id = who.device_id;
    let enrolled = app.once(&who, once, move |tx, cause| {
        let nonces = device::issue_nonces(tx, device_id, cause.now)?;
        let stream_id = match streams::newest_of_device(tx.db(), device_id)? {
            Some(stream) => stream.id,
            None => device::new_stream(tx, device_id, cause.now)?.id,
        };
        let leased = enrol
            .tags
            .map(|count| tag_range::lease(tx, cause, device_id, count))
            .transpose()?;
        let epoch = tx.clock().epoch;
        let tag_range = leased.map(|row| Record::new(row, epoch));
        Ok::<_, ServiceError>(Enrolled {
            device_id,
            stream_id,
            epoch,
            limits: Limits::OWN,
            server_key: ServerKey::of(&cause.house.secrets),
            provider: cause.house.provider.clone(),
            nonces,
            tag_range,
        })
    });
    Ok(Json(enrolled.await?))
}

pub async fn new_stream(who: Allowed<LoggedIn>, app: App, once: Once) -> Result<Json<NewStream>, Problem> {
    let device_id = who.device_id;
    let added = app.once(&who, once, move |tx, cause| {
        let stream = device::new_stream(tx, device_id, cause.now)?;
        Ok(NewStream {
            stream_id: stream.id,
            epoch: tx.clock().epoch,
        })
    });
    Ok(Json(added.await?))
}
