//! The demo provider on a server of its own, with a mail server beside it.
use super::{Api, Mailbox, Server};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The password of every login.
pub const PASSWORD: &str = "onsite demo 2026";

/// The running demo; it ends with this value.
#[derive(Debug)]
pub struct Demo {
    pub mailbox: Mailbox,
    /// None between a power cut and a restart.
    server: Option<Server>,
    address: SocketAddr,
    arguments: Vec<String>,
    log: PathBuf,
}

impl Demo {
    /// Starts it with its data and mails in a folder; an earlier demo there is removed. `database` is an address as the
    /// server takes it, or none for a SQLite file; `more` are further arguments.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub fn start(folder: &Path, database: Option<&str>, more: &[String]) -> Result<Demo> {
        let (data, mails) = (folder.join("data"), folder.join("mails"));
        for stale in [&data, &mails] {
            if stale.exists() {
                std::fs::remove_dir_all(stale)?;
            }
        }
        std::fs::create_dir_all(&data)?;
        let mailbox = Mailbox::start(&mails)?;
        let data = data.to_string_lossy().into_owned();
        let mut arguments: Vec<String> = ["demo", "--dir", &data, "--smtp", &mailbox.address]
            .map(str::to_owned)
            .into();
        arguments.extend(
            database
                .iter()
                .flat_map(|address| ["--database", address])
                .map(str::to_owned),
        );
        arguments.extend(more.iter().cloned());
        let log = folder.join("server.log");
        let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let server = Server::start(&borrowed, &[], &log)?;
        Ok(Demo {
            mailbox,
            address: server.address,
            server: Some(server),
            arguments,
            log,
        })
    }

    /// Where it is reached, also while it is down.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Somebody logged in at a desk.
    ///
    /// # Errors
    /// The server refuses it, or is down.
    pub fn desk(&self, email: &str) -> Result<Api> {
        Ok(Api::new(&self.url()).login(email, PASSWORD)?.0)
    }

    /// Ends the server as a power cut would.
    pub fn cut(&mut self) {
        self.server = None;
    }

    /// Starts it again at the same address, after a power cut or by causing one.
    ///
    /// # Errors
    /// It does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.cut();
        let borrowed: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let server = Server::start_at(self.address, &borrowed, &[], &self.log);
        self.server = Some(server.context("after a power cut")?);
        Ok(())
    }
}
