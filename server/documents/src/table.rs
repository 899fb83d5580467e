//! Rows of cells: tables proper, and everything else that stands in columns.
//!
//! A row that fits moves whole to the next page; only a row too tall to leave that much paper empty is divided,
//! between its lines. Titles are repeated on every page a table goes on to.
use crate::flow::Flow;
use crate::row::{Align, Block, Cut, Look, Row, indent};
use crate::style::{HEAD, LEFT, STRONG, WIDTH};
use crate::symbol::Symbol;
use crate::text::{Style, set, set_line};
use crate::typeface::Typefaces;

const PAD_X: f32 = 5.0;
/// A row taller than this part of a page is divided rather than moved.
const TALL: f32 = 0.3;
/// How many lines of a divided row must at least fit before the break.
const FEW_LINES: usize = 3;

/// A column as wide as its share of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// In points; the widths of a table's columns add up to the page's.
    width: f32,
    align: Align,
}

/// Columns with these widths; a width of zero takes what the others leave, in equal parts.
pub(crate) fn columns(widths: &[(f32, Align)]) -> Vec<Column> {
    let fixed: f32 = widths.iter().map(|&(width, _)| width).sum();
    let open = widths.iter().filter(|&&(width, _)| width == 0.0).count().max(1);
    let share = (WIDTH - fixed) / open as f32;
    let column = |&(width, align): &(f32, Align)| Column {
        width: if width == 0.0 { share } else { width },
        align,
    };
    widths.iter().map(column).collect()
}

/// What a cell says: parts below each other, the first behind a symbol if there is one.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    parts: Vec<(String, Style)>,
    symbol: Option<Symbol>,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Cell {
            parts: vec![(text.into(), style)],
            symbol: None,
        }
    }

    /// A word in the colour of the symbol before it.
    pub(crate) fn marked(symbol: Symbol, word: &str) -> Self {
        Cell {
            symbol: Some(symbol),
            ..Cell::new(word, STRONG.in_colour(symbol.colour()))
        }
    }

    /// A further part below; empty text adds none.
    pub(crate) fn below(mut self, text: impl Into<String>, style: Style) -> Self {
        self.parts.push((text.into(), style));
        self
    }
}

/// A table in the making.
pub(crate) struct Table {
    typefaces: &'static Typefaces,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Drawn again at the top of a page the rows after `repeat_after` go on to.
    repeated: Vec<Row>,
    repeat_after: usize,
}

impl Table {
    pub(crate) fn new(typefaces: &'static Typefaces, columns: Vec<Column>) -> Self {
        Table {
            typefaces,
            columns,
            rows: Vec::new(),
            repeated: Vec::new(),
            repeat_after: 0,
        }
    }

    /// Titles over the columns, repeated on every page.
    pub(crate) fn titles(&mut self, titles: &[&str]) {
        let cells = titles.iter().map(|&title| Cell::new(title, HEAD)).collect();
        let row = self.set_row(Look::Titles, cells);
        self.repeat_after = self.rows.len();
        self.repeated.push(row.clone());
        self.rows.push(row);
    }

