//! Labels 服务标签 as they are printed: a QR code, the tag to read, and whose device it is. The same layout goes into the
//! PDF and into the picture shown before printing.
use crate::error::DocumentError;
use crate::page::Page;
use crate::pdf::{self, About};
use crate::picture::Canvas;
use crate::qr_code;
use crate::style::{INK, MUTED};
use crate::text::{Line, Style, set, set_line};
use crate::typeface::{Typefaces, Weight};
use chrono::{DateTime, Utc};
use fast_qr::{ECL, QRBuilder, QRCode};
use onsite_model::label::LabelStock;
use onsite_model::language::Language;

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;

/// Dots of the picture for each point: 150 dots an inch.
const DOTS: f32 = 150.0 / 72.0;

/// One label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub tag: String,
    /// Where the QR code leads.
    pub url: String,
    /// The device; empty on one printed ahead.
    pub name: String,
    /// The client, or the provider on one printed ahead.
    pub owner: String,
}

/// A page of a stock in millimetres: how many labels across and down, where the first begins, how large each is, and
/// from the edge of one to that of the next.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    page: (f32, f32),
    grid: (usize, usize),
    first: (f32, f32),
    label: (f32, f32),
    pitch: (f32, f32),
    /// What printers and cutters leave blank around the content of a label.
    margin: f32,
}

/// The sheets as their makers give them.
fn sheet(stock: LabelStock) -> Sheet {
    const A4: (f32, f32) = (210.0, 297.0);
    let single = |page: (f32, f32), margin| Sheet {
        page,
        grid: (1, 1),
        first: (0.0, 0.0),
        label: page,
        pitch: page,
        margin,
    };
    let avery = |grid, first, label, pitch| Sheet {
        page: A4,
        grid,
        first,
        label,
        pitch,
        margin: 3.5,
    };
    match stock {
        LabelStock::AveryL7160 => avery((3, 7), (7.21, 15.15), (63.5, 38.1), (66.04, 38.1)),
        LabelStock::AveryL7162 => avery((2, 8), (4.63, 12.9), (99.1, 33.9), (101.64, 33.9)),
        LabelStock::AveryL7163 => avery((2, 7), (4.63, 15.15), (99.1, 38.1), (101.64, 38.1)),
        LabelStock::Brother24 => single((60.0, 24.0), 3.0),
        LabelStock::Dymo30252 => single((89.0, 28.0), 3.0),
    }
}

/// How many labels one page of a stock holds.
pub fn per_page(stock: LabelStock) -> usize {
    let (across, down) = sheet(stock).grid;
    across * down
}

/// The labels as a PDF of the stock's size. The first `skip` places of a sheet are left blank, because they are used.
///
/// # Errors
/// An address is too long for a code that can be scanned, or the writer refuses.
pub fn labels(
    stock: LabelStock,
    skip: usize,
    labels: &[Label],
    language: Language,
    printed_at: DateTime<Utc>,
) -> Result<Vec<u8>, DocumentError> {
    let typefaces = Typefaces::embedded()?;
    let sheet = sheet(stock);
    let pages: Result<Vec<Page>, DocumentError> = laid_out(typefaces, stock, skip, labels)?
        .into_iter()
        .map(|elements| Ok(recorded(elements)))
        .collect();
    let title = language.pick("Labels", "服务标签");
    let tags = labels.iter().map(|label| label.tag.as_str());
    let about = About {
        title: title.to_owned(),
        author: "Onsite".to_owned(),
        language,
        dated: printed_at,
        id: tags.collect::<Vec<_>>().join(" "),
    };
    let size = (sheet.page.0 * MM, sheet.page.1 * MM);
    pdf::write(typefaces, size, &pages?, &[], &about)
}

/// The first page as a PNG.
///
/// # Errors
/// As [`labels`].
pub fn preview(stock: LabelStock, skip: usize, labels: &[Label]) -> Result<Vec<u8>, DocumentError> {
    let typefaces = Typefaces::embedded()?;
    let (width, height) = sheet(stock).page;
    let first = &labels[..labels.len().min(per_page(stock).saturating_sub(skip).max(1))];
    let mut canvas = Canvas::new(width * MM, height * MM, DOTS)?;
    for elements in laid_out(typefaces, stock, skip, first)?.into_iter().take(1) {
        for element in elements {
            match element {
                Element::Code(boxes) => canvas.fill_boxes(&boxes, INK),
                Element::Text { x, top, line } => {
                    canvas.text(typefaces, x, top + line.style.baseline(), &line);
                }
            }
        }
    }
    canvas.png()
}

/// Something on a page, in points from its top left corner.
enum Element {
    /// The dark modules of a code: left, top, width and height.
    Code(Vec<[f32; 4]>),
    Text {
        x: f32,
        top: f32,
        line: Line,
    },
}

