//! Asset lists as Snipe-IT exports and imports them: a CSV with a header, one asset a line.
//!
//! Company becomes the client, Location its site, Asset Tag our service label and the key the row is found by
//! again (then the id, then the serial number). A location that has no address takes its own name for one. Where a
//! thing is checked out to is kept in `details.checked_out_to`; every column nobody mapped in `details.columns`,
//! so that nothing of the file is lost.
//!
//! A list of our own that comes back says in its last column from which record each row was made. Its words are ours,
//! so each means one thing or is refused, and no client or site is made for it.
mod cells;
mod mapping;

pub use mapping::{Field, Mapping};

use super::read::ImportError;
use crate::export::{Recorded, bare, meant};

use super::draft::{DetailSections, Draft, Position, Row, Source, Whereabouts};
use super::guess::kind_in;
use super::problem::{Problem, Reason};
use super::text::{line, paragraph, serial};
use chrono::{Months, NaiveDate};
use mapping::Header;
use onsite_model::asset::{AssetKind, AssetStatus};
use onsite_model::invalid::{MAX_LINE, MAX_TEXT};
use serde_json::Value;
use std::collections::BTreeMap;
use sync_protocol::Fields;

/// The detail sections such a list owns.
const SECTIONS: &[&str] = &["checked_out_to", "columns"];

/// Reads a file.
pub fn read(file: &str, text: &str, source: Source, mapping: Option<&Mapping>) -> Vec<Row> {
    let at = |row: u64| Position {
        file: file.to_owned(),
        row,
    };
    let refused = |row: u64, problem: Problem| Row {
        at: at(row),
        read: Err(problem),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut header: Option<Header> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let row = error.position().map_or(1, csv::Position::line);
                rows.push(refused(row, Problem::new(Reason::Unreadable(error.to_string()))));
                continue;
            }
        };
        let row = record.position().map_or(1, |start| line_of(text, start));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &header {
            None => match Header::of(&record, mapping) {
                Ok(found) => header = Some(found),
                Err(problem) => return vec![refused(row, problem)],
            },
            Some(header) => rows.push(Row {
                at: at(row),
                read: draft(source, header, &record),
            }),
        }
    }
    if header.is_none() {
        let why = "the file has no header".to_owned();
        return vec![refused(1, Problem::new(Reason::Unreadable(why)))];
    }
    rows
}

/// The line on which a record begins. The reader places it right behind the one before, ahead of empty lines and of the
/// second half of a line end of two characters.
fn line_of(text: &str, start: &csv::Position) -> u64 {
    let rest = text.as_bytes().iter().skip(start.byte() as usize);
    let ends = rest.take_while(|byte| matches!(byte, b'\r' | b'\n'));
    start.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "ImportColumn")]
pub struct Column {
    /// What the file calls it.
    pub name: String,
    /// The field it is taken for; a mapping can say another, or `keep`. Absent where it is kept as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What stands in it in the first row.
    pub sample: String,
}

/// The columns of a file, with the fields their names suggest.
///
/// # Errors
/// It has no header.
pub fn columns(text: &str) -> Result<Vec<Column>, ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut records = reader.records().filter(|record| {
        record
            .as_ref()
            .map_or(true, |cells| cells.iter().any(|cell| !cell.trim().is_empty()))
    });
    let Some(Ok(header)) = records.next() else {
        return Err(ImportError::Text);
    };
    let first = records.next().and_then(Result::ok).unwrap_or_default();
    let guessed = mapping::guessed(&header).into_iter().enumerate();
    let columns = guessed.map(|(at, (name, field))| Column {
        name,
        field: field.map(|field| field.name().to_owned()),
        sample: first
            .get(at)
            .unwrap_or_default()
            .trim()
            .chars()
            .take(100)
            .collect(),
    });
    Ok(columns.collect())
}

/// What parts the cells: whatever the first line holds most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut found = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                for (candidate, count) in &mut found {
                    *count += usize::from(*candidate == byte);
                }
            }
            _ => {}
        }
    }
    found
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| delimiter)
}

/// One line of the list, by field.
struct Line<'a> {
    header: &'a Header,
    record: &'a csv::StringRecord,
}

