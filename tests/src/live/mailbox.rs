//! A real mail server that keeps what it gets as files.
use anyhow::{Context, Result, bail};
use mail_parser::{Message, MessageParser, MimeHeaders};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a mail may take to arrive, in tenths of a second. It only bounds a hang.
const ARRIVAL_TENTHS: u32 = 1200;

/// The mail server; it ends with this value.
#[derive(Debug)]
pub struct Mailbox {
    child: Child,
    /// Where it listens, as `host:port`.
    pub address: String,
    folder: PathBuf,
}

/// A mail that arrived.
#[derive(Debug)]
pub struct Mail {
    pub path: PathBuf,
    raw: Vec<u8>,
}

impl Mailbox {
    /// Starts it with a folder to keep mails in.
    ///
    /// # Errors
    /// Node or the packages of `tests/smtp-sink` are missing.
    pub fn start(folder: &Path) -> Result<Mailbox> {
        let sink = Path::new(env!("CARGO_MANIFEST_DIR")).join("smtp-sink");
        if !sink.join("node_modules").exists() {
            bail!(
                "the test mail server is not installed: run `npm ci` in tests/smtp-sink (cargo xtask test does)"
            );
        }
        let mut child = Command::new("node")
            .arg(sink.join("sink.mjs"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("can't start node")?;
        let stdout = child.stdout.take().context("the mail server has no output")?;
        let mut first = String::new();
        BufReader::new(stdout).read_line(&mut first)?;
        let port = first
            .trim()
            .strip_prefix("listening on ")
            .context("the mail server did not start")?;
        let address = format!("127.0.0.1:{port}");
        Ok(Mailbox {
            child,
            address,
            folder: folder.to_owned(),
        })
    }

    /// Waits for the mail with this Message-ID.
    ///
    /// # Errors
    /// It doesn't come.
    pub fn wait_for(&self, message_id: &str) -> Result<Mail> {
        for _ in 0..ARRIVAL_TENTHS {
            for mail in self.mails()? {
                if mail.parse()?.message_id() == Some(message_id) {
                    return Ok(mail);
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the mail {message_id} did not arrive")
    }

    /// The Message-ID of every mail that arrived, one for each copy.
    ///
    /// # Errors
    /// A file is no mail.
    pub fn message_ids(&self) -> Result<Vec<String>> {
        let read = |mail: &Mail| Ok(mail.parse()?.message_id().unwrap_or_default().to_owned());
        self.mails()?.iter().map(read).collect()
    }

    fn mails(&self) -> Result<Vec<Mail>> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                Ok(Mail {
                    raw: std::fs::read(&path)?,
                    path,
                })
            })
            .collect()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mail {
    fn parse(&self) -> Result<Message<'_>> {
        MessageParser::default().parse(&self.raw).context("not a mail")
    }

    /// Its subject.
    ///
    /// # Errors
    /// The file is no mail.
    pub fn subject(&self) -> Result<String> {
        Ok(self.parse()?.subject().unwrap_or_default().to_owned())
    }

    /// Its text form.
    ///
    /// # Errors
    /// The file is no mail.
    pub fn text(&self) -> Result<String> {
        Ok(self.parse()?.body_text(0).unwrap_or_default().into_owned())
    }

    /// Names and bytes of what is attached.
    ///
    /// # Errors
    /// The file is no mail.
    pub fn attachments(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mail = self.parse()?;
        Ok(mail
            .attachments()
            .map(|part| {
                (
                    part.attachment_name().unwrap_or_default().to_owned(),
                    part.contents().to_vec(),
                )
            })
            .collect())
    }

    /// The first link of its text that contains `part`.
    ///
    /// # Errors
    /// There is none.
    pub fn link(&self, part: &str) -> Result<String> {
        let text = self.text()?;
        let link = text
            .split_whitespace()
            .find(|word| word.starts_with("http") && word.contains(part));
        link.map(str::to_owned)
            .with_context(|| format!("the mail has no link with {part}"))
    }
}
