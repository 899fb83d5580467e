//! The service sheet 服务单: what was asked, what was done, and who signed for it.
use crate::dictionary::{self, Label};
use crate::error::DocumentError;
use crate::findings::{advice, tally};
use crate::flow::Flow;
use crate::furniture::Furniture;
use crate::letterhead::{Fact, fact, facts, letterhead, or_dash};
use crate::logo::{Logo, accent};
use crate::pdf::{self, About};
use crate::row::Align;
use crate::sign_off::SignOff;
use crate::sign_off_section::sign_off;
use crate::site_time::SiteTime;
use crate::style::{A4, BODY, CELL, LEFT, MUTED, STRONG};
use crate::symbol::stars;
use crate::table::{Cell, Table, columns};
use crate::text::set_line;
use crate::typeface::Typefaces;
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Language;
use onsite_model::settings::Brand;
use onsite_model::sheet_content::{DeviceLine, PartLine, PhotoLine, SheetContent, WorkLine};

/// A service sheet with what was added when it was signed and filed.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    pub content: &'a SheetContent,
    /// The number the server gave; a sheet fresh from a phone has none.
    pub number: Option<&'a str>,
    /// SHA-256 of the signed content, in hex.
    pub hash: &'a str,
    /// Where anyone can check the sheet, at most 213 bytes; printed as a QR code on every page.
    pub verify_url: Option<&'a str>,
    pub outcome: &'a SignOff,
    /// 1 to 5, as the client rated the visit; not part of what was signed. Other values are not printed.
    pub rating: Option<u8>,
    /// What its head looks like; not part of what was signed.
    pub brand: &'a Brand,
}

/// The service sheet as a PDF, in the language of its content.
///
/// # Errors
/// [`DocumentError::VerifyUrl`] if the verification address has more than 213 bytes, otherwise only what the embedded
/// typeface or the PDF writer refuse.
pub fn service_sheet(sheet: &Sheet<'_>) -> Result<Vec<u8>, DocumentError> {
    let content = sheet.content;
    let language = content.language;
    let time = SiteTime::new(&content.time_zone, language);
    let typefaces = Typefaces::embedded()?;
    let title = Label::ServiceSheet.text(language);
    let numbered = sheet
        .number
        .map(|number| format!("{} {number}", Label::Number.text(language)));
    let full_title = match sheet.number {
        Some(number) => format!("{title} {number}"),
        None => title.to_owned(),
    };

    let head = (full_title.clone(), content.client_name.clone());
    let furniture = Furniture::new(language, &content.provider.name, head)
        .sealed(short_hash(sheet.hash), sheet.verify_url)?;
    let mut flow = Flow::new(typefaces, accent(sheet.brand), furniture.content_bottom());
    let logo = Logo::of(sheet.brand);
    letterhead(
        &mut flow,
        &content.provider,
        logo.as_ref(),
        title,
        numbered.as_deref(),
    );
    facts(&mut flow, visit_facts(content, time));
    prose(
        &mut flow,
        Label::ServiceContent.text(language),
        &content.service_content,
    );
    prose(&mut flow, Label::Solution.text(language), &content.solution);
    work(&mut flow, content, time);
    parts(&mut flow, &content.parts, language);
    devices(&mut flow, &content.devices, language);
    advice(&mut flow, &content.advice, language);
    photos(&mut flow, &content.photos, language);
    rating(&mut flow, sheet.rating, language);
    sign_off(&mut flow, sheet, time);

    let (mut pages, bookmarks) = flow.finish();
    furniture.dress(typefaces, &mut pages);
    let about = About {
        title: format!("{full_title} – {}", content.client_name),
        author: content.provider.name.clone(),
        language,
        dated: sheet.outcome.technician.signed_at,
        id: sheet.hash.to_owned(),
    };
    pdf::write(typefaces, A4, &pages, &bookmarks, &about)
}

