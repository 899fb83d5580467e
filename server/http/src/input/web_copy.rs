//! What a browser says about its copy of a file, and in which forms it would take another.
use super::Input;
use super::if_match::IfNoneMatch;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use crate::web_files::WebFile;
use actix_web::http::header::{AcceptEncoding, Encoding, Header};

/// The copy a client has, and the forms it can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebCopy {
    tags: String,
    brotli: bool,
    gzip: bool,
}

impl WebCopy {
    /// Whether the client has this file as it is.
    pub(crate) fn is(&self, file: &WebFile) -> bool {
        self.tags.split(',').any(|tag| tag.trim() == file.tag)
    }

    /// The smallest form of a file that the client reads, with its `Content-Encoding`.
    pub(crate) fn form(&self, file: &WebFile) -> (&'static [u8], Option<&'static str>) {
        match (file.brotli, file.gzip) {
            (Some(bytes), _) if self.brotli => (bytes, Some("br")),
            (_, Some(bytes)) if self.gzip => (bytes, Some("gzip")),
            _ => (file.plain, None),
        }
    }
}

impl Input for WebCopy {
    const IGNORES_QUERY: bool = true;

    async fn extract(incoming: &mut Incoming) -> Result<WebCopy, Problem> {
        // Without the header everything is allowed, and nothing is known: such a client gets plain files.
        let said = incoming.header("Accept-Encoding").is_some();
        let accepted = AcceptEncoding::parse(incoming.request()).ok().filter(|_| said);
        let reads = |coding: Encoding| {
            let choice = accepted
                .as_ref()
                .and_then(|all| all.negotiate([coding.clone(), Encoding::identity()].iter()));
            choice == Some(coding)
        };
        Ok(WebCopy {
            tags: incoming.header("If-None-Match").unwrap_or_default().to_owned(),
            brotli: reads(Encoding::brotli()),
            gzip: reads(Encoding::gzip()),
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        IfNoneMatch::describe(sketch);
    }
}
