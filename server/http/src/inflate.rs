//! Bodies that come compressed. What they unpack to is bounded before it is made: a body of a few bytes can claim
//! to be gigabytes.
use crate::problem::Problem;
use actix_web::web::Bytes;
use flate2::read::MultiGzDecoder;
use std::io::Read;
use sync_protocol::codes::ErrorCode;

/// Largest window of a zstd body, as a power of two: 8 MiB, which every decoder must have (RFC 8878).
const MAX_WINDOW: u32 = 23;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Zstd,
    Gzip,
}

impl Coding {
    /// Reads a `Content-Encoding`; `None` for a body that comes as it is.
    ///
    /// # Errors
    /// Another coding, or several one in the other.
    pub(crate) fn read(header: Option<&str>) -> Result<Option<Coding>, Problem> {
        let name = header.map(|text| text.trim().to_ascii_lowercase());
        match name.as_deref() {
            None | Some("identity") => Ok(None),
            Some("zstd") => Ok(Some(Coding::Zstd)),
            Some("gzip" | "x-gzip") => Ok(Some(Coding::Gzip)),
            Some(_) => {
                let detail = "send the body with zstd or gzip, or uncompressed";
                Err(Problem::new(ErrorCode::UnsupportedMedia, detail).field("Content-Encoding"))
            }
        }
    }

    /// Unpacks a body of at most `limit` bytes.
    ///
    /// # Errors
    /// It is larger, or isn't what it says.
    pub(crate) fn unpack(self, packed: &[u8], limit: usize) -> Result<Bytes, Problem> {
        let unreadable = |_| Problem::malformed("the body is not packed as Content-Encoding says");
        let mut plain = Vec::new();
        // One more than allowed tells that there is more, however much that is.
        let most = (limit as u64).saturating_add(1);
        match self {
            Coding::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::new(packed).map_err(unreadable)?;
                decoder.window_log_max(MAX_WINDOW).map_err(unreadable)?;
                decoder.take(most).read_to_end(&mut plain).map_err(unreadable)?;
            }
            Coding::Gzip => {
                let decoder = MultiGzDecoder::new(packed);
                decoder.take(most).read_to_end(&mut plain).map_err(unreadable)?;
            }
        }
        if plain.len() > limit {
            let detail = format!("the body may have at most {limit} bytes, unpacked");
            return Err(Problem::new(ErrorCode::TooLarge, detail));
        }
        Ok(plain.into())
    }
}
