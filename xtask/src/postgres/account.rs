//! Who runs the cluster. PostgreSQL refuses to run as root, so root lends it another account of the machine.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;

/// Accounts that a machine is likely to have and that own nothing worth protecting from a test database.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// A user and their main group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account to switch to: none unless this is root.
    pub(super) fn for_server() -> Result<Option<Self>> {
        if !is_root()? {
            return Ok(None);
        }
        for name in CANDIDATES {
            if let (Ok(uid), Ok(gid)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Some(Self { uid, gid }));
            }
        }
        bail!("PostgreSQL does not run as root: add a user for it with `useradd --system postgres`")
    }

    /// Lets a command run under this account.
    pub(super) fn lend(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> Result<bool> {
    Ok(own_uid()? == 0)
}

/// The user id this process runs under.
pub(super) fn own_uid() -> Result<u32> {
    id(&["-u"])
}

fn id(arguments: &[&str]) -> Result<u32> {
    let printed = command::output(Command::new("id").args(arguments))?;
    printed
        .trim()
        .parse()
        .with_context(|| format!("`id` printed `{}`", printed.trim()))
}