/// The first 16 hex digits in groups of four: short enough to compare by eye, long enough not to be forged by luck.
pub(crate) fn short_hash(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(16).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn visit_facts(content: &SheetContent, time: SiteTime) -> Vec<Fact> {
    let language = content.language;
    let label = |label: Label| label.text(language);
    let amends = content.amends.as_deref().map(short_hash);
    vec![
        fact(label(Label::Client), &content.client_name),
        fact(label(Label::Contact), &content.contact_name),
        fact(label(Label::Address), &content.address),
        fact(label(Label::Phone), &content.contact_phone),
        Fact {
            label: label(Label::ServiceTime),
            value: time.span(content.started_at, content.finished_at),
            small_print: time.zone_name(content.started_at),
        },
        fact(
            label(Label::VisitKind),
            dictionary::visit_kind(content.visit_kind, language),
        ),
        fact(label(Label::Technician), &content.technician_name),
        fact(
            label(Label::Version),
            dictionary::version(content.version, amends.as_deref(), language),
        ),
    ]
}

fn prose(flow: &mut Flow, title: &str, text: &str) {
    flow.section(title, 2.0 * BODY.leading);
    flow.paragraph(or_dash(text), BODY);
}

fn work(flow: &mut Flow, content: &SheetContent, time: SiteTime) {
    let (lines, language): (&[WorkLine], _) = (&content.work, content.language);
    if lines.is_empty() {
        return;
    }
    let label = |label: Label| label.text(language);
    let shape = [(112.0, Align::Start), (0.0, Align::Start), (84.0, Align::End)];
    let mut table = Table::new(flow.typefaces, columns(&shape));
    table.titles(&[
        label(Label::Date),
        label(Label::Description),
        label(Label::Minutes),
    ]);
    let first_day = time.day(content.started_at);
    for line in lines {
        let (day, clock) = (time.day(line.at), time.clock(line.at));
        let at = if day == first_day {
            clock
        } else {
            format!("{day} {clock}")
        };
        table.row(vec![
            Cell::new(at, CELL),
            Cell::new(&line.text, CELL),
            Cell::new(line.minutes.to_string(), CELL),
        ]);
    }
    let total: u64 = lines.iter().map(|line| u64::from(line.minutes)).sum();
    table.row(vec![
        Cell::new(label(Label::Total), STRONG),
        Cell::default(),
        Cell::new(total.to_string(), STRONG),
    ]);
    flow.table_section(Label::Work.text(language), &table);
}

fn parts(flow: &mut Flow, parts: &[PartLine], language: Language) {
    if parts.is_empty() {
        return;
    }
    let mut table = Table::new(
        flow.typefaces,
        columns(&[(0.0, Align::Start), (84.0, Align::End)]),
    );
    table.titles(&[Label::Part.text(language), Label::Quantity.text(language)]);
    for part in parts {
        table.row(vec![
            Cell::new(&part.name, CELL),
            Cell::new(part.quantity.to_string(), CELL),
        ]);
    }
    flow.table_section(Label::Parts.text(language), &table);
}

fn devices(flow: &mut Flow, devices: &[DeviceLine], language: Language) {
    if devices.is_empty() {
        return;
    }
    let label = |label: Label| label.text(language);
    let count = (58.0, Align::End);
    let shape = [
        (92.0, Align::Start),
        (0.0, Align::Start),
        (88.0, Align::Start),
        count,
        count,
        count,
    ];
    let mut table = Table::new(flow.typefaces, columns(&shape));
    table.titles(&[
        label(Label::Tag),
        label(Label::Device),
        label(Label::Kind),
        label(Label::Passed),
        label(Label::Attention),
        label(Label::Failed),
    ]);
    for device in devices {
        table.row(vec![
            Cell::new(or_dash(device.tag.as_deref().unwrap_or_default()), CELL),
            Cell::new(&device.name, CELL),
            Cell::new(dictionary::asset_kind(device.kind, language), CELL),
            tally(device.passed, Outcome::Pass),
            tally(device.flagged, Outcome::Flag),
            tally(device.failed, Outcome::Fail),
        ]);
    }
    flow.table_section(Label::Devices.text(language), &table);
}

fn photos(flow: &mut Flow, photos: &[PhotoLine], language: Language) {
    if photos.is_empty() {
        return;
    }
    let label = |label: Label| label.text(language);
    let mut table = Table::new(
        flow.typefaces,
        columns(&[(34.0, Align::Start), (0.0, Align::Start), (132.0, Align::Start)]),
    );
    table.titles(&[
        label(Label::NumberSign),
        label(Label::Description),
        label(Label::PhotoFingerprint),
    ]);
    for (i, photo) in photos.iter().enumerate() {
        table.row(vec![
            Cell::new((i + 1).to_string(), CELL.in_colour(MUTED)),
            Cell::new(or_dash(&photo.caption), CELL),
            Cell::new(short_hash(&photo.sha256), CELL.in_colour(MUTED)),
        ]);
    }
    flow.table_section(Label::Photos.text(language), &table);
}

fn rating(flow: &mut Flow, rating: Option<u8>, language: Language) {
    const BEFORE_STARS: f32 = 8.0;
    let Some(rating @ 1..=5) = rating else {
        return;
    };
    flow.section(Label::Rating.text(language), BODY.leading);
    let (left, y) = (LEFT + BEFORE_STARS, flow.y);
    let width = stars(flow.page(), left, y + 1.0, rating);
    let figure = set_line(flow.typefaces, &format!("{rating} / 5"), BODY, 60.0);
    flow.line(left + width + 4.0, figure);
}
