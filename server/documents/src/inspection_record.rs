//! The inspection record 巡检表: every device truthfully, with every answer given, and the advice for the client.
use crate::dictionary::{self, Label};
use crate::error::DocumentError;
use crate::findings::{advice, tally};
use crate::flow::Flow;
use crate::furniture::Furniture;
use crate::letterhead::{Fact, fact, facts, letterhead, or_dash};
use crate::logo::{Logo, accent};
use crate::page::rounded;
use crate::pdf::{self, About};
use crate::row::Align;
use crate::site_time::SiteTime;
use crate::style::{
    A4, BODY, CELL, FIGURE, GREY, HEAD, INK, LABEL, LEFT, MUTED, PANEL, SMALL, STRONG, WIDTH,
};
use crate::symbol::{SIZE, Symbol};
use crate::table::{Cell, Table, columns};
use crate::text::set_line;
use crate::typeface::Typefaces;
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Language;
use onsite_model::settings::Brand;
use onsite_model::sheet_content::{AnswerLine, InspectedDevice, InspectionRecord};

/// The inspection record as a PDF, in the record's language, with the provider's logo and colour.
///
/// # Errors
/// Only what the embedded typeface or the PDF writer refuse.
pub fn inspection_record(record: &InspectionRecord, brand: &Brand) -> Result<Vec<u8>, DocumentError> {
    let language = record.language;
    let time = SiteTime::new(&record.time_zone, language);
    let typefaces = Typefaces::embedded()?;
    let title = Label::InspectionRecord.text(language);
    let client_and_site = joined(&[&record.client_name, &record.site_name]);

    let head = (
        format!("{title} · {}", time.day(record.started_at)),
        client_and_site.clone(),
    );
    let furniture = Furniture::new(language, &record.provider.name, head);
    let mut flow = Flow::new(typefaces, accent(brand), furniture.content_bottom());
    let logo = Logo::of(brand);
    letterhead(&mut flow, &record.provider, logo.as_ref(), title, None);
    facts(&mut flow, visit_facts(record, time));
    summary(&mut flow, record);
    overview(&mut flow, &record.devices, language);
    details(&mut flow, &record.devices, language);
    if record.advice.is_empty() {
        flow.section(Label::Advice.text(language), BODY.leading);
        flow.paragraph(Label::NoAdvice.text(language), BODY);
    } else {
        advice(&mut flow, &record.advice, language);
    }

    let (mut pages, bookmarks) = flow.finish();
    furniture.dress(typefaces, &mut pages);
    let about = About {
        title: format!("{title} – {client_and_site}"),
        author: record.provider.name.clone(),
        language,
        dated: record.finished_at,
        id: format!("{client_and_site} {}", record.started_at.to_rfc3339()),
    };
    pdf::write(typefaces, A4, &pages, &bookmarks, &about)
}

fn visit_facts(record: &InspectionRecord, time: SiteTime) -> Vec<Fact> {
    let label = |label: Label| label.text(record.language);
    vec![
        fact(label(Label::Client), &record.client_name),
        fact(label(Label::Site), &record.site_name),
        fact(label(Label::Address), &record.address),
        fact(label(Label::Technician), &record.technician_name),
        Fact {
            label: label(Label::ServiceTime),
            value: time.span(record.started_at, record.finished_at),
            small_print: time.zone_name(record.started_at),
        },
    ]
}

/// Answers counted by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: u32,
    flagged: u32,
    failed: u32,
    not_applicable: u32,
    open: u32,
}

impl Tally {
    fn of<'a>(answers: impl IntoIterator<Item = &'a AnswerLine>) -> Tally {
        let mut tally = Tally::default();
        for answer in answers {
            match answer.outcome {
                Some(Outcome::Pass) => tally.passed += 1,
                Some(Outcome::Flag) => tally.flagged += 1,
                Some(Outcome::Fail) => tally.failed += 1,
                Some(Outcome::NotApplicable) => tally.not_applicable += 1,
                None => tally.open += 1,
            }
        }
        tally
    }
}

