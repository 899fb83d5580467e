//! The files of the web app, embedded as `build.rs` built them.

/// One file of the app.
#[derive(Debug)]
pub(crate) struct WebFile {
    /// Below the root of the server, such as `assets/index-1a2b3c.js`.
    path: &'static str,
    pub(crate) media_type: &'static str,
    /// An entity tag, of its content and not of its form: weak, therefore.
    pub(crate) tag: &'static str,
    pub(crate) plain: &'static [u8],
    pub(crate) gzip: Option<&'static [u8]>,
    pub(crate) brotli: Option<&'static [u8]>,
}

static FILES: &[WebFile] = include!(concat!(env!("OUT_DIR"), "/web/files.rs"));

/// Where the build puts files that carry a hash of their content in their name.
const HASHED: &str = "assets/";

impl WebFile {
    /// Whether this address can never mean another content.
    pub(crate) fn is_immutable(&self) -> bool {
        self.path.starts_with(HASHED)
    }
}

/// The file with this path.
pub(crate) fn find(path: &str) -> Option<&'static WebFile> {
    let at = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(at)
}
