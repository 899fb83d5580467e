//! The newest version a client has heard of, so that no server answers from behind it.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use actix_web::http::Method;
use sync_protocol::version::Version;

/// The header `Seen-Version`: of a receipt, a live event or an earlier answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen(pub Option<Version>);

impl Input for Seen {
    async fn extract(incoming: &mut Incoming) -> Result<Seen, Problem> {
        version(incoming, "Seen-Version").map(Seen)
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<Version>();
        let about = "the newest version you have heard of; the answer is not from before it";
        sketch.parameter("header", "Seen-Version", false, about, &schema);
    }
}

/// How somebody starts to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    /// The header `Last-Event-ID`: the last event that arrived.
    pub last: Option<Version>,
    /// Only the answer's head is asked for.
    pub head_only: bool,
}

impl Input for Listening {
    async fn extract(incoming: &mut Incoming) -> Result<Listening, Problem> {
        Ok(Listening {
            last: version(incoming, "Last-Event-ID")?,
            head_only: incoming.request().method() == Method::HEAD,
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<Version>();
        let about = "id of the last event that arrived; what came after it is told at once";
        sketch.parameter("header", "Last-Event-ID", false, about, &schema);
    }
}

fn version(incoming: &Incoming, name: &str) -> Result<Option<Version>, Problem> {
    let read = |text: &str| {
        text.trim()
            .parse()
            .map_err(|_| Problem::malformed("takes one version, such as 1.42").field(name))
    };
    incoming.header(name).map(read).transpose()
}
