//! Whether the server is there, and which one it is.
use crate::app::App;
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Json;
use onsite_store::feed;
use schemars::JsonSchema;
use serde::Serialize;

/// The server answers and reads its database.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Health {
    /// Always true; a server that is not well answers `unavailable`.
    ok: bool,
    version: &'static str,
    /// Of the message shapes of sync.
    protocol: u32,
    /// Of the entities' fields.
    schema: u32,
}

pub async fn health(_who: Allowed<Public>, app: App, (): ()) -> Result<Json<Health>, Problem> {
    app.read(|db| Ok(feed::clock(db)?)).await?;
    Ok(Json(Health {
        ok: true,
        version: env!("CARGO_PKG_VERSION"),
        protocol: sync_protocol::PROTOCOL,
        schema: sync_protocol::SCHEMA,
    }))
}
