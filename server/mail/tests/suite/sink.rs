//! Runs the mail server of `tests/smtp-sink`.
use onsite_mail::{Security, SmtpConfig};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running mail server; dropping it ends the server and removes its mails.
pub(crate) struct Sink {
    pub(crate) port: u16,
    folder: TempDir,
    process: Child,
}

impl Sink {
    /// Starts a server with `options` as explained in `sink.mjs`.
    pub(crate) fn start(options: &[&str]) -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/smtp-sink");
        assert!(
            home.join("node_modules/smtp-server").is_dir(),
            "the test mail server is not installed: run `npm ci` in tests/smtp-sink, or `cargo xtask test`, which does"
        );
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new("node")
            .arg(home.join("sink.mjs"))
            .arg(folder.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js 20 or later must be installed to run the test mail server");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("the mail server said {line:?}"));
        Self {
            port: port.parse().unwrap(),
            folder,
            process,
        }
    }

    /// The whole mails, in the order of arrival.
    pub(crate) fn mails(&self) -> Vec<Vec<u8>> {
        let mut names: Vec<_> = self
            .folder
            .path()
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.retain(|name| name.extension().is_some_and(|extension| extension == "eml"));
        names.sort();
        names.iter().map(|name| std::fs::read(name).unwrap()).collect()
    }

    /// Settings that reach this server without encryption or login.
    pub(crate) fn config(&self) -> SmtpConfig {
        config("127.0.0.1", self.port)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Closing its input is how a parent that died would end it.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

pub(crate) fn config(host: &str, port: u16) -> SmtpConfig {
    SmtpConfig {
        host: host.to_owned(),
        port,
        security: Security::None,
        login: None,
        extra_roots: None,
        connect_timeout: Duration::from_secs(20),
        delivery_timeout: Duration::from_secs(20),
    }
}
