//! The end of a service sheet: what was agreed to, the hash it is bound to, and both signatures side by side.
use crate::dictionary::Label;
use crate::flow::Flow;
use crate::page::{Page, rounded};
use crate::row::Align;
use crate::service_sheet::Sheet;
use crate::sign_off::{ClientSignOff, Signature, Stroke};
use crate::signature::{self, Field};
use crate::site_time::SiteTime;
use crate::style::{CELL, HEAD, LEFT, PANEL, RED, SMALL, STRONG, WIDTH};
use crate::table::{Cell, Table, columns};
use crate::text::{Line, Style, set};
use crate::typeface::Typefaces;
use onsite_model::language::Language;

const GAP: f32 = 14.0;
const BOX_WIDTH: f32 = (WIDTH - GAP) / 2.0;
const PAD: f32 = 9.0;
const FIELD_HEIGHT: f32 = 62.0;
/// Below the pen's field; more of a name or role than this is cut.
const MOST_LINES: usize = 7;

/// The section with the statement agreed to, the hash it is bound to, and the two signatures.
pub(crate) fn sign_off(flow: &mut Flow, sheet: &Sheet<'_>, time: SiteTime) {
    let language = sheet.content.language;
    let label = |label: Label| label.text(language);
    let consent = &sheet.content.consent;

    let mut statement = Table::new(flow.typefaces, columns(&[(0.0, Align::Start)]));
    let (heading, text) = (
        format!("{} v{}", label(Label::Consent), consent.version),
        consent.text.as_str(),
    );
    statement.panel_row(vec![Cell::new(heading, SMALL).below(text, CELL)]);
    let fingerprint = format!("{}: {}", label(Label::Fingerprint), sheet.hash);
    statement.panel_row(vec![Cell::new(fingerprint, SMALL)]);
    if let ClientSignOff::Refused { reason } | ClientSignOff::Absent { reason } = &sheet.outcome.client {
        let what = label(unsigned(&sheet.outcome.client));
        statement.panel_row(vec![
            Cell::new(
                format!("{what} · {}", label(Label::Reason)),
                STRONG.in_colour(RED),
            )
            .below(reason, CELL),
        ]);
    }

    let client = Party::client(flow.typefaces, &sheet.outcome.client, language, time);
    let technician = Party::signed(
        flow.typefaces,
        label(Label::TechnicianSignature),
        &sheet.outcome.technician,
        time,
    );
    let boxes = client.height().max(technician.height());
    let whole = flow.table_height(&statement) + GAP + boxes;
    flow.section(label(Label::SignOff), whole);
    flow.table(&statement);
    flow.gap(GAP);
    flow.need(boxes);
    let top = flow.y;
    client.draw(flow.page(), LEFT, top, boxes);
    technician.draw(flow.page(), LEFT + BOX_WIDTH + GAP, top, boxes);
    flow.y += boxes;
}

fn unsigned(client: &ClientSignOff) -> Label {
    match client {
        ClientSignOff::Signed(_) => Label::ClientSignature,
        ClientSignOff::Refused { .. } => Label::Refused,
        ClientSignOff::Absent { .. } => Label::Absent,
    }
}

/// One party's box: a title, the field with the pen's strokes or the word for what stands in their place, and below
/// its line who signed and when.
struct Party<'a> {
    title: Vec<Line>,
    strokes: &'a [Stroke],
    in_place: Vec<Line>,
    below: Vec<Line>,
}

impl<'a> Party<'a> {
    fn client(typefaces: &Typefaces, client: &'a ClientSignOff, language: Language, time: SiteTime) -> Self {
        let title = Label::ClientSignature.text(language);
        match client {
            ClientSignOff::Signed(signature) => Party::signed(typefaces, title, signature, time),
            ClientSignOff::Refused { .. } | ClientSignOff::Absent { .. } => Party {
                title: within_box(typefaces, &[(title, HEAD)]),
                strokes: &[],
                in_place: within_box(
                    typefaces,
                    &[(unsigned(client).text(language), STRONG.in_colour(RED))],
                ),
                below: Vec::new(),
            },
        }
    }

    fn signed(typefaces: &Typefaces, title: &str, signature: &'a Signature, time: SiteTime) -> Self {
        let moment = time.moment(signature.signed_at);
        let below = [
            (signature.name.as_str(), STRONG),
            (signature.role.as_str(), SMALL),
            (moment.as_str(), SMALL),
        ];
        Party {
            title: within_box(typefaces, &[(title, HEAD)]),
            strokes: &signature.strokes,
            in_place: Vec::new(),
            below: within_box(typefaces, &below),
        }
    }

    fn height(&self) -> f32 {
        let text: f32 = self
            .title
            .iter()
            .chain(&self.below)
            .map(|line| line.style.leading)
            .sum();
        2.0 * PAD + text + FIELD_HEIGHT + 8.0
    }

    fn draw(self, page: &mut Page, left: f32, top: f32, height: f32) {
        page.fill(rounded(left, top, BOX_WIDTH, height, 4.0), PANEL);
        let x = left + PAD;
        let width = BOX_WIDTH - 2.0 * PAD;
        let field_top = stack(page, x, top + PAD, self.title) + 2.0;
        let line = field_top + FIELD_HEIGHT;
        signature::draw(
            page,
            self.strokes,
            Field {
                x: x + 4.0,
                y: field_top,
                width: width - 8.0,
                height: FIELD_HEIGHT - 4.0,
            },
        );
        stack(
            page,
            x,
            field_top + FIELD_HEIGHT / 2.0 - STRONG.leading / 2.0,
            self.in_place,
        );
        page.rule(x, x + width, line);
        stack(page, x, line + 4.0, self.below);
    }
}

fn within_box(typefaces: &Typefaces, parts: &[(&str, Style)]) -> Vec<Line> {
    let set_part = |&(text, style): &(&str, _)| set(typefaces, text, style, BOX_WIDTH - 2.0 * PAD);
    parts.iter().flat_map(set_part).take(MOST_LINES).collect()
}

/// Lines below each other; returns where the next would begin.
fn stack(page: &mut Page, x: f32, mut y: f32, lines: Vec<Line>) -> f32 {
    for line in lines {
        let leading = line.style.leading;
        page.text(x, y, line);
        y += leading;
    }
    y
}
