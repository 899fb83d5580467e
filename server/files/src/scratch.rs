//! Places for blobs in tests, of every crate: a folder, and a bucket of an S3 server that the test program starts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use object_store::ObjectStore;
use tempfile::TempDir;

use crate::{BlobStore, S3Settings};

/// The bucket that the S3 server has.
const BUCKET: &str = "onsite";

/// Started by the first test that needs it. The pipe closes with this program, however it ends, and with it the server.
static S3: LazyLock<Option<S3Server>> = LazyLock::new(S3Server::start);

struct S3Server {
    url: String,
    _process: Child,
}

impl S3Server {
    fn start() -> Option<S3Server> {
        let Some(python) = python() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "the S3 server for tests is missing: run `cargo xtask setup`"
            );
            eprintln!("not run on S3: its server is missing; `cargo xtask setup` installs it");
            return None;
        };
        let mut process = Command::new(python)
            .args(["-c", include_str!("scratch_s3.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python starts");
        let mut url = String::new();
        let said = process.stdout.take().expect("its output");
        BufReader::new(said).read_line(&mut url).expect("its address");
        assert!(url.starts_with("http"), "the S3 server did not start");
        Some(S3Server {
            url: url.trim().to_owned(),
            _process: process,
        })
    }
}

/// The python that `cargo xtask setup` made beside the target folder's programs.
fn python() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let in_target = |target: &Path| target.join("tools/s3/bin/python");
    own.ancestors().map(in_target).find(|path| path.exists())
}

/// Where a test keeps blobs, and what is there when it is over is gone.
#[derive(Debug)]
pub enum Place {
    Folder(TempDir),
    S3(S3Settings),
}

impl Place {
    /// A folder of the test's own.
    ///
    /// # Panics
    /// It can't be made.
    pub fn folder() -> Place {
        Place::Folder(TempDir::new().expect("a temporary folder"))
    }

    /// A part of a bucket of the test's own; `None` where there is no S3 server, which is said.
    pub fn s3() -> Option<Place> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = S3.as_ref()?;
        Some(Place::S3(S3Settings {
            bucket: BUCKET.to_owned(),
            endpoint: Some(server.url.clone()),
            region: "us-east-1".to_owned(),
            prefix: format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            key: Some(("test".to_owned(), "secret".to_owned())),
        }))
    }

    /// One of every kind there is to test on.
    pub fn each() -> Vec<Place> {
        std::iter::once(Place::folder()).chain(Place::s3()).collect()
    }

    /// Opens it; each store opened stands for a process of its own.
    ///
    /// # Panics
    /// It can't be opened.
    pub fn open(&self) -> BlobStore {
        match self {
            Place::Folder(folder) => BlobStore::local(folder.path()).expect("the folder opens"),
            Place::S3(settings) => BlobStore::s3(settings).expect("the bucket opens"),
        }
    }

    /// What lies there as it is, for a test to break on purpose.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        self.open().objects
    }
}
