//! How large a picture may be, in every sense that can exhaust the server.

use crate::FilesError;

/// The bounds of [`inspect`](super::inspect), all checked before memory is taken for pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. Default 20 MB.
    pub max_bytes: usize,
    /// Pixels of the longer side. Default 12,000.
    pub max_side: u32,
    /// Pixels in all. Default 52 million, for phones of "50 megapixels" deliver up to 8192 × 6144.
    pub max_pixels: u64,
    /// Bytes of memory beside the file itself. Default 120 MiB, by which the largest upload stays
    /// within 150 MB. Tells an ordinary 48-megapixel photo, which can be scaled while it is decoded,
    /// from a coding that has to be held whole.
    pub max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 20_000_000,
            max_side: 12_000,
            max_pixels: 52_000_000,
            max_memory: 120 << 20,
        }
    }
}

impl Limits {
    pub(super) fn check_bytes(&self, bytes: usize) -> Result<(), FilesError> {
        if bytes > self.max_bytes {
            return Err(FilesError::TooManyBytes {
                bytes,
                limit: self.max_bytes,
            });
        }
        Ok(())
    }

    pub(super) fn check_size(&self, width: u32, height: u32) -> Result<(), FilesError> {
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > self.max_side || pixels > self.max_pixels {
            let (max_side, max_pixels) = (self.max_side, self.max_pixels);
            return Err(FilesError::TooManyPixels {
                width,
                height,
                max_side,
                max_pixels,
            });
        }
        Ok(())
    }

    pub(super) fn check_memory(&self, needed: u64) -> Result<(), FilesError> {
        if needed > self.max_memory {
            return Err(FilesError::TooMuchMemory {
                needed,
                limit: self.max_memory,
            });
        }
        Ok(())
    }
}
