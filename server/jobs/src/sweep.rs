//! Clearing the storage of what nobody needs: originals that were replaced, uploads that were given up, their parts, and
//! files nothing has named for 90 days.
//!
//! A file goes only if no text in the database contains its address: no record or tombstone, no write in the history, no
//! operation in quarantine, no upload. So what was ever attached stays, because the history is for ever; what goes are
//! files of uploads whose record never came.
use crate::Jobs;
use chrono::TimeDelta;
use onsite_files::{FilesError, Sha256Hex};
use onsite_services::ServiceError;
use onsite_services::upload::{self, Fate};
use onsite_store::uploads::State;
use onsite_store::{StoreError, blobs, uploads};
use std::collections::BTreeSet;
use sync_protocol::codes::ErrorCode;

/// How long a file that nothing names is kept.
const UNNAMED: TimeDelta = TimeDelta::days(90);

/// Expired uploads that one transaction forgets.
const BATCH: i64 = 200;

/// What was cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Originals that were re-encoded and are nobody's evidence.
    pub originals: usize,
    /// Uploads that nobody continued.
    pub uploads: usize,
    /// Uploads whose parts were still on disk.
    pub parts: usize,
    /// Files that nothing names.
    pub files: usize,
}

/// Clears everything that may go now. It can be run at any time and by several processes.
///
/// # Errors
/// Database or storage is out of reach; the rest is done next time.
pub async fn sweep(jobs: &Jobs) -> Result<Swept, ServiceError> {
    Ok(Swept {
        originals: originals(jobs).await?,
        uploads: expired(jobs).await?,
        parts: parts(jobs).await?,
        files: unnamed(jobs).await?,
    })
}

async fn originals(jobs: &Jobs) -> Result<usize, ServiceError> {
    let waiting = jobs
        .store
        .read(|db| Ok::<_, ServiceError>(uploads::discarding(db)?))
        .await?;
    let mut gone = 0;
    for upload in waiting {
        let Some(address) = upload.discard else { continue };
        let asked = address.clone();
        match jobs.store.read(move |db| upload::fate(db, &asked)).await? {
            Fate::Undecided => continue,
            Fate::Stays => {}
            Fate::Goes => {
                let asked = address.clone();
                remove(jobs, &address, move |db| {
                    Ok(upload::fate(db, &asked)? != Fate::Goes)
                })
                .await?;
                gone += 1;
            }
        }
        jobs.store
            .write(move |tx| upload::discarded(tx, upload.id))
            .await?;
    }
    Ok(gone)
}

async fn expired(jobs: &Jobs) -> Result<usize, ServiceError> {
    let now = (jobs.clock)();
    let mut all = 0;
    loop {
        let forgotten = jobs
            .store
            .write(move |tx| upload::forget_expired(tx, now, BATCH))
            .await?;
        if forgotten == 0 {
            return Ok(all + kept(jobs).await?);
        }
        all += forgotten;
    }
}

/// Files whose record never came: those that nothing speaks of are forgotten, and their bytes go as any others.
async fn kept(jobs: &Jobs) -> Result<usize, ServiceError> {
    let now = (jobs.clock)();
    let found = jobs.store.read(move |db| {
        let kept = uploads::expired(db, &[State::Kept], now, BATCH)?;
        let addresses = kept.iter().map(|upload| upload.sha256.clone()).collect();
        let unrecorded = match kept.is_empty() {
            true => BTreeSet::new(),
            false => blobs::unrecorded(db, addresses)?,
        };
        Ok::<_, ServiceError>((kept, unrecorded))
    });
    let (kept, unrecorded) = found.await?;
    let mut forgotten = 0;
    for upload in kept {
        let named = !unrecorded.contains(&upload.sha256);
        forgotten += usize::from(!named);
        jobs.store
            .write(move |tx| upload::forget_kept(tx, upload.id, named, now))
            .await?;
    }
    Ok(forgotten)
}

async fn parts(jobs: &Jobs) -> Result<usize, ServiceError> {
    let staged = jobs.blobs.staged().await.map_err(|error| told(&error))?;
    if staged.is_empty() {
        return Ok(0);
    }
    // An upload is noted before its first part is written, so what is not noted is over.
    let over = jobs
        .store
        .read(move |db| Ok::<_, ServiceError>(uploads::without_parts(db, &staged)?))
        .await?;
    for upload in &over {
        jobs.blobs.unstage(*upload).await.map_err(|error| told(&error))?;
    }
    Ok(over.len())
}

async fn unnamed(jobs: &Jobs) -> Result<usize, ServiceError> {
    let since = (jobs.clock)() - UNNAMED;
    let old = jobs.blobs.older_than(since).await.map_err(|error| told(&error))?;
    if old.is_empty() {
        return Ok(0);
    }
    let old = old.iter().map(ToString::to_string).collect();
    let unnamed = jobs
        .store
        .read(move |db| Ok::<_, ServiceError>(blobs::unmentioned(db, old)?))
        .await?;
    let mut gone = 0;
    for address in unnamed {
        let asked = address.clone();
        // Whoever announces the file from here on is told to send it again.
        let free = jobs.store.write(move |tx| {
            let free = !blobs::in_use(tx.db(), &asked)?;
            if free {
                blobs::remove(tx, &asked)?;
            }
            Ok::<_, StoreError>(free)
        });
        if free.await? {
            let asked = address.clone();
            remove(jobs, &address, move |db| Ok(blobs::in_use(db, &asked)?)).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Removes a file, and puts it back if it was `needed` meanwhile: an upload notes what it is about to keep before it
/// looks whether that is there, so either it saw the file gone, or it is seen here.
async fn remove(
    jobs: &Jobs,
    address: &str,
    needed: impl FnOnce(&mut onsite_store::Db) -> Result<bool, ServiceError> + Send + 'static,
) -> Result<(), ServiceError> {
    let sha256: Sha256Hex = address.parse().map_err(|error| told(&error))?;
    let bytes = match jobs.blobs.get(&sha256).await {
        Ok(bytes) => Some(bytes),
        Err(FilesError::BlobMissing(_) | FilesError::BlobDamaged(_)) => None,
        Err(error) => return Err(told(&error)),
    };
    jobs.blobs.delete(&sha256).await.map_err(|error| told(&error))?;
    if let Some(bytes) = bytes
        && jobs.store.read(needed).await?
    {
        jobs.blobs
            .put(&sha256, bytes)
            .await
            .map_err(|error| told(&error))?;
    }
    Ok(())
}

fn told(error: &FilesError) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, error.to_string())
}