    /// A row of cells, one for each column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        let row = self.set_row(Look::Plain, cells);
        self.rows.push(row);
    }

    /// A row on tinted ground without rules, as in a block of labelled facts.
    pub(crate) fn panel_row(&mut self, cells: Vec<Cell>) {
        let row = self.set_row(Look::Panel, cells);
        self.rows.push(row);
    }

    /// A strip over all columns that opens the table.
    pub(crate) fn banner(&mut self, cell: Cell) {
        let row = self.set_across(Look::Banner, cell);
        self.rows.push(row);
    }

    /// A strip over all columns that names the rows below it.
    pub(crate) fn band(&mut self, cell: Cell) {
        let row = self.set_across(Look::Band, cell);
        self.rows.push(row);
    }

    /// A plain row over all columns.
    pub(crate) fn across(&mut self, cell: Cell) {
        let row = self.set_across(Look::Plain, cell);
        self.rows.push(row);
    }

    /// What stands in the banner's place on the pages the table goes on to; one line, cut if too long.
    pub(crate) fn continuation(&mut self, title: &str) {
        let width = WIDTH - 2.0 * PAD_X;
        let block = Block {
            x: LEFT + PAD_X,
            width,
            align: Align::Start,
            symbol: None,
            lines: vec![set_line(self.typefaces, title, STRONG, width)],
        };
        let row = Row {
            look: Look::Banner,
            blocks: vec![block],
        };
        self.repeated.insert(0, row);
    }

    fn set_row(&self, look: Look, cells: Vec<Cell>) -> Row {
        let mut x = LEFT;
        let mut blocks = Vec::with_capacity(cells.len());
        for (column, cell) in self.columns.iter().zip(cells) {
            blocks.push(self.set_cell(cell, x + PAD_X, column.width - 2.0 * PAD_X, column.align));
            x += column.width;
        }
        Row { look, blocks }
    }

    fn set_across(&self, look: Look, cell: Cell) -> Row {
        let block = self.set_cell(cell, LEFT + PAD_X, WIDTH - 2.0 * PAD_X, Align::Start);
        Row {
            look,
            blocks: vec![block],
        }
    }

    fn set_cell(&self, cell: Cell, x: f32, width: f32, align: Align) -> Block {
        let line_width = width - indent(cell.symbol);
        let set_part = |(text, style): (String, Style)| set(self.typefaces, &text, style, line_width);
        Block {
            x,
            width,
            align,
            symbol: cell.symbol,
            lines: cell.parts.into_iter().flat_map(set_part).collect(),
        }
    }
}

impl Flow {
    /// A section of one table.
    pub(crate) fn table_section(&mut self, title: &str, table: &Table) {
        self.section(title, self.table_start(table));
        self.table(table);
    }

    /// Puts a table on this page and as many more as it takes.
    pub(crate) fn table(&mut self, table: &Table) {
        for (i, row) in table.rows.iter().enumerate() {
            let repeated: &[Row] = if i > table.repeat_after {
                &table.repeated
            } else {
                &[]
            };
            let led = i > 0 && table.rows[i - 1].look.leads();
            // Neither the first nor the last row stands alone on its side of a page break.
            let together = if i == 0 || i + 2 == table.rows.len() { 2 } else { 1 };
            let wanted = self.claim(&table.rows[i..], together);
            if !led && wanted > self.room() && !self.at_top() {
                self.continue_table(repeated);
            }
            self.row(row, repeated);
        }
    }

    /// The height of a whole table where no page break falls into it.
    pub(crate) fn table_height(&self, table: &Table) -> f32 {
        table.rows.iter().map(Row::height).sum()
    }

    /// The height a table begins with at least, so that a heading above can stay with it.
    pub(crate) fn table_start(&self, table: &Table) -> f32 {
        self.claim(&table.rows, 2)
    }

    /// The room the first `count` rows want on a page, with those that lead them.
    fn claim(&self, rows: &[Row], count: usize) -> f32 {
        let mut missing = count;
        let taken = rows.iter().take_while(|row| {
            let taken = missing > 0;
            if !row.look.leads() {
                missing = missing.saturating_sub(1);
            }
            taken
        });
        taken.map(|row| self.wanted(row)).sum()
    }

    /// The room a row wants to begin on a page: all of it, or the first lines of a tall one.
    fn wanted(&self, row: &Row) -> f32 {
        let height = row.height();
        if height > TALL * self.full_room() {
            row.height_of_lines(FEW_LINES)
        } else {
            height
        }
    }

    fn continue_table(&mut self, repeated: &[Row]) {
        self.break_page();
        for row in repeated {
            self.put(row, &row.start(), &row.end());
        }
    }

    fn row(&mut self, row: &Row, repeated: &[Row]) {
        let mut from = row.start();
        let mut fresh = self.at_top();
        loop {
            let mut to = row.cut_within(&from, self.room());
            let stuck = to == from && to != row.end();
            if stuck && fresh {
                // Not even an empty page has room for these lines: they go there all the same, or nothing would.
                to = row.cut_after(&from);
            }
            if fresh || !stuck {
                self.put(row, &from, &to);
            }
            if to == row.end() {
                return;
            }
            from = to;
            self.continue_table(repeated);
            fresh = true;
        }
    }

    /// Draws a row from one cut to another, and goes below it.
    fn put(&mut self, row: &Row, from: &Cut, to: &Cut) {
        let top = self.y;
        row.draw(self.page(), top, from, to);
        self.y += row.height_between(from, to);
    }
}
