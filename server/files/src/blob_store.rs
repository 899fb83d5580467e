//! Content-addressed storage for attachment bytes.
//!
//! A blob's address is the SHA-256 of its bytes, so a blob never changes: storing is idempotent,
//! the same photo is kept once, and whoever holds an address can check what they were given.
//! `object_store` is behind it: a folder by default, or a bucket of an S3-compatible service ([`crate::s3`]), and
//! every function does the same on both. Bytes of uploads under way lie beside the blobs ([`crate::staging`]).
//!
//! **Durability.** A device deletes its photo when the server has acknowledged it, so
//! [`BlobStore::put`] returns only when the blob would survive a power cut. `LocalFileSystem` writes a
//! temporary file (`<address>#<number>`) and renames it; asked to, it also syncs the file and the
//! folder of the rename. It leaves one gap: a folder level that another writer, or a process killed
//! just before, had created but not yet synced. Therefore `put` syncs every level itself, also when
//! it finds the blob already there.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use crate::s3::S3Settings;
use crate::{FilesError, Sha256Hex};

/// What [`BlobStore::check`] writes, and where.
const CHECK: &str = "onsite-check";

/// Where blobs are kept. Cheap to clone; its methods need a Tokio runtime, whose blocking threads
/// do the disk work and the hashing.
#[derive(Debug, Clone)]
pub struct BlobStore {
    pub(crate) objects: Arc<dyn ObjectStore>,
    /// The root of a store on the local disk; absent where a service keeps the bytes.
    pub(crate) folder: Option<PathBuf>,
}

/// What [`BlobStore::put`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Written now. Of several writers racing with the same blob more than one may be told so.
    New,
    /// The same bytes were stored before; nothing was written.
    AlreadyThere,
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub blobs: u64,
    pub bytes: u64,
}

