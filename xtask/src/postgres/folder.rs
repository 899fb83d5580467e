//! The temporary folder of a cluster, with a lock that tells whether its guard still lives.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::account::{Account, is_root, own_uid};

const PREFIX: &str = "onsite-postgres-";

/// A folder `onsite-postgres-…` that holds `lock` and `data`. Dropping it leaves it where it is.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The system releases the lock when this process ends, however it ends.
    _lock: File,
}

impl Folder {
    /// A new folder, locked by this process, with `data` belonging to the account that runs the server.
    pub(super) fn create(account: Option<Account>) -> Result<Self> {
        let (parent, name) = (parent()?, random_hex(8)?);
        let path = parent.join(format!("{PREFIX}{name}"));
        // Under another name until it is locked, or another guard could take it for abandoned.
        let unlocked = parent.join(format!("new-{PREFIX}{name}"));
        let lock =
            Self::fill(&unlocked, account).with_context(|| format!("cannot fill {}", unlocked.display()))?;
        fs::rename(&unlocked, &path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path, _lock: lock })
    }

    fn fill(path: &Path, account: Option<Account>) -> io::Result<File> {
        // Others may pass through, as the server's account must, but not look.
        DirBuilder::new().mode(0o711).create(path)?;
        let lock = File::create_new(path.join("lock"))?;
        lock.lock()?;
        let data = path.join("data");
        DirBuilder::new().mode(0o700).create(&data)?;
        if let Some(Account { uid, gid }) = account {
            chown(data, Some(uid), Some(gid))?;
        }
        Ok(lock)
    }

    /// The folders of this user whose process is gone, now locked by this one.
    pub(super) fn stale() -> Result<Vec<Self>> {
        let parent = parent()?;
        let mut stale = Vec::new();
        for entry in fs::read_dir(&parent).with_context(|| format!("cannot list {}", parent.display()))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                stale.extend(Self::lock_abandoned(entry.path()));
            }
        }
        Ok(stale)
    }

    /// Takes over an abandoned folder. One that belongs to somebody else is never touched: in a folder that all may
    /// write to, its contents could be made to mislead us.
    fn lock_abandoned(path: PathBuf) -> Option<Self> {
        let metadata = fs::symlink_metadata(&path).ok()?;
        if !metadata.is_dir() || metadata.uid() != own_uid().ok()? {
            return None;
        }
        let lock = File::open(path.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(Self { path, _lock: lock })
    }

    /// The cluster's files.
    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Removes the folder with all it holds.
    pub(super) fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.path).with_context(|| format!("cannot remove {}", self.path.display()))
    }
}

/// A folder that the server's account can reach: root's own temporary folder may be closed to others.
fn parent() -> Result<PathBuf> {
    Ok(if is_root()? {
        Path::new("/tmp").to_path_buf()
    } else {
        std::env::temp_dir()
    })
}

/// Unguessable bytes, in hexadecimal.
pub(super) fn random_hex(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    let mut source = File::open("/dev/urandom").context("cannot open /dev/urandom")?;
    source
        .read_exact(&mut buffer)
        .context("cannot read /dev/urandom")?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}
