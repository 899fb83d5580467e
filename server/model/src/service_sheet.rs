//! ServiceSheet 服务单: what was done on a visit, as the client signs it.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, text};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Append, Device, Server, Status, Text};
use uuid::Uuid;

status! {
    /// How far a sheet has come.
    SheetStatus of "a service sheet" {
        Draft = "draft" => [Presented];
        Presented = "presented" => [Draft, Signed, Refused, Absent];
        Signed = "signed" => [];
        Refused = "refused" => [Signed];
        Absent = "absent" => [Signed, Refused];
    }
}

impl SheetStatus {
    /// Whether the visit has its answer from the client.
    pub fn is_outcome(self) -> bool {
        matches!(
            self,
            SheetStatus::Signed | SheetStatus::Refused | SheetStatus::Absent
        )
    }
}

entity! {
    /// One version of a visit's sheet.
    ServiceSheet = "service_sheet" {
        visit_id: Uuid => Append, refers Visit;
        /// 1, then 2 for the first amendment.
        #[serde(default = "one")]
        version: u32 => Append;
        /// SHA-256 of the signed version this one amends.
        amends: Option<String> => Append;
        #[serde(default = "draft")]
        status: SheetStatus => Status(SheetStatus::legal);
        /// The exact RFC 8785 bytes of the [`crate::sheet_content::SheetContent`] that was shown. While it is
        /// presented or signed these never change.
        canonical: Option<String> => Device, group "content";
        /// SHA-256 (hex) of `sheet-v1` followed by `canonical`.
        hash: Option<String> => Device, group "content";
        /// Why the client refused, or who was absent.
        reason: Option<String> => Text;
        /// What the client wrote by the remote link, and when they last did.
        remark: Option<String> => Server, group "remark";
        remarked_at: Option<DateTime<Utc>> => Server, group "remark";
        /// 1 to 5, given on the spot.
        rating: Option<u8> => Append;
        /// Given by the server, outside the hash, such as `S-2026-0042`.
        number: Option<String> => Server;
        /// Where the signed sheet was mailed, and when the mail server took it or it was given up.
        mailed_to: Option<String> => Server, group "mail";
        mailed_at: Option<DateTime<Utc>> => Server, group "mail";
        mail_failed_at: Option<DateTime<Utc>> => Server, group "mail";
        sealed_at: Option<DateTime<Utc>> => Server, group "seal";
        /// The server's Ed25519 signature (base64) over hash and signatures.
        seal: Option<String> => Server, group "seal";
        /// SHA-256 (hex) of the payloads of the signatures it covers, in the order of their ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sealed_payloads: Vec<String> => Server, group "seal";
        /// Id of the key it was made with.
        seal_key: Option<String> => Server, group "seal";
    }
}

fn one() -> u32 {
    1
}

fn draft() -> SheetStatus {
    SheetStatus::Draft
}

impl ServiceSheet {
    /// The one id a version of a visit's sheet can have, so that two devices that start it start the same.
    pub fn id(visit_id: Uuid, version: u32) -> Uuid {
        crate::ids::natural_id(visit_id, &format!("sheet/{version}"))
    }
}

impl Entity for ServiceSheet {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.visit_id)
    }

    fn natural_id(&self) -> Option<Uuid> {
        Some(ServiceSheet::id(self.visit_id, self.version))
    }

    fn validate(&self) -> Result<(), Invalid> {
        text("reason", self.reason.as_deref().unwrap_or_default())?;
        text("remark", self.remark.as_deref().unwrap_or_default())?;
        if self.rating.is_some_and(|rating| !(1..=5).contains(&rating)) {
            return Err(Invalid::new("rating", "1 to 5"));
        }
        if self.canonical.is_some() != self.hash.is_some() {
            return Err(Invalid::new("hash", "content and hash come together"));
        }
        let reason = self.reason.as_deref().unwrap_or_default();
        if matches!(self.status, SheetStatus::Refused | SheetStatus::Absent) && reason.trim().is_empty() {
            return Err(Invalid::new("reason", "say why the client did not sign"));
        }
        Ok(())
    }
}