impl Line<'_> {
    fn raw(&self, field: Field) -> Option<&str> {
        self.header
            .column(field)
            .map(|index| self.record.get(index).unwrap_or_default())
    }

    fn get(&self, field: Field) -> Option<String> {
        self.raw(field).and_then(line)
    }

    fn problem(&self, field: Field, reason: Reason) -> Problem {
        Problem::new(reason)
            .column(self.header.name(field))
            .value(self.raw(field).unwrap_or_default())
    }

    /// A line of text that is refused, not cut, when it is too long.
    fn line(&self, field: Field) -> Result<Option<String>, Problem> {
        let long = self
            .raw(field)
            .is_some_and(|raw| raw.trim().chars().count() > MAX_LINE);
        if long {
            return Err(self.problem(field, Reason::TooLong { most: MAX_LINE }));
        }
        Ok(self.get(field))
    }

    fn date(&self, field: Field) -> Result<Option<NaiveDate>, Problem> {
        let Some(text) = self.get(field) else {
            return Ok(None);
        };
        match cells::date(&text) {
            Some(date) => Ok(Some(date)),
            None => Err(self.problem(field, Reason::NotADate)),
        }
    }

    fn whole_number(&self, field: Field) -> Result<Option<i64>, Problem> {
        let Some(text) = self.get(field) else {
            return Ok(None);
        };
        match cells::whole_number(&text) {
            Some(number) => Ok(Some(number)),
            None => Err(self.problem(field, Reason::NotANumber)),
        }
    }

    /// A word of a field, as our own lists write it.
    fn word(
        &self,
        field: Field,
        name: &'static str,
        words: &'static [&'static str],
    ) -> Result<Option<&'static str>, Problem> {
        let Some(text) = self.get(field) else {
            return Ok(None);
        };
        match meant(name, words, &text) {
            Some(word) => Ok(Some(word)),
            None => Err(self.problem(field, Reason::NotOneOf { field: name, words })),
        }
    }

    /// The record of ours the row was made from.
    fn record(&self) -> Result<Option<Recorded>, Problem> {
        let text = self.get(Field::Record);
        let record = text.map(|text| text.parse()).transpose();
        record.map_err(|_| self.problem(Field::Record, Reason::NoRecord))
    }

    fn joined(&self, fields: &[Field]) -> Option<String> {
        let parts: Vec<String> = fields.iter().filter_map(|field| self.get(*field)).collect();
        line(&parts.join(", "))
    }
}

fn draft(source: Source, header: &Header, record: &csv::StringRecord) -> Result<Draft, Problem> {
    let ours = header.is_ours();
    let undone: csv::StringRecord;
    let record = if ours {
        undone = record.iter().map(bare).collect();
        &undone
    } else {
        record
    };
    if record
        .iter()
        .skip(header.len())
        .any(|cell| !cell.trim().is_empty())
    {
        return Err(Problem::new(Reason::TooManyCells {
            header: header.len(),
            row: record.len(),
        }));
    }
    let line = Line { header, record };
    let tag = line.line(Field::AssetTag)?;
    let number = line.line(Field::Serial)?;
    let number = number.and_then(|text| if ours { Some(text) } else { serial(&text) });
    let id = || line.get(Field::Id).map(|id| format!("id:{id}"));
    let by_serial = || number.as_ref().map(|serial| format!("serial:{serial}"));
    let made_from = line.record()?;
    let by_record = || made_from.map(|record| format!("record:{}", record.id));
    let key = tag.clone().or_else(id).or_else(by_serial).or_else(by_record);
    let key = key.ok_or_else(|| line.problem(Field::AssetTag, Reason::NoKey))?;
    let checked_out = checked_out_to(&line);

    let mut fields = Fields::new();
    let model = model(&line)?;
    let mut name = line.line(Field::Name)?;
    if !ours {
        name = name.or_else(|| model.clone()).or_else(|| Some(key.clone()));
    }
    if let Some(name) = name {
        fields.insert("name".to_owned(), name.into());
    }
    let of_kind = match ours {
        true => line.word(Field::Category, "kind", AssetKind::NAMES)?,
        false => Some(kind(&line).name()),
    };
    if let Some(kind) = of_kind {
        fields.insert("kind".to_owned(), kind.into());
    }
    if let Some(tag) = tag {
        fields.insert("tag".to_owned(), tag.into());
    }
    let status = match ours {
        true => line.word(Field::Status, "status", AssetStatus::NAMES)?,
        false => line
            .get(Field::Status)
            .and_then(|text| cells::status(&text, checked_out.is_some()))
            .map(AssetStatus::name),
    };
    if let Some(status) = status {
        fields.insert("status".to_owned(), status.into());
    }
    // A column that is there and empty says that there is none; one that is missing says nothing.
    let mut say = |field: &str, present: bool, value: Option<String>| {
        if present {
            fields.insert(field.to_owned(), value.map_or(Value::Null, Value::String));
        }
    };
    let has = |field: Field| header.column(field).is_some();
    say("serial", has(Field::Serial), number);
    say(
        "manufacturer",
        has(Field::Manufacturer),
        line.line(Field::Manufacturer)?,
    );
    say("model", has(Field::Model) || has(Field::ModelNumber), model);
    say("location", has(Field::Room), line.line(Field::Room)?);
    let bought = line.date(Field::PurchaseDate)?;
    say(
        "purchased_on",
        has(Field::PurchaseDate),
        bought.map(|day| day.to_string()),
    );
    let covered = [Field::WarrantyUntil, Field::WarrantyMonths, Field::EndOfLife]
        .into_iter()
        .any(has);
    say(
        "warranty_until",
        covered,
        warranty(&line, bought)?.map(|day| day.to_string()),
    );
    say("notes", has(Field::Notes), notes(&line)?);
    if has(Field::Quantity) {
        let quantity = line.whole_number(Field::Quantity)?;
        fields.insert("quantity".to_owned(), quantity.map_or(Value::Null, Value::from));
    }

    Ok(Draft {
        source,
        key,
        whereabouts: Whereabouts::Named {
            client: line.line(Field::Client)?,
            site: line.line(Field::Site)?,
            address: line.joined(mapping::ADDRESS),
            known: ours,
        },
        fields,
        details: DetailSections {
            said: sections(checked_out, unmapped(header, record)?),
            owned: SECTIONS,
            // Ours shows nothing of what another list brought.
            whole: !ours,
        },
        record: made_from,
        machine_id: None,
        as_of: None,
        columns: header.names(),
    })
}

