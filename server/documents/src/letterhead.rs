//! The opening both documents share: who provides the service, what this is, and the facts about the visit.
use crate::flow::Flow;
use crate::logo::Logo;
use crate::page::polyline;
use crate::row::Align;
use crate::style::{BODY, LABEL, LEFT, MUTED, NAME, RIGHT, SMALL, STRONG, TITLE, WIDTH};
use crate::table::{Cell, Table, columns};
use crate::text::set;
use onsite_model::sheet_content::Provider;

/// The provider's own lines are bounded, so that an endless address cannot push the document off its first page.
const MOST_LINES: usize = 8;

/// The provider with their logo at the left, the document's title and number at the right.
pub(crate) fn letterhead(
    flow: &mut Flow,
    provider: &Provider,
    logo: Option<&Logo>,
    title: &str,
    number: Option<&str>,
) {
    const BELOW_LOGO: f32 = 7.0;
    let (typefaces, top, accent) = (flow.typefaces, flow.y, flow.accent);
    let left_width = WIDTH * 0.58;
    let right_width = WIDTH - left_width - 12.0;

    let mut left = set(typefaces, &provider.name, NAME, left_width);
    left.extend(set(typefaces, &provider.address, SMALL, left_width));
    left.extend(set(typefaces, &provider.phone, SMALL, left_width));
    left.truncate(MOST_LINES);
    let mut right = set(typefaces, title, TITLE.in_colour(accent), right_width);
    right.extend(set(
        typefaces,
        number.unwrap_or_default(),
        BODY.in_colour(MUTED),
        right_width,
    ));
    right.truncate(MOST_LINES);

    let (mut left_y, mut right_y) = (top + 4.0, top);
    if let Some(logo) = logo {
        let (width, height) = logo.size();
        flow.page().image(LEFT, top, (width, height), logo.image());
        left_y = top + height + BELOW_LOGO;
    }
    for line in left {
        let leading = line.style.leading;
        flow.page().text(LEFT, left_y, line);
        left_y += leading;
    }
    for line in right {
        let leading = line.style.leading;
        flow.page().text_ending(RIGHT, right_y, line);
        right_y += leading;
    }
    flow.y = left_y.max(right_y) + 6.0;
    let y = flow.y;
    flow.page()
        .stroke(polyline(&[(LEFT, y), (RIGHT, y)]), accent, 1.6);
    flow.y += 10.0;
}

/// One labelled fact; the small print below it may be empty.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) small_print: String,
}

/// A fact without small print.
pub(crate) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact {
        label,
        value: value.into(),
        small_print: String::new(),
    }
}

/// Facts in two columns on tinted ground, row by row.
pub(crate) fn facts(flow: &mut Flow, facts: Vec<Fact>) {
    let mut table = Table::new(
        flow.typefaces,
        columns(&[(WIDTH * 0.58, Align::Start), (0.0, Align::Start)]),
    );
    let mut cells = facts.into_iter().map(|fact| {
        Cell::new(fact.label, LABEL)
            .below(or_dash(&fact.value), STRONG)
            .below(fact.small_print, SMALL)
    });
    while let Some(cell) = cells.next() {
        let mut row = vec![cell];
        row.extend(cells.next());
        table.panel_row(row);
    }
    flow.table(&table);
}

/// The text, or a dash that says it was left empty.
pub(crate) fn or_dash(text: &str) -> &str {
    if text.trim().is_empty() { "—" } else { text }
}
