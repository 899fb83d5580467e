//! The documents a client receives, as PDF: the service sheet 服务单 and the inspection record 巡检表.
//!
//! Both are pure renderings: what they say comes in as a struct, times included, and the same input gives the
//! same bytes. The text in them is real text (it can be selected, searched and read aloud), in a typeface that
//! covers Chinese down to rare name characters and of which only the glyphs used are embedded. The files
//! conform to PDF/A-2u, the archival profile, because a signed sheet must still open in ten years.
//!
//! From the inside out: `typeface` turns text into glyphs, `line_break` decides where lines end, `text` sets lines,
//! `page` records marks, `flow` breaks pages, `row` and `table` lay out what stands in columns, `furniture` adds
//! heads and feet once the number of pages is known, and `pdf` writes the file. `service_sheet` and
//! `inspection_record` say what stands where; `label` is a document of its own.
mod dictionary;
mod error;
mod findings;
mod flow;
mod furniture;
mod inspection_record;
mod label;
mod letterhead;
mod line_break;
mod logo;
mod page;
mod pdf;
mod picture;
mod qr_code;
mod row;
mod service_sheet;
mod sign_off;
mod sign_off_section;
mod signature;
mod site_time;
mod style;
mod symbol;
mod table;
mod text;
mod typeface;

pub use dictionary::{asset_kind, severity, visit_kind};
pub use error::DocumentError;
pub use inspection_record::inspection_record;
pub use label::{Label, labels, per_page, preview};
pub use service_sheet::{Sheet, service_sheet};
pub use sign_off::{ClientSignOff, SignOff, Signature, Stroke};
