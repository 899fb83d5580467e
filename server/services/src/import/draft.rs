//! What a reader makes of one record of a file, before anything is known of the database.
use super::problem::Problem;
use crate::export::Recorded;
use onsite_model::ids::natural_id;
use serde::Serialize;
use std::collections::BTreeMap;
use sync_protocol::Fields;
use uuid::Uuid;

/// Parent of the streams imports write under.
const STREAMS: Uuid = Uuid::from_u128(0x3d6f_5c1e_4b0a_5f6e_9a55_0b9f_6a1d_27c4);

/// The program a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Glpi,
    SnipeIt,
    /// A list somebody made by hand.
    Csv,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 3] = [Source::Glpi, Source::SnipeIt, Source::Csv];

    /// The name kept in an asset's `source`.
    pub fn name(self) -> &'static str {
        match self {
            Source::Glpi => "glpi",
            Source::SnipeIt => "snipe_it",
            Source::Csv => "csv",
        }
    }

    /// The stream its imports write under, so that a field's stamp tells whether it still holds what this source
    /// gave it.
    pub fn stream(self) -> Uuid {
        natural_id(STREAMS, self.name())
    }

    /// The source that writes under a stream.
    pub fn of_stream(stream: Uuid) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.stream() == stream)
    }

    /// Whether one serial number means one machine. An agent's id changes when its machine is installed anew, the
    /// serial number does not; in an asset list two tags with one serial number are two entries somebody made.
    pub fn knows_by_serial(self) -> bool {
        self == Source::Glpi
    }
}

/// Where a record stands in the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Name of the file, without its folder.
    pub file: String,
    /// Line of a CSV file, where the header is 1; otherwise the place in a list, from 1.
    pub row: u64,
}

/// One record of the input: an asset, or why it can't be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub at: Position,
    pub read: Result<Draft, Problem>,
}

/// An asset as its source describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub source: Source,
    /// What the source knows it by; unique there.
    pub key: String,
    pub whereabouts: Whereabouts,
    /// Fields of an asset the source speaks of, in their stored form; `null` where it says that there is none.
    pub fields: Fields,
    pub details: DetailSections,
    /// The record of ours it was made from, where it comes from a list of ours.
    pub record: Option<Recorded>,
    /// The machine's own id from its firmware, which tells apart machines with the same meaningless serial number.
    pub machine_id: Option<String>,
    /// When the source looked, as `YYYY-MM-DD HH:MM:SS` on its own clock; comparable within one source.
    pub as_of: Option<String>,
    /// What the file calls the fields, for messages.
    pub columns: BTreeMap<String, String>,
}

impl Draft {
    /// A text field's value.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// What the file calls a field, or the field's own name.
    pub(crate) fn column(&self, field: &str) -> String {
        self.columns
            .get(field)
            .map_or_else(|| field.to_owned(), Clone::clone)
    }

    /// The id an asset made from this key has. Natural, so that two imports at once make one asset and a deleted
    /// one is known again.
    pub(crate) fn asset_id(&self) -> Uuid {
        natural_id(self.source.stream(), &self.key)
    }
}

/// What a source says of an asset's details: whole sections, so that two sources can describe one machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetailSections {
    /// By name of the section.
    pub said: Fields,
    /// Sections that are this source's alone: one it does not mention any more goes.
    pub owned: &'static [&'static str],
    /// False for a part of an inventory: what it does not mention stays.
    pub whole: bool,
}

/// Where a source says an asset stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// An inventory knows its machine only; its agent may carry a tag, by convention the client's code.
    Tagged(Option<String>),
    /// A list names company and location.
    Named {
        client: Option<String>,
        site: Option<String>,
        address: Option<String>,
        /// It is a list of ours, so they are places of ours: none is made for it.
        known: bool,
    },
}
