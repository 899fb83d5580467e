//! What an import did, or would do: row by row and in sums, as JSON and as a table.
use super::draft::{Position, Source};
use super::problem::Problem;
use onsite_model::asset::Asset;
use onsite_model::language::Language;
use onsite_model::listing::Listed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The whole of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// False for a dry run: nothing was written.
    pub applied: bool,
    pub counts: Counts,
    pub rows: Vec<RowReport>,
}

/// How many rows ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportCounts")]
pub struct Counts {
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub refused: usize,
    pub duplicate: usize,
    /// Rows, of any outcome, with fields left as somebody else set them.
    pub kept: usize,
    pub clients_created: usize,
    pub sites_created: usize,
}

/// How one row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportOutcome")]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
    Refused,
    /// Another row of the same input describes the same asset.
    Duplicate,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowReport {
    pub at: Position,
    pub outcome: Outcome,
    /// Tag and name.
    pub label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Clients and sites this row is the first to need.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new_places: Vec<NewPlaceReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A client or site that is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPlaceReport {
    pub id: Uuid,
    /// `client` or `site`.
    pub noun: &'static str,
    pub name: String,
}

/// A field that changes; parts of `details` by section, without their values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub field: String,
    pub from: Value,
    pub to: Value,
}

/// A field that stays although the file says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    pub field: String,
    pub value: Value,
    pub file_says: Value,
    pub why: Why,
}

/// Why a field stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Somebody has set it since, or before this source knew of the asset.
    ByHand,
    /// Another program's import gave it.
    By(Source),
    /// Its status can't go there from where it is.
    IllegalStep,
}

impl Why {
    fn text(self, language: Language) -> String {
        match self {
            Why::ByHand => language.pick("set by hand", "已被人工修改").to_owned(),
            Why::By(source) => format!("{}{}", language.pick("from ", "来自 "), source.name()),
            Why::IllegalStep => language.pick("no such step", "状态不可如此变更").to_owned(),
        }
    }
}

impl Outcome {
    /// As people read it, of an import that has run or would.
    pub(super) fn word(self, language: Language) -> &'static str {
        self.text(language, true)
    }

    fn text(self, language: Language, applied: bool) -> &'static str {
        match (self, applied) {
            (Outcome::Created, true) => language.pick("created", "已新建"),
            (Outcome::Created, false) => language.pick("would create", "将新建"),
            (Outcome::Updated, true) => language.pick("updated", "已更新"),
            (Outcome::Updated, false) => language.pick("would update", "将更新"),
            (Outcome::Unchanged, _) => language.pick("unchanged", "无变化"),
            (Outcome::Refused, _) => language.pick("refused", "已拒绝"),
            (Outcome::Duplicate, _) => language.pick("duplicate", "重复"),
        }
    }
}

impl Report {
    /// The report over these rows.
    pub(crate) fn of(rows: Vec<RowReport>, applied: bool) -> Report {
        let outcomes = |wanted: Outcome| rows.iter().filter(|row| row.outcome == wanted).count();
        let places = |noun: &str| {
            let all = rows.iter().flat_map(|row| &row.new_places);
            all.filter(|place| place.noun == noun).count()
        };
        let counts = Counts {
            rows: rows.len(),
            created: outcomes(Outcome::Created),
            updated: outcomes(Outcome::Updated),
            unchanged: outcomes(Outcome::Unchanged),
            refused: outcomes(Outcome::Refused),
            duplicate: outcomes(Outcome::Duplicate),
            kept: rows.iter().filter(|row| !row.kept.is_empty()).count(),
            clients_created: places("client"),
            sites_created: places("site"),
        };
        Report {
            applied,
            counts,
            rows,
        }
    }

    /// The reports of a plan's parts as one.
    pub fn join(parts: impl IntoIterator<Item = Report>) -> Report {
        let mut applied = false;
        let mut rows = Vec::new();
        for part in parts {
            applied |= part.applied;
            rows.extend(part.rows);
        }
        Report::of(rows, applied)
    }

