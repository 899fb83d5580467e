//! The pen going down the pages: where the next thing goes, and when a new page begins.
use crate::page::{Page, rounded};
use crate::style::{Colour, FIRST_TOP, LEFT, SECTION, TOP, WIDTH};
use crate::text::{Line, Style, set};
use crate::typeface::Typefaces;

/// A place to jump to, for the reader's table of contents.
#[derive(Debug)]
pub(crate) struct Bookmark {
    pub(crate) title: String,
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// Pages being filled from top to bottom.
pub(crate) struct Flow {
    pub(crate) typefaces: &'static Typefaces,
    /// Of titles and rules.
    pub(crate) accent: Colour,
    pages: Vec<Page>,
    page: Page,
    bookmarks: Vec<Bookmark>,
    /// The upper edge of what comes next.
    pub(crate) y: f32,
    /// The lower edge of what fits on a page; the foot lies below.
    bottom: f32,
}

impl Flow {
    /// An empty first page whose content ends above `bottom`.
    pub(crate) fn new(typefaces: &'static Typefaces, accent: Colour, bottom: f32) -> Self {
        Flow {
            typefaces,
            accent,
            pages: Vec::new(),
            page: Page::default(),
            bookmarks: Vec::new(),
            y: FIRST_TOP,
            bottom,
        }
    }

    /// The page being filled.
    pub(crate) fn page(&mut self) -> &mut Page {
        &mut self.page
    }

    /// The height left on this page.
    pub(crate) fn room(&self) -> f32 {
        self.bottom - self.y
    }

    /// The height of an empty page, less where a running head stands.
    pub(crate) fn full_room(&self) -> f32 {
        self.bottom - TOP
    }

    /// Whether nothing has been put on this page.
    pub(crate) fn at_top(&self) -> bool {
        self.page.marks.is_empty()
    }

    pub(crate) fn break_page(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = TOP;
    }

    /// Goes to a new page unless `height` fits on this one; a height no page has room for is left to be divided.
    pub(crate) fn need(&mut self, height: f32) {
        if height > self.room() && height <= self.full_room() && !self.at_top() {
            self.break_page();
        }
    }

    /// Leaves a gap, but none at the top of a page.
    pub(crate) fn gap(&mut self, height: f32) {
        if !self.at_top() {
            self.y += height;
        }
    }

    /// A section's title, on the page of the `next` points that follow it.
    pub(crate) fn section(&mut self, title: &str, next: f32) {
        const ABOVE: f32 = 14.0;
        const BELOW: f32 = 5.0;
        let lines = set(self.typefaces, title, SECTION.in_colour(self.accent), WIDTH - 8.0);
        self.need(ABOVE + SECTION.leading + BELOW + next);
        self.gap(ABOVE);
        for line in lines {
            let y = self.y;
            self.page
                .fill(rounded(LEFT, y + 2.5, 2.6, 11.0, 1.3), self.accent);
            self.page.text(LEFT + 8.0, y, line);
            self.y += SECTION.leading;
        }
        self.y += BELOW;
    }

    /// A paragraph over the width of the page, never leaving one line of several alone on either side of a break.
    pub(crate) fn paragraph(&mut self, text: &str, style: Style) {
        let lines = set(self.typefaces, text, style, WIDTH);
        let count = lines.len();
        for (i, line) in lines.into_iter().enumerate() {
            let together = if i == 0 || i + 2 == count {
                2.min(count - i)
            } else {
                1
            };
            self.need(style.leading * together as f32);
            self.line(LEFT, line);
        }
    }

    /// One line, then down by its leading.
    pub(crate) fn line(&mut self, x: f32, line: Line) {
        let leading = line.style.leading;
        self.page.text(x, self.y, line);
        self.y += leading;
    }

    /// Lists this place in the document's outline.
    pub(crate) fn bookmark(&mut self, title: &str) {
        self.bookmarks.push(Bookmark {
            title: title.to_owned(),
            page: self.pages.len(),
            y: self.y,
        });
    }

    /// The finished pages and the outline.
    pub(crate) fn finish(mut self) -> (Vec<Page>, Vec<Bookmark>) {
        self.pages.push(self.page);
        (self.pages, self.bookmarks)
    }
}
