//! Somebody who listens to `GET /v1/live`: a bare connection, so that thousands cost the bench no threads.
use super::Api;
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;
use sync_protocol::version::Version;

/// How long nothing at all may come; heartbeats come more often. It only bounds a hang.
const SILENCE: Duration = Duration::from_secs(120);

/// A connection that events come on; it ends with this value.
#[derive(Debug)]
pub struct Listener {
    connection: BufReader<TcpStream>,
    /// Lines of the answer's head, in lower case.
    pub head: Vec<String>,
}

impl Listener {
    /// Starts listening, with the last event it has from before.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn open(api: &Api, last: Option<Version>) -> Result<Listener> {
        let url = api.url("/v1/live");
        let (host, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .context("not an http address")?;
        let token = api.token().context("nobody is logged in")?;
        let last = last
            .map(|last| format!("Last-Event-ID: {last}\r\n"))
            .unwrap_or_default();
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(SILENCE))?;
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Accept-Encoding: zstd, gzip\r\n{last}\r\n"
        );
        stream.write_all(request.as_bytes())?;
        // Little is ever waiting, and thousands of these are held at a time.
        let mut listener = Listener {
            connection: BufReader::with_capacity(512, stream),
            head: Vec::new(),
        };
        loop {
            let line = listener.line()?.context("the server hung up")?;
            if line.is_empty() {
                break;
            }
            listener.head.push(line.to_ascii_lowercase());
        }
        let status = listener.head.first().cloned().unwrap_or_default();
        ensure!(status.contains(" 200 "), "answered {status}");
        Ok(listener)
    }

    /// Waits for the next event and returns its id; none when the server has ended the stream.
    ///
    /// # Errors
    /// The connection broke, or what came is no version.
    pub fn next_head(&mut self) -> Result<Option<Version>> {
        while let Some(line) = self.line()? {
            if let Some(id) = line.strip_prefix("id: ") {
                let version = id.parse()?;
                // The rest of the event, so that nothing of it is taken for the next one.
                while self.line()?.is_some_and(|line| !line.is_empty()) {}
                return Ok(Some(version));
            }
            // The last chunk.
            if line == "0" {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Waits for an event of this version or a later one.
    ///
    /// # Errors
    /// The stream ended before.
    pub fn reach(&mut self, version: Version) -> Result<Version> {
        loop {
            let head = self.next_head()?.context("the stream ended")?;
            if head >= version {
                return Ok(head);
            }
        }
    }

    /// One line, chunk lengths among them; none at the end.
    fn line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        let length = self.connection.read_line(&mut line)?;
        Ok((length > 0).then(|| line.trim_end().to_owned()))
    }
}