    /// The report for a terminal: one line a row, and what needs a word below it, then the sums.
    pub fn table(&self, language: Language) -> String {
        let mut out = String::new();
        let places: Vec<String> = self
            .rows
            .iter()
            .map(|row| format!("{}:{}", row.at.file, row.at.row))
            .collect();
        let outcome = |row: &RowReport| row.outcome.text(language, self.applied);
        let first = places.iter().map(|text| width(text)).max().unwrap_or_default();
        let second = self
            .rows
            .iter()
            .map(|row| width(outcome(row)))
            .max()
            .unwrap_or_default();
        for (row, place) in self.rows.iter().zip(&places) {
            let standing = [row.client.as_deref(), row.site.as_deref()];
            let standing: Vec<&str> = standing.into_iter().flatten().collect();
            let line = format!(
                "{}  {}  {}  {}",
                padded(place, first),
                padded(outcome(row), second),
                row.label,
                standing.join(" / ")
            );
            out.push_str(line.trim_end());
            out.push('\n');
            for note in row.notes(language) {
                out.push_str(&format!("    {note}\n"));
            }
        }
        out.push_str(&self.counts.text(language, self.applied));
        out
    }
}

impl RowReport {
    /// What changes, stays, is new or is wrong, one line each.
    pub(super) fn notes(&self, language: Language) -> Vec<String> {
        let mut notes = Vec::new();
        for place in &self.new_places {
            let noun = match place.noun {
                "client" => language.pick("new client", "新客户"),
                _ => language.pick("new site", "新站点"),
            };
            notes.push(format!("+ {noun}: {}", place.name));
        }
        for change in &self.changes {
            if change.from.is_null() && change.to.is_null() {
                notes.push(format!("~ {}", called(&change.field, language)));
            } else {
                notes.push(format!(
                    "~ {}: {} → {}",
                    called(&change.field, language),
                    shown(&change.from),
                    shown(&change.to)
                ));
            }
        }
        for kept in &self.kept {
            notes.push(format!(
                "= {}: {} ({}; {} {})",
                called(&kept.field, language),
                shown(&kept.value),
                kept.why.text(language),
                language.pick("the file says", "文件中为"),
                shown(&kept.file_says)
            ));
        }
        notes.extend(
            self.problem
                .as_ref()
                .map(|problem| format!("! {}", problem.text(language))),
        );
        notes
    }
}

impl Counts {
    fn text(&self, language: Language, applied: bool) -> String {
        let pick = |en: &'static str, zh_cn: &'static str| language.pick(en, zh_cn);
        let outcomes = [
            (self.created, Outcome::Created),
            (self.updated, Outcome::Updated),
            (self.unchanged, Outcome::Unchanged),
            (self.refused, Outcome::Refused),
            (self.duplicate, Outcome::Duplicate),
        ];
        let outcomes: Vec<String> = outcomes
            .into_iter()
            .map(|(count, outcome)| format!("{} {count}", outcome.text(language, applied)))
            .collect();
        let head = if applied {
            String::new()
        } else {
            format!(
                "{}\n",
                pick("Dry run: nothing was written.", "试运行：未写入任何数据。")
            )
        };
        format!(
            "{head}{} {}: {}; {} {}, {} {}, {} {}\n",
            self.rows,
            pick("rows", "行"),
            outcomes.join(", "),
            pick("new clients", "新客户"),
            self.clients_created,
            pick("new sites", "新站点"),
            self.sites_created,
            pick("rows with fields kept", "保留字段的行"),
            self.kept,
        )
    }
}

/// What people call a field of an asset: as in lists, or, where those don't show it, as here.
fn called(field: &str, language: Language) -> &str {
    let columns = Asset::LISTING.columns;
    if let Some(column) = columns.iter().find(|column| column.field == field) {
        return language.pick(column.english, column.chinese);
    }
    match field {
        "notes" => language.pick("Notes", "备注"),
        "source" => language.pick("Imported from", "导入来源"),
        "source_key" => language.pick("Known there as", "来源中的编号"),
        "details.columns" => language.pick("Other columns", "其他列"),
        "details.checked_out_to" => language.pick("Checked out to", "领用人"),
        _ => field.strip_prefix("details.").unwrap_or(field),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.replace(['\n', '\r'], " "),
        other => other.to_string(),
    };
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Columns a terminal takes for a text: East Asian wide characters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
            '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' => 2,
            _ => 1,
        })
        .sum()
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