/// How many devices were inspected, and how the items came out, as large figures side by side.
fn summary(flow: &mut Flow, record: &InspectionRecord) {
    const GAP: f32 = 7.0;
    const HEIGHT: f32 = 44.0;
    const PAD: f32 = 8.0;
    let language = record.language;
    let label = |label: Label| label.text(language);
    let tally = Tally::of(record.devices.iter().flat_map(|device| &device.answers));
    let inspected = record
        .devices
        .iter()
        .filter(|device| !device.checklist.is_empty())
        .count();
    let outcome = |label_of: Label, count: u32, outcome: Option<Outcome>| {
        (label(label_of), count.to_string(), Some(Symbol::Outcome(outcome)))
    };
    let tiles = [
        (
            label(Label::DevicesInspected),
            dictionary::part_of(inspected, record.devices.len(), language),
            None,
        ),
        outcome(Label::Passed, tally.passed, Some(Outcome::Pass)),
        outcome(Label::Attention, tally.flagged, Some(Outcome::Flag)),
        outcome(Label::Failed, tally.failed, Some(Outcome::Fail)),
        outcome(
            Label::NotApplicable,
            tally.not_applicable,
            Some(Outcome::NotApplicable),
        ),
        outcome(Label::NotChecked, tally.open, None),
    ];

    flow.section(label(Label::Summary), HEIGHT);
    let width = (WIDTH - GAP * (tiles.len() - 1) as f32) / tiles.len() as f32;
    let (typefaces, top) = (flow.typefaces, flow.y);
    let mut left = LEFT;
    for (word, figure, symbol) in tiles {
        let page = flow.page();
        page.fill(rounded(left, top, width, HEIGHT, 4.0), PANEL);
        let colour = if figure == "0" {
            GREY
        } else {
            symbol.map_or(INK, Symbol::colour)
        };
        let figure = set_line(typefaces, &figure, FIGURE.in_colour(colour), width - 2.0 * PAD);
        page.text(left + PAD, top + 6.0, figure);
        let mut word_left = left + PAD;
        let word_top = top + 7.0 + FIGURE.leading;
        if let Some(symbol) = symbol {
            symbol.draw(page, word_left, word_top + (LABEL.leading - SIZE) / 2.0);
            word_left += SIZE + 3.0;
        }
        let word_width = left + width - word_left - 2.0;
        page.text(word_left, word_top, set_line(typefaces, word, LABEL, word_width));
        left += width + GAP;
    }
    flow.y += HEIGHT;
}

/// One row for each device; a single device needs no overview.
fn overview(flow: &mut Flow, devices: &[InspectedDevice], language: Language) {
    if devices.len() < 2 {
        return;
    }
    let label = |label: Label| label.text(language);
    let count = (54.0, Align::End);
    let shape = [
        (34.0, Align::Start),
        (88.0, Align::Start),
        (0.0, Align::Start),
        (86.0, Align::Start),
        count,
        count,
        count,
    ];
    let mut table = Table::new(flow.typefaces, columns(&shape));
    table.titles(&[
        label(Label::NumberSign),
        label(Label::Tag),
        label(Label::Device),
        label(Label::Kind),
        label(Label::Passed),
        label(Label::Attention),
        label(Label::Failed),
    ]);
    for (i, device) in devices.iter().enumerate() {
        let result = Tally::of(&device.answers);
        table.row(vec![
            Cell::new((i + 1).to_string(), CELL.in_colour(MUTED)),
            Cell::new(or_dash(device.tag.as_deref().unwrap_or_default()), CELL),
            Cell::new(&device.name, CELL).below(&device.remark, SMALL),
            Cell::new(dictionary::asset_kind(device.kind, language), CELL),
            tally(result.passed, Outcome::Pass),
            tally(result.flagged, Outcome::Flag),
            tally(result.failed, Outcome::Fail),
        ]);
    }
    flow.table_section(label(Label::DeviceOverview), &table);
}

fn details(flow: &mut Flow, devices: &[InspectedDevice], language: Language) {
    const BETWEEN: f32 = 10.0;
    for (i, device) in devices.iter().enumerate() {
        let tag = device.tag.as_deref().unwrap_or_default();
        let title = format!("{}. {}", i + 1, joined(&[tag, &device.name]));
        let table = device_table(flow.typefaces, device, &title, language);
        let start = flow.table_start(&table);
        if i == 0 {
            flow.section(Label::InspectionDetails.text(language), start);
        } else {
            flow.need(BETWEEN + start);
            flow.gap(BETWEEN);
        }
        flow.bookmark(&title);
        flow.table(&table);
    }
}

fn device_table(
    typefaces: &'static Typefaces,
    device: &InspectedDevice,
    title: &str,
    language: Language,
) -> Table {
    let label = |label: Label| label.text(language);
    let shape = [
        (0.0, Align::Start),
        (98.0, Align::Start),
        (76.0, Align::Start),
        (126.0, Align::Start),
    ];
    let mut table = Table::new(typefaces, columns(&shape));
    let kind = dictionary::asset_kind(device.kind, language);
    let about = joined(&[kind, &device.details, &device.location, &device.checklist]);
    table.banner(Cell::new(title, STRONG).below(about, SMALL));
    if !device.remark.trim().is_empty() {
        table.across(Cell::new(&device.remark, CELL));
    }
    if device.answers.is_empty() {
        table.across(Cell::new(label(Label::NoAnswers), CELL.in_colour(MUTED)));
    } else {
        table.titles(&[
            label(Label::Item),
            label(Label::Result),
            label(Label::Reading),
            label(Label::Note),
        ]);
    }
    table.continuation(&dictionary::continued(title, language));
    let mut section = "";
    for answer in &device.answers {
        if answer.section != section && !answer.section.trim().is_empty() {
            table.band(Cell::new(&answer.section, HEAD));
        }
        section = &answer.section;
        table.row(vec![
            Cell::new(&answer.item, CELL),
            Cell::marked(
                Symbol::Outcome(answer.outcome),
                dictionary::outcome(answer.outcome, language),
            ),
            Cell::new(&answer.value, CELL),
            Cell::new(&answer.note, CELL),
        ]);
    }
    table
}

/// The parts that say something, separated by dots.
fn joined(parts: &[&str]) -> String {
    let kept: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.trim().is_empty())
        .collect();
    kept.join(" · ")
}
