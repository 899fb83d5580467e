//! A list as a table for people: every column with a name, references by what people call them, times in one zone.
//! Lists that are of no records say their columns the same way, in [`super::columns`].
use super::label;
use super::spreadsheet::{csv_file, names, plain, unwritable};
use super::words;
use crate::error::ServiceError;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use onsite_model::language::Language;
use onsite_model::listing::{Column, ColumnKind};
use onsite_store::Db;
use onsite_store::rows;
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Most rows of a file.
pub const MAX_ROWS: usize = 100_000;

/// Characters a cell of a workbook can hold.
const MAX_CELL: usize = 32_767;

/// How a table is written.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    pub language: Language,
    /// The zone its times are shown in; its name stands in their headings.
    pub zone: Tz,
}

/// A list with its headings.
#[derive(Debug, Clone)]
pub struct Table {
    columns: &'static [Column],
    manner: Manner,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Time(NaiveDateTime),
    Day(NaiveDate),
}

impl Table {
    /// A table of these columns and no rows.
    pub fn new(columns: &'static [Column], manner: Manner) -> Table {
        Table {
            columns,
            manner,
            rows: Vec::new(),
        }
    }

    /// Adds rows, each by its fields.
    ///
    /// # Errors
    /// There are more than [`MAX_ROWS`], or the database can't be read.
    pub fn add(&mut self, db: &mut Db, rows: Vec<Fields>) -> Result<(), ServiceError> {
        if self.rows.len() + rows.len() > MAX_ROWS {
            let detail = format!("at most {MAX_ROWS} rows go into a file; narrow the list down");
            return Err(ServiceError::new(ErrorCode::Invalid, detail));
        }
        let rows = filled(db, self.columns, rows)?;
        let labels = labels(db, self.columns, &rows)?;
        self.rows.extend(rows.iter().map(|row| {
            self.columns
                .iter()
                .map(|column| cell(column, column.value(row), &labels, self.manner))
                .collect::<Vec<_>>()
        }));
        Ok(())
    }

    fn headings(&self) -> Vec<String> {
        let heading = |column: &Column| {
            let name = self.manner.language.pick(column.english, column.chinese);
            match column.kind {
                ColumnKind::Time => format!("{name} ({})", self.manner.zone.name()),
                _ => name.to_owned(),
            }
        };
        self.columns.iter().map(heading).collect()
    }

    /// As CSV that spreadsheet programs read: UTF-8 with a byte-order mark, no cell a formula.
    ///
    /// # Errors
    /// It can't be written, which is a fault of ours.
    pub fn csv(self) -> Result<Vec<u8>, ServiceError> {
        let headings = self.headings();
        let text = |cell: Cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text,
            Cell::Number(number) => number.to_string(),
            Cell::Time(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            Cell::Day(day) => day.to_string(),
        };
        csv_file(
            &headings,
            self.rows
                .into_iter()
                .map(|row| row.into_iter().map(text).collect()),
        )
    }

    /// As an Excel workbook. Texts are texts there and never run.
    ///
    /// # Errors
    /// It can't be written, which is a fault of ours.
    pub fn xlsx(self) -> Result<Vec<u8>, ServiceError> {
        self.workbook().map_err(unwritable)
    }

