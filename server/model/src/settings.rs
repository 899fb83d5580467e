//! Settings: what a provider decides for itself while the server runs. What is not set here is as configured.
use crate::bucket::Bucket;
use crate::colour::Colour;
use crate::complaint::Levels;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, required, text};
use crate::listing::{Column, Listed, Listing};
use crate::number_format;
use crate::sheet_content::Provider;
use sync_protocol::policy::Policy::Office;
use uuid::Uuid;

/// The longest logo, as base64: a picture of about 100 kB.
pub const MAX_LOGO: usize = 140_000;

/// How a PNG begins, as base64.
const PNG: &str = "iVBORw0KGgo";

/// The longest side of a logo, in pixels: what is drawn of it is a thumb wide.
pub const MAX_LOGO_SIDE: u32 = 2000;

/// Whether no side of a PNG is longer than [`MAX_LOGO_SIDE`], by what its first chunk tells (ISO/IEC 15948, 11.2.2): what
/// takes a gigabyte to unpack is refused unread.
pub fn logo_fits(png: &[u8]) -> bool {
    let side = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    let fits = |at: usize| side(at).is_some_and(|side| (1..=MAX_LOGO_SIDE).contains(&side));
    fits(16) && fits(20)
}

/// Most hours a deadline may have: a year.
const MAX_HOURS: u32 = 8784;

/// What a provider's mails, pages and documents look like beside their words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Such as `#0b5cad`; absent for the usual one.
    pub colour: Option<String>,
    /// A PNG.
    pub logo: Option<Vec<u8>>,
}

entity! {
    /// The one row of settings.
    Settings = "settings" {
        /// Who writes: at the head of documents, mails and clients' pages.
        provider: Option<Provider> => Office;
        /// A PNG, base64, shown in mails, on clients' pages and at the head of documents.
        logo: Option<String> => Office;
        /// The colour of mails, clients' pages and documents, such as `#0b5cad`.
        colour: Option<String> => Office;
        /// How numbers are made, such as `T-{year}-{number:4}`.
        ticket_number: Option<String> => Office;
        sheet_number: Option<String> => Office;
        complaint_number: Option<String> => Office;
        /// Deadlines of the levels 1 to 3 of complaints.
        complaint_levels: Option<Levels> => Office;
    }
}

impl Listed for Settings {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("colour", "Colour", "颜色"),
            Column::text("ticket_number", "Ticket numbers", "工单编号"),
            Column::text("sheet_number", "Sheet numbers", "服务单编号"),
            Column::text("complaint_number", "Complaint numbers", "投诉编号"),
        ],
        related: &[],
        searched: false,
        through: &[],
    };
}

impl Settings {
    /// Nothing set.
    pub const NONE: Settings = Settings {
        provider: None,
        logo: None,
        colour: None,
        ticket_number: None,
        sheet_number: None,
        complaint_number: None,
        complaint_levels: None,
    };

    /// The one id of the one row.
    pub fn id() -> Uuid {
        crate::ids::natural_id(Uuid::nil(), "settings")
    }
}

impl Entity for Settings {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Catalogue)
    }

    fn natural_id(&self) -> Option<Uuid> {
        Some(Settings::id())
    }

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(provider) = &self.provider {
            required("provider.name", &provider.name)?;
            text("provider.address", &provider.address)?;
            line("provider.phone", &provider.phone)?;
        }
        if let Some(logo) = &self.logo
            && (logo.len() > MAX_LOGO || !logo.starts_with(PNG))
        {
            return Err(Invalid::new("logo", "a PNG of at most 100 kB, base64"));
        }
        if self
            .colour
            .as_deref()
            .is_some_and(|colour| Colour::parse(colour).is_none())
        {
            return Err(Invalid::new("colour", "six hexadecimal digits after #"));
        }
        for (field, format) in [
            ("ticket_number", &self.ticket_number),
            ("sheet_number", &self.sheet_number),
            ("complaint_number", &self.complaint_number),
        ] {
            if let Some(format) = format {
                number_format::check(field, format)?;
            }
        }
        for level in self.complaint_levels.iter().flatten() {
            let hours = [level.acknowledge_hours, level.resolve_hours];
            if hours.iter().any(|hours| !(1..=MAX_HOURS).contains(hours)) {
                return Err(Invalid::new(
                    "complaint_levels",
                    format!("1 to {MAX_HOURS} hours"),
                ));
            }
        }
        Ok(())
    }
}
