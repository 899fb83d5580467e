//! Recorded pages written as a PDF/A-2u file.
use crate::error::DocumentError;
use crate::flow::Bookmark;
use crate::page::{Mark, Page};
use crate::style::{Colour, LEFT};
use crate::text::Line;
use crate::typeface::{Glyph, Typefaces};
use chrono::{DateTime, Datelike, Timelike, Utc};
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{Point, Size, Transform};
use krilla::metadata::{self, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use onsite_model::language::Language;

/// What a file says about itself.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) language: Language,
    /// Taken from the content, never from a clock, or the same sheet would give other bytes tomorrow.
    pub(crate) dated: DateTime<Utc>,
    /// The same for every rendering of the same content.
    pub(crate) id: String,
}

/// PDF readers show the title in a window bar, and the format bounds it.
const TITLE_CHARS: usize = 200;

/// The file, of pages of this width and height.
///
/// # Errors
/// [`DocumentError::Pdf`] if the writer refuses.
pub(crate) fn write(
    typefaces: &Typefaces,
    (width, height): (f32, f32),
    pages: &[Page],
    bookmarks: &[Bookmark],
    about: &About,
) -> Result<Vec<u8>, DocumentError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|e| DocumentError::Pdf(format!("{e:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: false,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(about));
    for recorded in pages {
        let size = PageSettings::from_wh(width, height)
            .ok_or_else(|| DocumentError::Pdf("the page has no area".to_owned()))?;
        let mut page = document.start_page_with(size);
        for link in &recorded.links {
            let target = Target::Action(LinkAction::new(link.url.clone()).into());
            page.add_annotation(Annotation::new_link(
                LinkAnnotation::new(link.area, target),
                Some(link.purpose.clone()),
            ));
        }
        let mut surface = page.surface();
        for mark in &recorded.marks {
            draw(&mut surface, typefaces, mark);
        }
        surface.finish();
        page.finish();
    }
    if !bookmarks.is_empty() {
        document.set_outline(outline(bookmarks));
    }
    document
        .finish()
        .map_err(|error| DocumentError::Pdf(describe(&error)))
}

fn draw(surface: &mut Surface<'_>, typefaces: &Typefaces, mark: &Mark) {
    match mark {
        Mark::Text { x, baseline, line } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(line.style.colour)));
            let font = typefaces.font(line.style.weight);
            let start = Point::from_xy(*x, *baseline);
            surface.draw_glyphs(start, &glyphs(line), font, &line.text, line.style.size, false);
        }
        Mark::Fill { path, colour } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*colour)));
            surface.draw_path(path);
        }
        Mark::Stroke { path, colour, width } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: paint(*colour).into(),
                width: *width,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            }));
            surface.draw_path(path);
        }
        Mark::Image { x, y, size, image } => {
            if let Some(size) = Size::from_wh(size.0, size.1) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
        }
    }
}

fn glyphs(line: &Line) -> Vec<KrillaGlyph> {
    let glyph = |glyph: &Glyph| {
        let id = GlyphId::new(glyph.id);
        KrillaGlyph::new(
            id,
            glyph.advance,
            glyph.x_offset,
            glyph.y_offset,
            0.0,
            glyph.text.clone(),
            None,
        )
    };
    line.glyphs.iter().map(glyph).collect()
}

fn paint(Colour(red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: paint(colour).into(),
        ..Fill::default()
    }
}

fn metadata(about: &About) -> Metadata {
    let dated = about.dated;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = metadata::DateTime::new(u16::try_from(dated.year()).unwrap_or(0))
        .month(small(dated.month()))
        .day(small(dated.day()))
        .hour(small(dated.hour()))
        .minute(small(dated.minute()))
        .second(small(dated.second()))
        .utc_offset_hour(0);
    Metadata::new()
        .title(
            about
                .title
                .chars()
                .filter(|c| !c.is_control())
                .take(TITLE_CHARS)
                .collect(),
        )
        .authors(vec![
            about
                .author
                .chars()
                .filter(|c| !c.is_control())
                .take(TITLE_CHARS)
                .collect(),
        ])
        .language(about.language.tag().to_owned())
        .creator("Onsite".to_owned())
        .creation_date(date)
        .document_id(about.id.clone())
}

fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    for bookmark in bookmarks {
        let title = bookmark
            .title
            .chars()
            .filter(|c| !c.is_control())
            .take(TITLE_CHARS)
            .collect();
        let place = XyzDestination::new(bookmark.page, Point::from_xy(LEFT, bookmark.y));
        outline.push_child(OutlineNode::new(title, place));
    }
    outline
}

/// The writer counts what it objects to; what it is helps more.
fn describe(error: &KrillaError) -> String {
    match error {
        KrillaError::Validation(objections) => format!("{error}: {objections:?}"),
        _ => error.to_string(),
    }
}