    fn workbook(self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let bold = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0xE8_EC_F1));
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let headings = self.headings();
        let widths: Vec<f64> = (0..headings.len()).map(|at| self.width(&headings, at)).collect();
        let sheet = workbook.add_worksheet();
        for (at, heading) in (0u16..).zip(&headings) {
            sheet.write_with_format(0, at, heading, &bold)?;
        }
        for (at, width) in (0u16..).zip(widths) {
            sheet.set_column_width(at, width)?;
        }
        for (line, row) in (1u32..).zip(&self.rows) {
            for (at, cell) in (0u16..).zip(row) {
                match cell {
                    Cell::Empty => continue,
                    Cell::Text(text) => {
                        let text: String = text.chars().take(MAX_CELL).collect();
                        sheet.write_string(line, at, text)?
                    }
                    Cell::Number(number) => sheet.write_number(line, at, *number)?,
                    Cell::Time(time_of) => sheet.write_datetime_with_format(line, at, time_of, &time)?,
                    Cell::Day(date) => sheet.write_datetime_with_format(line, at, date, &day)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if let (Some(last), false) = (headings.len().checked_sub(1), self.rows.is_empty()) {
            sheet.autofilter(0, 0, self.rows.len() as u32, last as u16)?;
        }
        workbook.save_to_buffer()
    }

    /// As wide as what stands in its first rows, within reason. A Chinese character takes two places.
    fn width(&self, headings: &[String], at: usize) -> f64 {
        let places = |text: &str| {
            text.chars()
                .map(|c| if c.is_ascii() { 1.0 } else { 2.0 })
                .sum::<f64>()
        };
        let cell = |row: &Vec<Cell>| match &row[at] {
            Cell::Text(text) => places(text),
            Cell::Time(_) => 16.0,
            _ => 10.0,
        };
        let rows = self.rows.iter().take(200).map(cell);
        rows.fold(places(&headings[at]) + 2.0, f64::max).clamp(8.0, 48.0)
    }
}

/// The rows with what lies behind their references.
fn filled(db: &mut Db, columns: &[Column], mut found: Vec<Fields>) -> Result<Vec<Fields>, ServiceError> {
    for column in columns {
        let Some(((first, _), rest)) = column.way.split_first() else {
            continue;
        };
        let mut reached: Vec<Value> = found
            .iter()
            .map(|row| row.get(*first).cloned().unwrap_or_default())
            .collect();
        for (field, _) in rest {
            let ids: BTreeSet<Uuid> = reached.iter().filter_map(id).collect();
            let rows = rows::get_many(db, &ids.into_iter().collect::<Vec<_>>())?;
            let values: BTreeMap<Uuid, &Value> = rows
                .iter()
                .filter_map(|row| Some((row.id, row.body.get(*field)?)))
                .collect();
            for value in &mut reached {
                let next = id(value).and_then(|id| values.get(&id).copied());
                *value = next.cloned().unwrap_or_default();
            }
        }
        for (row, value) in found.iter_mut().zip(reached) {
            row.insert(column.field.to_owned(), value);
        }
    }
    Ok(found)
}

fn id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

/// What people call the rows these refer to.
fn labels(db: &mut Db, columns: &[Column], found: &[Fields]) -> Result<BTreeMap<Uuid, String>, ServiceError> {
    let mut ids = BTreeSet::new();
    let mut add = |value: &Value| ids.extend(id(value));
    for column in columns
        .iter()
        .filter(|column| matches!(column.kind, ColumnKind::Reference(_)))
    {
        for value in found.iter().map(|row| column.value(row)) {
            match value {
                Value::Array(several) => several.iter().for_each(&mut add),
                one => add(one),
            }
        }
    }
    let referred = rows::get_many(db, &ids.into_iter().collect::<Vec<_>>())?;
    Ok(referred.iter().map(|row| (row.id, label(row))).collect())
}

fn cell(column: &Column, value: &Value, labels: &BTreeMap<Uuid, String>, manner: Manner) -> Cell {
    let text = |text: String| {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text)
        }
    };
    match (column.kind, value) {
        (_, Value::Null) => Cell::Empty,
        (ColumnKind::Reference(_), _) => text(names(value, labels)),
        (ColumnKind::Number, Value::Number(number)) => number
            .as_f64()
            .map_or_else(|| text(number.to_string()), Cell::Number),
        (ColumnKind::YesNo, Value::Bool(yes)) => {
            let word = if *yes { ("yes", "是") } else { ("no", "否") };
            Cell::Text(manner.language.pick(word.0, word.1).to_owned())
        }
        (ColumnKind::Time, Value::String(at)) => match DateTime::parse_from_rfc3339(at) {
            Ok(at) => Cell::Time(at.with_timezone(&Utc).with_timezone(&manner.zone).naive_local()),
            Err(_) => text(at.clone()),
        },
        (ColumnKind::Date, Value::String(day)) => day.parse().map_or_else(|_| text(day.clone()), Cell::Day),
        (ColumnKind::Word(_), Value::String(word)) => text(words::shown(column.field, word, manner.language)),
        _ => text(plain(value)),
    }
}
