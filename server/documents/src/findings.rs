//! What both documents say of an inspection: counts by outcome, and the advice that follows from it.
use crate::dictionary::{self, Label};
use crate::flow::Flow;
use crate::letterhead::or_dash;
use crate::row::Align;
use crate::style::{CELL, GREY, INK, STRONG};
use crate::symbol::Symbol;
use crate::table::{Cell, Table, columns};
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Language;
use onsite_model::sheet_content::AdviceLine;

/// A count in the colour of its outcome; zero recedes.
pub(crate) fn tally(count: u32, outcome: Outcome) -> Cell {
    let colour = match outcome {
        Outcome::Pass => INK,
        _ => Symbol::Outcome(Some(outcome)).colour(),
    };
    let style = if count == 0 {
        CELL.in_colour(GREY)
    } else {
        STRONG.in_colour(colour)
    };
    Cell::new(count.to_string(), style)
}

/// The section with the advice; none where there is none.
pub(crate) fn advice(flow: &mut Flow, advice: &[AdviceLine], language: Language) {
    if advice.is_empty() {
        return;
    }
    let label = |label: Label| label.text(language);
    let shape = [(76.0, Align::Start), (132.0, Align::Start), (0.0, Align::Start)];
    let mut table = Table::new(flow.typefaces, columns(&shape));
    table.titles(&[
        label(Label::Severity),
        label(Label::Device),
        label(Label::AdviceText),
    ]);
    for line in advice {
        let symbol = Symbol::Severity(line.severity);
        table.row(vec![
            Cell::marked(symbol, dictionary::severity(line.severity, language)),
            Cell::new(or_dash(&line.device), CELL),
            Cell::new(&line.text, CELL),
        ]);
    }
    flow.table_section(label(Label::Advice), &table);
}
