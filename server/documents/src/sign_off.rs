//! How a sheet ended: who signed, or why nobody did.
//!
//! These structs are the documents' own, so that whatever stores signatures need not be shaped like a page.
use chrono::{DateTime, Utc};

/// One movement of the pen, as points in any one unit with y growing downwards; it is scaled to fit.
pub type Stroke = Vec<(f32, f32)>;

/// Both parties' part in closing a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SignOff {
    pub client: ClientSignOff,
    /// The technician signs even where the client does not.
    pub technician: Signature,
}

/// What the client's side did when the sheet was shown.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientSignOff {
    Signed(Signature),
    Refused { reason: String },
    Absent { reason: String },
}

/// A signature as drawn, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub name: String,
    /// The signer's position; empty where not given.
    pub role: String,
    pub signed_at: DateTime<Utc>,
    pub strokes: Vec<Stroke>,
}
