//! Signature: a hand's strokes, bound to the exact sheet they stand under.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, line, required, showable};
use crate::listing::{Column, Listed, Listing, PARENT};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::policy::Policy::{Append, Server};
use uuid::Uuid;

words! {
    /// Who signs.
    Party { Client = "client"; Technician = "technician"; }
}

/// What the device's key signs: the RFC 8785 form of this is `payload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignaturePayload {
    /// Always `signature-v1`.
    pub format: String,
    pub sheet_hash: String,
    pub party: Party,
    pub signer_name: String,
    pub signer_role: String,
    /// SHA-256 (hex) of the RFC 8785 form of the strokes.
    pub strokes_sha256: String,
    /// SHA-256 (hex) of the PNG.
    pub png_sha256: String,
    pub consent_version: u32,
    /// Given by the server beforehand; absent when the phone had none left.
    pub nonce: Option<String>,
    /// The device's clock.
    pub signed_at: DateTime<Utc>,
    /// Absent for a signature by remote link.
    pub device_id: Option<Uuid>,
}

/// The format [`SignaturePayload`] names.
pub const SIGNATURE_FORMAT: &str = "signature-v1";

entity! {
    /// One signature under one sheet.
    Signature = "signature" {
        sheet_id: Uuid => Append, refers ServiceSheet;
        party: Party => Append;
        signer_name: String => Append;
        #[serde(default)]
        signer_role: String => Append;
        /// Pen paths in the unit square, y down.
        strokes: Vec<Vec<(f64, f64)>> => Append;
        /// The same as a picture, base64.
        png: String => Append;
        /// The exact bytes of the [`SignaturePayload`].
        payload: String => Append;
        /// ECDSA P-256 over `payload` by the device's key, base64 (IEEE P1363 form).
        device_signature: Option<String> => Append;
        signed_at: DateTime<Utc> => Append;
        /// What the server found when it checked all of this; absent means good.
        flaw: Option<String> => Server;
    }
}

impl Signature {
    /// Whether what was signed names the content of this hash.
    pub fn is_under(&self, sheet_hash: &str) -> bool {
        serde_json::from_str::<SignaturePayload>(&self.payload)
            .is_ok_and(|payload| payload.sheet_hash == sheet_hash)
    }
}

impl Entity for Signature {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.sheet_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        showable("signed_at", Some(self.signed_at))?;
        required("signer_name", &self.signer_name)?;
        line("signer_role", &self.signer_role)?;
        if self.strokes.iter().map(Vec::len).sum::<usize>() > 20_000 {
            return Err(Invalid::new("strokes", "at most 20000 points"));
        }
        if self.png.len() > 200_000 {
            return Err(Invalid::new("png", "at most 200000 characters of base64"));
        }
        Ok(())
    }
}

impl Listed for Signature {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("sheet_id", EntityKind::ServiceSheet, "Service sheet", "服务单").equal("sheet"),
            Column::word("party", Party::NAMES, "Party", "签署方").equal("party"),
            Column::text("signer_name", "Name", "姓名"),
            Column::text("signer_role", "Position", "职务"),
            Column::time("signed_at", "Signed", "签署时间"),
            Column::text("flaw", "Flaw", "瑕疵"),
        ],
        related: &[PARENT],
        searched: false,
        through: &[],
    };
}