impl BlobStore {
    /// Opens the store in the folder `path`, which is created if it is missing.
    pub fn local(path: &Path) -> Result<Self, FilesError> {
        let folder = create_durably(path).map_err(|source| FilesError::Folder {
            path: path.to_owned(),
            source,
        })?;
        let objects = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(folder),
        })
    }

    /// Opens the store in a bucket. Nothing is asked of the service yet: see [`check`](Self::check).
    ///
    /// # Errors
    /// The settings do not fit together.
    pub fn s3(settings: &S3Settings) -> Result<Self, FilesError> {
        Ok(Self {
            objects: settings.open()?,
            folder: None,
        })
    }

    /// Writes, reads and removes an object, to see whether the storage can be used.
    ///
    /// # Errors
    /// It can't; the message is for whoever runs the server.
    pub async fn check(&self) -> Result<(), FilesError> {
        let path = ObjectPath::from(CHECK);
        self.keep(&path, Bytes::from_static(CHECK.as_bytes())).await?;
        self.objects.get(&path).await?.bytes().await?;
        self.objects.delete(&path).await?;
        Ok(())
    }

    /// Keeps `bytes` under their address, durably before it returns.
    ///
    /// A stored blob that no longer hashes to its address is replaced. A caller that also deletes
    /// must order the two itself: a `put` that found the blob there says nothing about a later
    /// [`delete`](Self::delete).
    ///
    /// # Errors
    /// [`FilesError::HashMismatch`] if `bytes` are not what `sha256` announces; nothing is stored then.
    pub async fn put(&self, sha256: &Sha256Hex, bytes: impl Into<Bytes>) -> Result<Stored, FilesError> {
        let bytes = bytes.into();
        let actual = hash(bytes.clone()).await?;
        if actual != *sha256 {
            return Err(FilesError::HashMismatch {
                announced: sha256.clone(),
                actual,
            });
        }
        let stored = match self.get(sha256).await {
            Ok(_) => Stored::AlreadyThere,
            Err(FilesError::BlobMissing(_) | FilesError::BlobDamaged(_)) => {
                self.objects.put(&object_path(sha256), bytes.into()).await?;
                Stored::New
            }
            Err(error) => return Err(error),
        };
        self.sync_levels(&object_path(sha256)).await?;
        Ok(stored)
    }

    /// Writes an object, durably before it returns.
    pub(crate) async fn keep(&self, path: &ObjectPath, bytes: Bytes) -> Result<(), FilesError> {
        self.objects.put(path, bytes.into()).await?;
        self.sync_levels(path).await
    }

    /// The bytes of a blob, checked against its address.
    ///
    /// # Errors
    /// [`FilesError::BlobMissing`], or [`FilesError::BlobDamaged`] if they are not what was stored.
    pub async fn get(&self, sha256: &Sha256Hex) -> Result<Bytes, FilesError> {
        let found = match self.objects.get(&object_path(sha256)).await {
            Err(object_store::Error::NotFound { .. }) => {
                return Err(FilesError::BlobMissing(sha256.clone()));
            }
            found => found?,
        };
        let bytes = found.bytes().await?;
        if hash(bytes.clone()).await? != *sha256 {
            return Err(FilesError::BlobDamaged(sha256.clone()));
        }
        Ok(bytes)
    }

    /// Whether the blob is there, without reading it.
    pub async fn exists(&self, sha256: &Sha256Hex) -> Result<bool, FilesError> {
        match self.objects.head(&object_path(sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a blob; one that is not there is no error. The removal may be lost in a power cut,
    /// after which it has to be asked for again.
    pub async fn delete(&self, sha256: &Sha256Hex) -> Result<(), FilesError> {
        match self.objects.delete(&object_path(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts what is stored by walking through all of it. Whatever lies in the folder without being
    /// a blob, such as the temporary file of a writer that was killed, is not counted.
    pub async fn usage(&self) -> Result<Usage, FilesError> {
        let add = |usage: Usage, object: ObjectMeta| async move {
            Ok(match blob_at(&object.location) {
                Some(_) => Usage {
                    blobs: usage.blobs + 1,
                    bytes: usage.bytes + object.size,
                },
                None => usage,
            })
        };
        Ok(self.objects.list(None).try_fold(Usage::default(), add).await?)
    }

    /// The blobs written before `time`, by the storage's clock.
    pub async fn older_than(&self, time: DateTime<Utc>) -> Result<BTreeSet<Sha256Hex>, FilesError> {
        let old = |object: ObjectMeta| async move {
            Ok(blob_at(&object.location).filter(|_| object.last_modified < time))
        };
        Ok(self.objects.list(None).try_filter_map(old).try_collect().await?)
    }

    /// Bytes that can still be written to the disk of the store; `None` where a service keeps them.
    pub fn free_bytes(&self) -> Result<Option<u64>, FilesError> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let free = fs4::available_space(folder).map_err(|source| FilesError::Folder {
            path: folder.clone(),
            source,
        });
        free.map(Some)
    }

    async fn sync_levels(&self, path: &ObjectPath) -> Result<(), FilesError> {
        let Some(root) = self.folder.clone() else {
            return Ok(());
        };
        let (leaf, top) = (root.join(path.as_ref()), root.clone());
        let synced = tokio::task::spawn_blocking(move || {
            let mut levels = leaf
                .ancestors()
                .skip(1)
                .take_while(|level| level.starts_with(&top));
            levels.try_for_each(sync_folder)
        });
        synced
            .await
            .map_err(object_store::Error::from)?
            .map_err(|source| FilesError::Folder { path: root, source })
    }
}

/// `ab/cd/<address>`: two levels keep each folder small enough to list by hand.
fn object_path(sha256: &Sha256Hex) -> ObjectPath {
    let address = sha256.as_str();
    ObjectPath::from_iter([&address[..2], &address[2..4], address])
}

/// The blob that lies at a path, if one can.
fn blob_at(path: &ObjectPath) -> Option<Sha256Hex> {
    let sha256 = path.filename()?.parse::<Sha256Hex>().ok()?;
    (object_path(&sha256) == *path).then_some(sha256)
}

async fn hash(bytes: Bytes) -> Result<Sha256Hex, FilesError> {
    let hashed = tokio::task::spawn_blocking(move || Sha256Hex::of(&bytes)).await;
    Ok(hashed.map_err(object_store::Error::from)?)
}

/// Creates `path` with every missing folder above it, and syncs the entries that are new.
fn create_durably(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let missing: Vec<&Path> = path.ancestors().take_while(|level| !level.exists()).collect();
    std::fs::create_dir_all(&path)?;
    missing
        .iter()
        .filter_map(|level| level.parent())
        .try_for_each(sync_folder)?;
    path.canonicalize()
}

/// Makes the entries of a folder durable; outside Unix a folder cannot be opened to be synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
