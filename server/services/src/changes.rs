//! What changed since a version, in every bucket: what a console follows.
//!
//! The buckets to look into come from what this process knows, so the database is asked for those alone. Nothing
//! newer than that knowledge is told: a bucket it does not name could have changed just before.
use crate::error::ServiceError;
use onsite_model::bucket::Bucket;
use onsite_store::heads::Known;
use onsite_store::{Clock, Db, feed};
use sync_protocol::codes::ErrorCode;
use sync_protocol::fields_text::FieldsText;
use sync_protocol::live::Changes;
use sync_protocol::pull::Change;
use sync_protocol::version::Version;

/// Buckets beyond which it is cheaper to read the feed of all.
const MANY_BUCKETS: usize = 500;

/// Where to look for what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    after: u64,
    /// Up to here everything is known.
    upto: Clock,
    /// `None` for all.
    buckets: Option<Vec<String>>,
}

impl Span {
    /// Whether nothing can have changed.
    pub fn is_empty(&self) -> bool {
        self.after == self.upto.version
    }

    /// The page of a span in which nothing changed.
    pub fn nothing(&self) -> Changes<FieldsText> {
        Changes {
            changes: Vec::new(),
            next: self.end(),
            more: false,
        }
    }

    fn end(&self) -> Version {
        Version {
            epoch: self.upto.epoch,
            number: self.upto.version,
        }
    }
}

/// The refusal of a version that is no place in this database's feed.
pub fn unknown_place() -> ServiceError {
    let detail =
        "there is no such version, or the database has been restored since; load what you show again";
    ServiceError::new(ErrorCode::BadCursor, detail).field("after")
}

/// Decides where to look; without `after`, from the beginning.
///
/// # Errors
/// `bad_cursor` for a version this database never had, or of a life before it was restored.
pub fn span(known: &Known, after: Option<Version>) -> Result<Span, ServiceError> {
    let clock = known.clock();
    let after = match after {
        Some(after) if after.epoch == clock.epoch && after.number <= clock.version => after.number,
        Some(_) => return Err(unknown_place()),
        None => 0,
    };
    let buckets = known.buckets_after(after);
    let few = buckets.len() <= MANY_BUCKETS;
    Ok(Span {
        after,
        upto: clock,
        buckets: few.then(|| buckets.iter().map(Bucket::to_string).collect()),
    })
}

/// Reads a page of at most `limit` changes, or one version's where that has more.
///
/// # Errors
/// The database can't be read.
pub fn page(db: &mut Db, span: &Span, limit: i64) -> Result<Changes<FieldsText>, ServiceError> {
    let scope = span.buckets.as_deref();
    let (mut changes, complete) = match scope {
        Some([]) => (Vec::new(), true),
        _ => feed::changes_in(db, scope, span.after, limit)?,
    };
    let told = changes.len();
    changes.retain(|change| change.version() <= span.upto.version);
    // What lies beyond is told next time; so is everything, once the page reached what is known.
    let reached = complete || changes.len() < told;
    let last = changes.last().map_or(span.upto.version, Change::version);
    Ok(Changes {
        changes,
        next: if reached {
            span.end()
        } else {
            Version {
                number: last,
                ..span.end()
            }
        },
        more: !reached,
    })
}
