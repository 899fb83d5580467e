//! Versions in headers: what a client saw, and what it still has.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;

/// The version a change is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Version);

impl Input for IfMatch {
    async fn extract(incoming: &mut Incoming) -> Result<IfMatch, Problem> {
        let missing = || {
            let detail = "send the ETag of the version you saw, such as \"1.42\", in If-Match";
            Problem::new(ErrorCode::PreconditionRequired, detail).field("If-Match")
        };
        match incoming.header("If-Match") {
            // A star would say "whatever it is", which is what this header is there to prevent.
            None | Some("*") => Err(missing()),
            Some(tag) => read(tag).map(IfMatch).ok_or_else(|| {
                Problem::malformed("takes one version in quotes, such as \"1.42\"").field("If-Match")
            }),
        }
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<Version>();
        sketch.parameter(
            "header",
            "If-Match",
            true,
            "ETag of the version you saw, in quotes",
            &schema,
        );
        sketch.fails_with(&[ErrorCode::PreconditionRequired, ErrorCode::VersionConflict]);
        sketch.writes();
    }
}

/// The versions a client still has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfNoneMatch(Vec<Version>);

impl IfNoneMatch {
    pub fn has(&self, version: Version) -> bool {
        self.0.contains(&version)
    }
}

impl Input for IfNoneMatch {
    async fn extract(incoming: &mut Incoming) -> Result<IfNoneMatch, Problem> {
        // A tag that isn't ours only means that the client has nothing of use.
        let tags = incoming.header("If-None-Match").unwrap_or_default();
        Ok(IfNoneMatch(tags.split(',').filter_map(read).collect()))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<String>();
        sketch.parameter(
            "header",
            "If-None-Match",
            false,
            "ETags you have; answered 304 if one stands",
            &schema,
        );
    }
}

/// An entity tag of ours; a weak one comes from a proxy that compressed the answer.
fn read(tag: &str) -> Option<Version> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
