//! Being told that there is something to pull: `GET /v1/live` and `GET /v1/head`, and for a console
//! `GET /v1/changes`.
use crate::Fields;
use crate::pull::Change;
use crate::version::Version;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The data of an event `head`, and the answer of `/v1/head`: the newest version of what the listener holds. The id of
/// the event is the same version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    pub head: Version,
}

/// One page of what changed in any bucket, in version order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Changes")]
pub struct Changes<B = Fields> {
    pub changes: Vec<Change<B>>,
    /// Send it as `after` next time.
    pub next: Version,
    /// Whether there is more to read at once.
    pub more: bool,
}