/// The model with its number, once.
fn model(line: &Line<'_>) -> Result<Option<String>, Problem> {
    let (model, number) = (line.line(Field::Model)?, line.line(Field::ModelNumber)?);
    Ok(match (model, number) {
        (Some(model), Some(number)) if !model.contains(&number) => {
            super::text::line(&format!("{model} {number}"))
        }
        (Some(model), _) => Some(model),
        (None, number) => number,
    })
}

fn kind(line: &Line<'_>) -> AssetKind {
    [Field::Category, Field::Model, Field::Name]
        .into_iter()
        .filter_map(|field| line.get(field))
        .find_map(|text| kind_in(&text))
        .unwrap_or(AssetKind::Other)
}

/// A stated end of the warranty; else its months from the purchase; else the end of life.
fn warranty(line: &Line<'_>, bought: Option<NaiveDate>) -> Result<Option<NaiveDate>, Problem> {
    if let Some(until) = line.date(Field::WarrantyUntil)? {
        return Ok(Some(until));
    }
    let months = match line.get(Field::WarrantyMonths) {
        None => 0,
        Some(text) => match cells::months(&text) {
            Some(months) => months,
            None => return Err(line.problem(Field::WarrantyMonths, Reason::NotANumber)),
        },
    };
    let by_months = bought
        .filter(|_| months > 0)
        .and_then(|day| day.checked_add_months(Months::new(months)));
    match by_months {
        Some(until) => Ok(Some(until)),
        None => line.date(Field::EndOfLife),
    }
}

fn notes(line: &Line<'_>) -> Result<Option<String>, Problem> {
    let notes = line.raw(Field::Notes).and_then(paragraph);
    if notes.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
        return Err(line.problem(Field::Notes, Reason::TooLong { most: MAX_TEXT }));
    }
    Ok(notes)
}

/// Who or what has it: `type`, `name`, `username`, `email`, `location`.
fn checked_out_to(line: &Line<'_>) -> Option<Fields> {
    let name = line.get(Field::CheckedOutToName);
    let name = name.or_else(|| {
        let parts = [Field::CheckedOutToFirstName, Field::CheckedOutToLastName];
        let parts: Vec<String> = parts.into_iter().filter_map(|field| line.get(field)).collect();
        super::text::line(&parts.join(" "))
    });
    let said = [
        ("type", line.get(Field::CheckedOutToType)),
        ("name", name),
        ("username", line.get(Field::CheckedOutToUsername)),
        ("email", line.get(Field::CheckedOutToEmail)),
        ("location", line.get(Field::CheckedOutToLocation)),
    ];
    let said: Fields = said
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?))))
        .collect();
    (!said.is_empty()).then_some(said)
}

/// Cells of columns that became no field, by the column's name.
fn unmapped(header: &Header, record: &csv::StringRecord) -> Result<Fields, Problem> {
    let mut kept = BTreeMap::new();
    for (index, name) in header.kept() {
        let Some(text) = record.get(index).and_then(paragraph) else {
            continue;
        };
        if text.chars().count() > MAX_TEXT {
            return Err(Problem::new(Reason::TooLong { most: MAX_TEXT })
                .column(name)
                .value(text));
        }
        kept.insert(name.to_owned(), Value::String(text));
    }
    Ok(kept.into_iter().collect())
}

fn sections(checked_out: Option<Fields>, columns: Fields) -> Fields {
    let columns = Some(columns).filter(|columns| !columns.is_empty());
    [("checked_out_to", checked_out), ("columns", columns)]
        .into_iter()
        .filter_map(|(name, section)| Some((name.to_owned(), Value::Object(section?))))
        .collect()
}
