//! Attachment: a photo or document that belongs to a row. The record travels at once, its bytes follow when they can.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, required};
use crate::listing::{Column, Listed, Listing, PARENT};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Append, Server, Text};
use uuid::Uuid;

entity! {
    /// One file.
    Attachment = "attachment" {
        /// The row it belongs to: a client, site, asset, ticket, visit or answer.
        owner_id: Uuid => Append;
        file_name: String => Append;
        media_type: String => Append;
        /// SHA-256 (hex) of the bytes as the phone has them, stripped of metadata.
        sha256: String => Append;
        /// In bytes.
        size: u64 => Append;
        taken_at: Option<DateTime<Utc>> => Append;
        caption: Option<String> => Text;
        /// When the server had the bytes; absent while it waits for them.
        stored_at: Option<DateTime<Utc>> => Server;
        /// Address of what is kept, which differs from `sha256` where the server had to re-encode.
        stored_sha256: Option<String> => Server;
        thumbnail_sha256: Option<String> => Server;
        /// A JPEG of at most 160 pixels and 6 kB, base64, so that lists show the picture without another request.
        preview: Option<String> => Server;
        /// About 25 bytes that show the picture's colours before it is loaded, base64.
        thumbhash: Option<String> => Server;
        /// In pixels, after orientation.
        width: Option<u32> => Server;
        height: Option<u32> => Server;
    }
}

impl Attachment {
    /// Whether it is a picture, as sheets list them and screens show them; what is none is a document.
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}

/// Largest file in bytes.
pub const MAX_BYTES: u64 = 20_000_000;

impl Entity for Attachment {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.owner_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("file_name", &self.file_name)?;
        required("media_type", &self.media_type)?;
        line("caption", self.caption.as_deref().unwrap_or_default())?;
        if self.sha256.len() != 64
            || !self
                .sha256
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(Invalid::new("sha256", "64 lower-case hexadecimal digits"));
        }
        if self.size == 0 || self.size > MAX_BYTES {
            return Err(Invalid::new("size", "1 byte to 20 MB"));
        }
        Ok(())
    }
}

impl Listed for Attachment {
    const LISTING: Listing = Listing {
        columns: &[
            Column::key("owner_id", "Belongs to", "所属记录").equal("owner"),
            Column::text("file_name", "File", "文件").sorted(),
            Column::text("caption", "Caption", "说明"),
            Column::text("media_type", "Format", "格式"),
            Column::number("size", "Bytes", "字节"),
            Column::time("taken_at", "Taken", "拍摄时间"),
            Column::time("stored_at", "Received", "接收时间"),
            Column::text("sha256", "SHA-256", "SHA-256").equal("sha256"),
        ],
        related: &[PARENT],
        searched: true,
        through: &[],
    };

    fn texts(&self) -> Vec<&str> {
        vec![&self.file_name, self.caption.as_deref().unwrap_or_default()]
    }
}
