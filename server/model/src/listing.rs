//! What a list of a noun can be sorted and narrowed down by, and what an export of it shows: declared once, beside
//! the entity. The API's parameters, their documentation, the queries and the files all follow from it.
use crate::entity::{Entity, EntityKind};
use serde_json::Value;
use sync_protocol::Fields;

/// A noun that is listed.
pub trait Listed: Entity {
    const LISTING: Listing;

    /// The texts it is found by, the most telling first; see [`crate::search`].
    fn texts(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// The list of one noun.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// In the order of an export. Those that are sorted or filtered by are columns of the typed table too.
    pub columns: &'static [Column],
    /// Filters by what lies in other rows.
    pub related: &'static [Related],
    /// Whether its rows are found by their own texts.
    pub searched: bool,
    /// Through which references they are found by the texts of others, each a way to a row.
    pub through: &'static [Way],
}

/// The field of a file that says which record a row was made from, and as of which version.
pub const RECORD: &str = "record";

/// References one behind the other: the field, and the kind of row it names.
pub type Way = &'static [(&'static str, EntityKind)];

/// A field in a list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The field, and the typed column where there is one.
    pub field: &'static str,
    /// Where the body holds it, name by name, if not as a field of its own.
    pub path: &'static [&'static str],
    /// The references that lead to it, where the body holds it not at all; empty where it does.
    pub way: Way,
    pub kind: ColumnKind,
    /// What people call it.
    pub english: &'static str,
    pub chinese: &'static str,
    pub sorted: bool,
    /// The parameter that asks for given values.
    pub equal: Option<&'static str>,
    /// What stands before `from` and `until` in the parameters that ask for a span.
    pub span: Option<&'static str>,
}

/// What a column holds, which says how it is compared and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Sorted without regard to the case of ASCII letters.
    Text,
    Number,
    YesNo,
    Time,
    /// A day without a time of day.
    Date,
    /// One of these, in this order.
    Word(&'static [&'static str]),
    /// The id of a row of this kind.
    Reference(EntityKind),
    /// The id of something of any kind.
    Key,
}

/// A filter by something a row does not hold itself. All take ids.
#[derive(Debug, Clone, Copy)]
pub struct Related {
    pub parameter: &'static str,
    pub about: &'static str,
    pub by: By,
}

/// How a related id is found.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// References one behind the other; the last field is compared.
    Way(Way),
    /// A table of pairs: its name, the column with the row's own id, the column that is compared.
    Link([&'static str; 3]),
    /// The row it shares its bucket with.
    Parent,
    /// The site in whose bucket it lies.
    SiteBucket,
}

impl Listing {
    /// The column of this field.
    pub fn column(&self, field: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The columns it can be sorted by.
    pub fn sorted(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|column| column.sorted)
    }

    /// Whether there is something to find in it.
    pub fn is_searched(&self) -> bool {
        self.searched || !self.through.is_empty()
    }
}

/// Only what belongs to one record.
pub const PARENT: Related = Related {
    parameter: "parent",
    about: "Only what belongs to this record: a client's contacts, a visit's inspections.",
    by: By::Parent,
};

/// A filter along references.
pub const fn along(parameter: &'static str, about: &'static str, way: Way) -> Related {
    Related {
        parameter,
        about,
        by: By::Way(way),
    }
}

macro_rules! kinds_of_columns {
    ($($name:ident = $kind:ident;)+) => {
        $(pub const fn $name(field: &'static str, english: &'static str, chinese: &'static str) -> Column {
            Column::of(field, ColumnKind::$kind, english, chinese)
        })+
    };
}

impl Column {
    kinds_of_columns! {
        text = Text;
        number = Number;
        yes_no = YesNo;
        time = Time;
        date = Date;
        key = Key;
    }

    pub const fn word(
        field: &'static str,
        words: &'static [&'static str],
        english: &'static str,
        chinese: &'static str,
    ) -> Column {
        Column::of(field, ColumnKind::Word(words), english, chinese)
    }

    pub const fn refers(
        field: &'static str,
        kind: EntityKind,
        english: &'static str,
        chinese: &'static str,
    ) -> Column {
        Column::of(field, ColumnKind::Reference(kind), english, chinese)
    }

    const fn of(
        field: &'static str,
        kind: ColumnKind,
        english: &'static str,
        chinese: &'static str,
    ) -> Column {
        Column {
            field,
            path: &[],
            way: &[],
            kind,
            english,
            chinese,
            sorted: false,
            equal: None,
            span: None,
        }
    }

    /// It lies deeper in the body.
    #[must_use]
    pub const fn at(mut self, path: &'static [&'static str]) -> Column {
        self.path = path;
        self
    }

    /// Another row has it: the last field of a way. Only files show such a column.
    #[must_use]
    pub const fn along(mut self, way: Way) -> Column {
        self.way = way;
        self
    }

    /// What a row says in this column; `null` where it says nothing.
    pub fn value<'a>(&self, body: &'a Fields) -> &'a Value {
        let (first, rest) = self.path.split_first().unwrap_or((&self.field, &[]));
        let mut value = body.get(*first).unwrap_or(&Value::Null);
        for name in rest {
            value = value.get(*name).unwrap_or(&Value::Null);
        }
        value
    }

    /// The list can be sorted by it.
    #[must_use]
    pub const fn sorted(mut self) -> Column {
        self.sorted = true;
        self
    }

    /// `parameter` asks for given values.
    #[must_use]
    pub const fn equal(mut self, parameter: &'static str) -> Column {
        self.equal = Some(parameter);
        self
    }

    /// `{before}from` and `{before}until` ask for a span.
    #[must_use]
    pub const fn span(mut self, before: &'static str) -> Column {
        self.span = Some(before);
        self
    }
}
