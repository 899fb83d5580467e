//! The one table of stable codes: errors of requests, and reasons for quarantine.
//!
//! The HTTP status, the documentation and the clients' texts all follow from here.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $title:literal;)+) => {
        /// The `code` of a problem (RFC 9457), never renamed once given out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[doc = $doc])+ $name,)+ }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)+];

            /// The HTTP status it is answered with.
            pub fn status(self) -> u16 {
                match self { $(ErrorCode::$name => $status,)+ }
            }

            /// A short title, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(ErrorCode::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body or a parameter isn't JSON of the documented shape.
    Malformed = 400, "The request could not be read";
    /// A field that this operation does not know.
    UnknownField = 400, "Unknown field";
    /// The cursor was not given out by this server, or has been altered.
    BadCursor = 400, "Unusable cursor";
    /// No access token, or not a valid one.
    Unauthenticated = 401, "Log in first";
    /// The access token has run out; refresh it.
    TokenExpired = 401, "The access token has expired";
    /// E-mail or password is wrong; which one is not said.
    BadCredentials = 401, "E-mail or password is wrong";
    /// A refresh token was used twice by different holders; the session has been ended.
    TokenReused = 401, "This session has been ended";
    /// The device's signature is missing or does not fit.
    BadProof = 401, "The device could not be recognised";
    /// The app is older than what is still sent rows; its work is taken even so.
    ClientTooOld = 403, "Update the app";
    /// The role does not allow it.
    Forbidden = 403, "Not allowed";
    /// The device has been revoked.
    DeviceRevoked = 403, "This device has been revoked";
    /// There is none, or none that this caller may see.
    NotFound = 404, "Not found";
    /// The path exists, the method does not.
    MethodNotAllowed = 405, "Method not allowed";
    /// Another write came first and changed the same field.
    VersionConflict = 409, "Somebody else changed this meanwhile";
    /// The state machine does not allow this step.
    IllegalTransition = 409, "Not possible in this state";
    /// A value that must be unique is taken.
    Taken = 409, "Already taken";
    /// Something that must come first is missing.
    NotReady = 409, "Something is missing";
    /// The upload has another number of bytes than the request goes on from; HEAD tells how many.
    OffsetMismatch = 409, "The upload stands elsewhere";
    /// The upload was not continued in time; begin a new one.
    UploadExpired = 410, "This upload has expired";
    /// The link was used already.
    LinkUsed = 410, "This link has been used";
    /// The link has run out.
    LinkExpired = 410, "This link has expired";
    /// `Tus-Resumable` is missing, or names a version of tus that isn't spoken here.
    TusVersion = 412, "Unsupported version of tus";
    /// Too many bytes of this user wait for the rest or for their record; finish some uploads first.
    QuotaExceeded = 413, "Too much is waiting";
    /// The body is larger than allowed.
    TooLarge = 413, "Too large";
    /// The file is of a kind that isn't taken.
    UnsupportedMedia = 415, "This kind of file is not accepted";
    /// The shape is right, a value is not.
    Invalid = 422, "A value is not acceptable";
    /// The same Idempotency-Key came with another request.
    IdempotencyMismatch = 422, "This key belongs to another request";
    /// A newer request goes on with this upload.
    TakenOver = 423, "Another request has taken over";
    /// Send `If-Match` with the version you saw.
    PreconditionRequired = 428, "Say which version you saw";
    /// Too many attempts; `Retry-After` says when to come back.
    Throttled = 429, "Too many attempts";
    /// The bytes are not those of `Upload-Checksum`; none of them was kept, send them again.
    ChecksumMismatch = 460, "Damaged on the way";
    /// A fault of ours; nothing was saved.
    Internal = 500, "Something went wrong here";
    /// The app is newer than the server, which is to be updated; nothing was taken.
    ServerTooOld = 503, "The server is not up to date yet";
    /// Overload or outage; nothing was saved, try again.
    Unavailable = 503, "Try again in a moment";
}

/// Why an operation is in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineReason {
    /// It isn't an operation of the documented shape.
    Undecodable,
    /// Its body is larger than [`crate::operation::MAX_OPERATION_BYTES`].
    TooLarge,
    /// This server knows no such entity.
    UnknownEntity,
    /// A value is not acceptable.
    Invalid,
    /// The row it changes, or a row it refers to, does not exist here.
    UnknownRow,
    /// Its author did not hold the row at the version the operation was based on.
    OutOfScope,
    /// Its author's role, or the rule of a field, does not allow it.
    NotPermitted,
    /// The device had been revoked.
    DeviceRevoked,
    /// What it builds on did not come in time, or is in quarantine itself; it is released together with that.
    Dependency,
    /// Another operation of its atomic group could not be applied, or the group did not come whole.
    Group,
    /// The row was deleted so long ago that only its id is left.
    Gone,
    /// The password had been changed, and the device had not logged in since.
    LoginDue,
}