fn recorded(elements: Vec<Element>) -> Page {
    let mut page = Page::default();
    for element in elements {
        match element {
            Element::Code(boxes) => page.fill(qr_code::shape(&boxes), INK),
            Element::Text { x, top, line } => page.text(x, top, line),
        }
    }
    page
}

fn laid_out(
    typefaces: &Typefaces,
    stock: LabelStock,
    skip: usize,
    labels: &[Label],
) -> Result<Vec<Vec<Element>>, DocumentError> {
    let sheet = sheet(stock);
    let per_page = per_page(stock);
    let mut pages: Vec<Vec<Element>> = Vec::new();
    for (at, label) in (skip % per_page..).zip(labels) {
        let (page, place) = (at / per_page, at % per_page);
        let (column, row) = (place % sheet.grid.0, place / sheet.grid.0);
        let left = sheet.first.0 + column as f32 * sheet.pitch.0 + sheet.margin;
        let top = sheet.first.1 + row as f32 * sheet.pitch.1 + sheet.margin;
        let inner = (
            (sheet.label.0 - 2.0 * sheet.margin) * MM,
            (sheet.label.1 - 2.0 * sheet.margin) * MM,
        );
        if pages.len() <= page {
            pages.resize_with(page + 1, Vec::new);
        }
        place_label(&mut pages[page], typefaces, label, (left * MM, top * MM), inner)?;
    }
    Ok(pages)
}

/// Side of the code in points: as high as the label allows, and no larger than phones need.
fn code_side(height: f32) -> f32 {
    height.min(22.0 * MM)
}

fn code(url: &str) -> Result<QRCode, DocumentError> {
    const MOST: usize = onsite_model::label::MAX_ADDRESS;
    match QRBuilder::new(url).ecl(ECL::M).build() {
        Ok(code) if url.len() <= MOST => Ok(code),
        _ => Err(DocumentError::LabelUrl(url.len(), MOST)),
    }
}

fn place_label(
    into: &mut Vec<Element>,
    typefaces: &Typefaces,
    label: &Label,
    (left, top): (f32, f32),
    (width, height): (f32, f32),
) -> Result<(), DocumentError> {
    let side = code_side(height);
    let code = code(&label.url)?;
    let boxes = qr_code::boxes(&code, left, top + (height - side) / 2.0, side);
    into.push(Element::Code(boxes));
    // The code's own quiet zone of four modules.
    let gap = 4.0 * side / code.size as f32;
    let x = left + side + gap;
    let lines = words(typefaces, label, width - side - gap, height);
    let used: f32 = lines.iter().map(|line| line.style.leading).sum();
    let mut y = top + (height - used) / 2.0;
    for line in lines {
        let leading = line.style.leading;
        into.push(Element::Text { x, top: y, line });
        y += leading;
    }
    Ok(())
}

const fn style(weight: Weight, size: f32, muted: bool) -> Style {
    Style {
        weight,
        size,
        leading: size * 1.3,
        colour: if muted { MUTED } else { INK },
    }
}

/// The lines beside the code: the tag whole however long it is, the name on two lines, the owner on one.
fn words(typefaces: &Typefaces, label: &Label, width: f32, height: f32) -> Vec<Line> {
    let scale = (height / (31.0 * MM)).clamp(0.75, 1.0);
    let largest = 15.0 * scale;
    let natural = set_line(
        typefaces,
        &label.tag,
        style(Weight::Bold, largest, false),
        f32::MAX,
    );
    let size = largest * (width / natural.width).min(1.0);
    let mut lines = vec![set_line(
        typefaces,
        &label.tag,
        style(Weight::Bold, size, false),
        f32::MAX,
    )];
    lines.extend(shrunk(
        typefaces,
        &label.name,
        Weight::Regular,
        (9.5 * scale, 6.5),
        width,
        2,
        false,
    ));
    lines.extend(shrunk(
        typefaces,
        &label.owner,
        Weight::Regular,
        (8.0 * scale, 6.0),
        width,
        1,
        true,
    ));
    lines
}

/// Text in at most so many lines: smaller where that helps, cut with an ellipsis where it does not.
fn shrunk(
    typefaces: &Typefaces,
    text: &str,
    weight: Weight,
    (largest, smallest): (f32, f32),
    width: f32,
    most: usize,
    muted: bool,
) -> Vec<Line> {
    let mut size = largest;
    loop {
        let at = style(weight, size.max(smallest), muted);
        let mut lines = set(typefaces, text, at, width);
        if lines.len() <= most {
            return lines;
        }
        if size <= smallest {
            let rest: Vec<String> = lines.drain(most - 1..).map(|line| line.text).collect();
            lines.push(set_line(typefaces, &rest.join(" "), at, width));
            return lines;
        }
        size -= 0.5;
    }
}
