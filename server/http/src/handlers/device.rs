//! Devices: who has which, taking one away, and what one is given ahead of its offline days.
use super::table::{self, Reader, Tabled};
use crate::app::App;
use crate::input::body::Body;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::Query;
use crate::permit::{Allowed, Export, LoggedIn, ManageDevices};
use crate::problem::Problem;
use crate::reply::{Json, NoContent};
use chrono::{DateTime, Utc};
use onsite_model::listing::Column;
use onsite_services::device::{self, Narrowing, State, Whose};
use onsite_services::export::columns;
use onsite_services::session::Caller;
use onsite_services::{ServiceError, audit, settings, tag_range, wipe};
use onsite_store::device_reports::{self, Report};
use onsite_store::devices::Device;
use onsite_store::{Db, streams};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_protocol::Fields;
use sync_protocol::enrol::{EnrolRequest, EnrolResponse, Leased, StreamRequest, StreamResponse};
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
    state: StateView,
    /// What it told of itself when it last sent work.
    report: Option<ReportView>,
    /// Of one that was revoked: the order to forget what it has read.
    wipe: Option<WipeView>,
}

/// How a device stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DeviceState")]
enum StateView {
    Active,
    /// Not heard from for a day.
    Silent,
    Revoked,
}

impl From<State> for StateView {
    fn from(state: State) -> StateView {
        match state {
            State::Active => StateView::Active,
            State::Silent => StateView::Silent,
            State::Revoked => StateView::Revoked,
        }
    }
}

impl From<StateView> for State {
    fn from(state: StateView) -> State {
        match state {
            StateView::Active => State::Active,
            StateView::Silent => State::Silent,
            StateView::Revoked => State::Revoked,
        }
    }
}

/// What a device told of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeviceReport")]
pub struct ReportView {
    app_version: String,
    /// Operations that it still had.
    unsent: u64,
    /// When the oldest of them was made, by its clock.
    oldest_unsent_at: Option<DateTime<Utc>>,
    reported_at: DateTime<Utc>,
}

/// How far the order to a device has come.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WipeState")]
pub struct WipeView {
    ordered_at: DateTime<Utc>,
    /// When it was first answered with the signed order; absent while it has not been heard of.
    delivered_at: Option<DateTime<Utc>>,
}

impl View {
    fn new(
        device: Device,
        report: Option<Report>,
        delivered_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> View {
        View {
            state: device::state(&device, now).into(),
            report: report.map(|report| ReportView {
                app_version: report.app_version,
                unsent: report.unsent,
                oldest_unsent_at: report.oldest_unsent_at,
                reported_at: report.reported_at,
            }),
            wipe: device.revoked_at.map(|ordered_at| WipeView {
                ordered_at,
                delivered_at,
            }),
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
    /// Only this person's.
    #[serde(default)]
    user: Option<Uuid>,
    #[serde(default)]
    state: Option<StateView>,
    /// Only those that were revoked, or only the others.
    #[serde(default)]
    revoked: Option<bool>,
    /// Only those with this in their name or in their user's.
    #[serde(default)]
    q: Option<String>,
}

impl From<Which> for Narrowing {
    fn from(which: Which) -> Narrowing {
        Narrowing {
            whose: match which.everybody {
                Some(true) => Whose::Everybody,
                _ => Whose::Own,
            },
            user: which.user,
            state: which.state.map(State::from),
            revoked: which.revoked,
            text: which.q,
        }
    }
}

fn views(
    db: &mut Db,
    caller: &Caller,
    narrowing: &Narrowing,
    now: DateTime<Utc>,
) -> Result<Vec<View>, ServiceError> {
    let devices = device::list(db, caller, narrowing, now)?;
    let mut reports = device_reports::all(db)?;
    let wipes = device_reports::wipes_delivered(db)?;
    let view = |device: Device| {
        let (report, delivered_at) = (reports.remove(&device.id), wipes.get(&device.id).copied());
        View::new(device, report, delivered_at, now)
    };
    Ok(devices.into_iter().map(view).collect())
}

pub async fn list(
    who: Allowed<LoggedIn>,
    app: App,
    Query(which): Query<Which>,
) -> Result<Json<Vec<View>>, Problem> {
    let (caller, now) = (who.clone(), app.now());
    let found = app.read(move |db| views(db, &caller, &which.into(), now));
    Ok(Json(found.await?))
}

impl Tabled for View {
    type Permit = Export;
    type Narrowing = Query<Which>;
    type Wanted = Narrowing;
    type Place = ();
    const NAME: &'static str = "devices";
    const COLUMNS: &'static [Column] = columns::DEVICES;

    fn wanted(Query(which): Query<Which>) -> Narrowing {
        which.into()
    }

    fn rows(
        db: &mut Db,
        reader: &Reader,
        wanted: &Narrowing,
        _after: Option<()>,
    ) -> Result<(Vec<Fields>, Option<()>), ServiceError> {
        let found = views(db, &reader.caller, wanted, reader.now)?;
        let rows = found.iter().map(table::fields).collect::<Result<_, _>>()?;
        Ok((rows, None))
    }
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

/// Revokes a device, so that it is answered with the signed order to forget what it has read.
pub async fn wipe(
    who: Allowed<ManageDevices>,
    app: App,
    (Id(id), once): (Id, Once),
) -> Result<Json<Wiping>, Problem> {
    let caller = who.clone();
    let ordered = app.once(&who, once, move |tx, cause| {
        let revocation = device::revoke(tx, &caller, id, cause.now)?;
        let detail = json!({ "name": revocation.device.name, "user_id": revocation.device.user_id });
        audit::record(tx, cause, "device_wipe_ordered", id, &detail)?;
        Ok(Wiping {
            ordered_at: revocation.device.revoked_at.unwrap_or(cause.now),
            has_key: revocation.device.public_key.is_some(),
        })
    });
    Ok(Json(ordered.await?))
}

/// An order to a device that is on its way.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Wiping {
    ordered_at: DateTime<Utc>,
    /// Whether it can prove itself and so be told; one without a key only loses its session.
    has_key: bool,
}

pub async fn enrol(
    who: Allowed<LoggedIn>,
    app: App,
    (once, Body(enrol)): (Once, Body<EnrolRequest>),
) -> Result<Json<EnrolResponse>, Problem> {
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
        let tag_range = leased.map(|row| Leased {
            id: row.id,
            version: tx.version(row.version),
            fields: row.body.clone(),
        });
        Ok::<_, ServiceError>(EnrolResponse {
            device_id,
            stream_id,
            epoch,
            limits: Limits::OWN,
            server_key: wipe::server_key(&cause.house.secrets),
            provider: settings::provider(tx.db(), cause.house)?,
            nonces,
            tag_range,
        })
    });
    Ok(Json(enrolled.await?))
}

pub async fn new_stream(
    who: Allowed<LoggedIn>,
    app: App,
    (once, Body(wanted)): (Once, Body<StreamRequest>),
) -> Result<Json<StreamResponse>, Problem> {
    let device_id = who.device_id;
    let added = app.once(&who, once, move |tx, cause| {
        let stream = device::new_stream(tx, device_id, cause.now)?;
        if let Some(continues) = wanted.continues {
            device::go_on(tx, device_id, stream.id, continues)?;
        }
        Ok(StreamResponse {
            stream_id: stream.id,
            epoch: tx.clock().epoch,
        })
    });
    Ok(Json(added.await?))
}
