//! Import: files of other programs become clients, sites and assets, through the one write path.
//!
//! Four steps, each usable alone. [`read_files`] turns GLPI inventories ([`glpi`]) or a Snipe-IT CSV
//! ([`snipe_it`]) or a list of one's own into [`Row`]s: drafts of assets, or the reason why a row can't be one. [`plan`] compares them
//! with the database and decides, row by row, what would happen; a plan that is not run is the dry run.
//! [`run`] applies it, each row in its own savepoint. [`Report`] says what became of every row.
//!
//! The same file imported twice changes nothing: a row is found again by its key at the source, and a field is
//! written only while it still holds what this source gave it; what somebody has changed since is kept and said.
mod change;
mod decode;
mod draft;
mod find;
pub mod glpi;
mod guess;
pub mod kept;
mod known;
mod place;
mod plan;
mod problem;
mod read;
mod report;
mod run;
pub mod snipe_it;
mod text;

pub use draft::{DetailSections, Draft, Position, Row, Source, Whereabouts};
pub use plan::{Plan, PlannedRow, Target, plan};
pub use problem::{Problem, Reason};
pub use read::{Format, ImportError, MAX_FILE_BYTES, MAX_ROWS, columns, read_bytes, read_files};
pub use report::{Change, Counts, Kept, Outcome, Report, RowReport, Why};
pub use run::{BATCH, run};
pub use snipe_it::Column;
