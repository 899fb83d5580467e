//! Push, pull and repair: the requests a phone lives by.
use crate::app::App;
use crate::input::body::{PhoneBody, PushBody};
use crate::input::seen::Seen;
use crate::permit::{Allowed, ProvenDevice, ReadingDevice};
use crate::problem::Problem;
use crate::reply::Json;
use onsite_model::user::User;
use onsite_services::pull::Pulled;
use onsite_services::push::{self, Pushed};
use onsite_services::{ServiceError, epoch, load, pull, repair};
use onsite_store::{StoreError, devices};
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::fields_text::FieldsText;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::PushResponse;

pub async fn push(
    device: Allowed<ProvenDevice>,
    app: App,
    PushBody(request): PushBody,
) -> Result<Json<PushResponse>, Problem> {
    let (device, state, now) = (device.clone(), app.clone(), app.now());
    let request = Pushed::read(&request)?;
    let pushed = app.store.write_together(move |tx, pace| {
        // As they are now: a revocation since the proof was checked counts.
        let gone = |what: &str| StoreError::Corrupt(format!("device {}: no such {what}", device.id));
        let device = devices::get(tx.db(), device.id)?.ok_or_else(|| gone("device"))?;
        let user: User = load::find(tx.db(), device.user_id)?.ok_or_else(|| gone("user"))?;
        push::push(tx, &device, &user, &request, &state.house, now, pace)
    });
    Ok(Json(pushed.await?))
}

pub async fn pull(
    device: Allowed<ReadingDevice>,
    app: App,
    (PhoneBody(request), Seen(seen)): (PhoneBody<PullRequest>, Seen),
) -> Result<Json<PullResponse<FieldsText>>, Problem> {
    if let Some(known) = app.store.heads().current(seen)
        && let Some(page) = pull::idle(&known, &device, &request, app.house.secrets.pull_cursors())
    {
        return Ok(Json(page));
    }
    loop {
        let (device, state, request) = (device.clone(), app.clone(), request.clone());
        let pulled = app.read(move |db| {
            let key = state.house.secrets.pull_cursors();
            pull::pull(db, &device, &request, key)
        });
        match pulled.await? {
            Pulled::Page(page) => return Ok(Json(*page)),
            // In the epoch that begins now, the cursor is an old one and answered as such.
            Pulled::Overtaken(shown) => {
                let now = app.now();
                app.store
                    .write(move |tx| epoch::begin_overtaken(tx, shown, now))
                    .await?;
            }
        }
    }
}

pub async fn repair(
    device: Allowed<ReadingDevice>,
    app: App,
    PhoneBody(request): PhoneBody<RepairRequest>,
) -> Result<Json<RepairResponse<FieldsText>>, Problem> {
    let device = device.clone();
    let repaired = app.read(move |db| Ok::<_, ServiceError>(Json(repair::repair(db, &device, &request)?)));
    repaired.await
}
