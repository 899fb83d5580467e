//! Bytes of uploads under way: one object for each part that was received, beside the blobs.
//!
//! A part is durable before anybody is told of it, and whoever keeps the list of parts (the database) names which ones
//! count; so an upload can go on in another process, and a part that nobody wrote down is only litter. A part's name
//! holds the turn of the request that wrote it: two requests that fight over an upload never write the same object.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStoreExt};
use uuid::Uuid;

use crate::{BlobStore, FilesError};

/// The folder of all of it; no blob's path begins so.
const FOLDER: &str = "uploads";

/// Some bytes of an upload, as they were received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Bytes of the upload before it.
    pub start: u64,
    /// In bytes.
    pub length: u64,
    /// The turn of the request that brought it.
    pub turn: u64,
}

impl BlobStore {
    /// Keeps a part, durably before it returns.
    ///
    /// # Errors
    /// The storage failed; nothing counts then.
    pub async fn stage(&self, upload: Uuid, part: &Part, bytes: Bytes) -> Result<(), FilesError> {
        self.keep(&part_path(upload, part), bytes).await
    }

    /// The bytes of these parts, one behind the other.
    ///
    /// # Errors
    /// [`FilesError::PartMissing`] if one is gone, cut short, or does not begin where the one before it ends.
    pub async fn composed(&self, upload: Uuid, parts: &[Part]) -> Result<Bytes, FilesError> {
        let mut whole = BytesMut::new();
        for part in parts {
            let missing = FilesError::PartMissing { start: part.start };
            let found = match self.objects.get(&part_path(upload, part)).await {
                Err(object_store::Error::NotFound { .. }) => return Err(missing),
                found => found?.bytes().await?,
            };
            if part.start != whole.len() as u64 || part.length != found.len() as u64 {
                return Err(missing);
            }
            whole.extend_from_slice(&found);
        }
        Ok(whole.freeze())
    }

    /// Removes all parts of an upload.
    pub async fn unstage(&self, upload: Uuid) -> Result<(), FilesError> {
        let parts = self.objects.list(Some(&folder_of(upload)));
        let paths = parts.map_ok(|part: ObjectMeta| part.location).boxed();
        let mut removed = self.objects.delete_stream(paths);
        while let Some(one) = removed.next().await {
            match one {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(root) = &self.folder {
            // An empty folder is no object and harms nobody; it only should not stay for ever.
            let empty = root.join(folder_of(upload).as_ref());
            let _ = tokio::task::spawn_blocking(move || std::fs::remove_dir(empty)).await;
        }
        Ok(())
    }

    /// The uploads of which parts are kept.
    pub async fn staged(&self) -> Result<BTreeSet<Uuid>, FilesError> {
        let parts = self.objects.list(Some(&ObjectPath::from(FOLDER)));
        let upload = |part: ObjectMeta| {
            let id = part.location.parts().nth(1);
            id.and_then(|id| id.as_ref().parse::<Uuid>().ok())
        };
        Ok(parts
            .try_filter_map(|part| std::future::ready(Ok(upload(part))))
            .try_collect()
            .await?)
    }
}

fn folder_of(upload: Uuid) -> ObjectPath {
    ObjectPath::from_iter([FOLDER.to_owned(), upload.to_string()])
}

fn part_path(upload: Uuid, part: &Part) -> ObjectPath {
    let name = format!("{:012}-{}", part.start, part.turn);
    ObjectPath::from_iter([FOLDER.to_owned(), upload.to_string(), name])
}
