//! What can go wrong with a blob or a photo, told apart as far as a caller answers differently.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::Sha256Hex;
use crate::photo::PhotoFormat;

/// What a decoder or encoder said, or our own words where it said nothing.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// Why a blob could not be kept or a photo not be used.
///
/// The messages of [`Folder`](Self::Folder) and [`Storage`](Self::Storage) name paths of the server
/// and are for its log; the others may be shown to whoever sent the file.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("a SHA-256 is written as 64 lowercase hexadecimal digits")]
    NotASha256,

    /// The bytes are not those that were announced: damaged on the way, or cut off.
    #[error("the content has the SHA-256 {actual}, not the announced {announced}")]
    HashMismatch { announced: Sha256Hex, actual: Sha256Hex },

    #[error("there is no blob {0}")]
    BlobMissing(Sha256Hex),

    /// What is stored no longer hashes to its address: the disk failed or somebody edited the file.
    #[error("the stored blob {0} is damaged")]
    BlobDamaged(Sha256Hex),

    /// Bytes of an upload that were acknowledged are gone or cut short: the storage lost them.
    #[error("bytes of the upload from {start} on are missing")]
    PartMissing { start: u64 },

    #[error("the blob folder {} cannot be used: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },

    #[error("the blob storage failed: {0}")]
    Storage(#[from] object_store::Error),

    #[error("the file has {bytes} bytes; at most {limit} are accepted")]
    TooManyBytes { bytes: usize, limit: usize },

    /// HTTP's 415, with advice of its own: iPhones take HEIC, and can hand over JPEG instead.
    #[error("HEIC pictures cannot be opened here; send the picture as JPEG")]
    Heic,

    /// HTTP's 415: by its content, whatever its name says, the file is nothing that is accepted.
    #[error("the file is not a JPEG, PNG or WebP picture")]
    NotAPhoto,

    #[error(
        "the picture has {width} × {height} pixels; at most {max_side} a side and {max_pixels} in all are accepted"
    )]
    TooManyPixels {
        width: u32,
        height: u32,
        max_side: u32,
        max_pixels: u64,
    },

    /// Within the limits of size, but coded in a way that takes too much memory to open.
    #[error(
        "opening the picture would take {needed} bytes of memory, more than the {limit} allowed; save it smaller, or as a plain JPEG"
    )]
    TooMuchMemory { needed: u64, limit: u64 },

    /// Cut off, corrupt, or of a rare kind that the decoder does not know.
    #[error("the {format} picture cannot be decoded: {reason}")]
    Undecodable { format: PhotoFormat, reason: Cause },

    /// Found where a photo must carry nothing but its picture.
    #[error("the {format} picture carries {what}")]
    CarriesMetadata { format: PhotoFormat, what: &'static str },

    /// Dropping the EXIF orientation would leave the picture lying on its side.
    #[error("the picture is upright only by its EXIF orientation; turn and encode it anew before stripping")]
    NotUpright,

    #[error("the picture could not be rendered: {0}")]
    Rendering(Cause),
}
