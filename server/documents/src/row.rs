//! One row of a table: blocks of lines side by side, measured and drawn, whole or in part.
use crate::page::{Page, rectangle};
use crate::style::{Colour, LEFT, PANEL, TINT, WIDTH};
use crate::symbol::{self, Symbol};
use crate::text::Line;

/// Between a symbol and its word, in points.
const SYMBOL_GAP: f32 = 4.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    End,
}

/// The ground and rules of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// A rule below.
    Plain,
    /// Tinted ground, for facts.
    Panel,
    /// The titles of columns.
    Titles,
    /// A strip that opens a table.
    Banner,
    /// A strip that names the rows below it.
    Band,
}

impl Look {
    /// Whether the row would be senseless without the one after it on the same page.
    pub(crate) fn leads(self) -> bool {
        matches!(self, Look::Titles | Look::Banner | Look::Band)
    }

    fn ground(self) -> Option<Colour> {
        match self {
            Look::Panel | Look::Band => Some(PANEL),
            Look::Banner => Some(TINT),
            Look::Plain | Look::Titles => None,
        }
    }

    fn has_rule(self) -> bool {
        matches!(self, Look::Plain | Look::Titles)
    }

    /// Between the row's edges and its text, above and below.
    fn pad(self) -> f32 {
        match self {
            Look::Panel | Look::Banner => 4.0,
            Look::Plain | Look::Titles | Look::Band => 3.1,
        }
    }
}

/// The lines of one cell and where they stand across the page.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) align: Align,
    /// Stands before the first line; the lines are set narrower by [`indent`].
    pub(crate) symbol: Option<Symbol>,
    pub(crate) lines: Vec<Line>,
}

/// How far lines stand in behind a symbol.
pub(crate) fn indent(symbol: Option<Symbol>) -> f32 {
    symbol.map_or(0.0, |_| symbol::SIZE + SYMBOL_GAP)
}

impl Block {
    fn height(&self, from: usize, to: usize) -> f32 {
        self.lines[from..to].iter().map(|line| line.style.leading).sum()
    }

    fn draw(&self, page: &mut Page, mut y: f32, from: usize, to: usize) {
        if let (0, Some(symbol), Some(first)) = (from, self.symbol, self.lines.first()) {
            symbol.draw(page, self.x, y + (first.style.leading - symbol::SIZE) / 2.0);
        }
        for line in &self.lines[from..to] {
            match self.align {
                Align::Start => page.text(self.x + indent(self.symbol), y, line.clone()),
                Align::End => page.text_ending(self.x + self.width, y, line.clone()),
            }
            y += line.style.leading;
        }
    }
}

/// A place where a row can be divided: for each block, how many of its lines lie before.
pub(crate) type Cut = Vec<usize>;

/// Blocks side by side.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) look: Look,
    pub(crate) blocks: Vec<Block>,
}

impl Row {
    pub(crate) fn start(&self) -> Cut {
        vec![0; self.blocks.len()]
    }

    pub(crate) fn end(&self) -> Cut {
        self.blocks.iter().map(|block| block.lines.len()).collect()
    }

    /// The last cut at which what lies after `from` is no higher than `room`.
    pub(crate) fn cut_within(&self, from: &Cut, room: f32) -> Cut {
        let room = room - 2.0 * self.look.pad();
        let fitting = |(block, &from): (&Block, &usize)| {
            let mut used = 0.0;
            let fits = |line: &&Line| {
                used += line.style.leading;
                used <= room
            };
            from + block.lines[from..].iter().take_while(fits).count()
        };
        self.blocks.iter().zip(from).map(fitting).collect()
    }

    /// The cut one line further in every block.
    pub(crate) fn cut_after(&self, from: &Cut) -> Cut {
        let next = |(block, &from): (&Block, &usize)| (from + 1).min(block.lines.len());
        self.blocks.iter().zip(from).map(next).collect()
    }

    pub(crate) fn height(&self) -> f32 {
        self.height_between(&self.start(), &self.end())
    }

    /// The height of the first lines only.
    pub(crate) fn height_of_lines(&self, count: usize) -> f32 {
        let cut = self
            .blocks
            .iter()
            .map(|block| block.lines.len().min(count))
            .collect();
        self.height_between(&self.start(), &cut)
    }

    /// The height of what lies between two cuts, with the row's padding.
    pub(crate) fn height_between(&self, from: &Cut, to: &Cut) -> f32 {
        let cuts = from.iter().zip(to);
        let heights = self
            .blocks
            .iter()
            .zip(cuts)
            .map(|(block, (&from, &to))| block.height(from, to));
        heights.fold(0.0, f32::max) + 2.0 * self.look.pad()
    }

    /// Draws what lies between two cuts, with its upper edge at `top`.
    pub(crate) fn draw(&self, page: &mut Page, top: f32, from: &Cut, to: &Cut) {
        let height = self.height_between(from, to);
        if let Some(ground) = self.look.ground() {
            page.fill(rectangle(LEFT, top, WIDTH, height), ground);
        }
        for (block, (&from, &to)) in self.blocks.iter().zip(from.iter().zip(to)) {
            block.draw(page, top + self.look.pad(), from, to);
        }
        if self.look.has_rule() && *to == self.end() {
            page.rule(LEFT, LEFT + WIDTH, top + height);
        }
    }
}
