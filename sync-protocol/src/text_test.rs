//! What three-way merges of prose must and must not do.
use super::{MAX_CHANGED_PIECES, merge};

#[test]
fn edits_of_different_lines_unite() {
    let merged = merge("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE");
    assert_eq!(merged.as_deref(), Some("ONE\ntwo\nTHREE"));
}

#[test]
fn appending_does_not_touch_the_line_before() {
    assert_eq!(
        merge("one\ntwo", "ONE\ntwo", "one\ntwo\nthree").as_deref(),
        Some("ONE\ntwo\nthree")
    );
    assert_eq!(
        merge("one", "zero\none", "one\ntwo").as_deref(),
        Some("zero\none\ntwo")
    );
    assert_eq!(
        merge("A b. C d.", "A x. C d.", "A b. C d. E f.").as_deref(),
        Some("A x. C d. E f.")
    );
}

#[test]
fn edits_of_different_sentences_unite_in_both_languages() {
    let merged = merge("甲。乙。丙。", "甲一。乙。丙。", "甲。乙。丙三。");
    assert_eq!(merged.as_deref(), Some("甲一。乙。丙三。"));
    let merged = merge("A b. C d. E f.", "A x. C d. E f.", "A b. C d. E y.");
    assert_eq!(merged.as_deref(), Some("A x. C d. E y."));
}

#[test]
fn line_ends_survive() {
    let merged = merge("a\r\nb\r\nc\n", "A\r\nb\r\nc\n", "a\r\nb\r\nC\n");
    assert_eq!(merged.as_deref(), Some("A\r\nb\r\nC\n"));
    assert_eq!(
        merge("a\nb\nc", "a\nb\nc\n", "A\nb\nc").as_deref(),
        Some("A\nb\nc\n")
    );
}

#[test]
fn overlapping_edits_are_left_to_a_human() {
    assert_eq!(merge("one", "two", "three"), None);
    assert_eq!(merge("one\ntwo\nthree", "one\nthree", "one\nTWO\nthree"), None);
}

#[test]
fn one_sided_edits_need_no_merge() {
    assert_eq!(merge("a", "a", "b").as_deref(), Some("b"));
    assert_eq!(merge("a", "b", "a").as_deref(), Some("b"));
    assert_eq!(merge("a", "b", "b").as_deref(), Some("b"));
}

#[test]
fn a_text_that_holds_the_mark_of_a_cut_is_never_shortened() {
    assert_eq!(merge("a\nb\nc", "A\u{FDD0}\nb\nc", "a\nb\nC"), None);
}

#[test]
fn an_edit_of_one_side_alone_is_taken_as_it_is_whatever_it_holds() {
    let marked = |text: &str| format!("{text}\u{FDD0}");
    let (before, after) = (marked("a"), marked("b"));
    assert_eq!(merge(&before, &after, &before), Some(after.clone()));
    assert_eq!(merge(&before, &before, &after), Some(after.clone()));
    assert_eq!(merge(&before, &after, &after), Some(after));
}

/// What could be united is left to a human where comparing it would take too long, whoever of both wrote so much.
#[test]
fn the_limit_is_on_what_either_changed() {
    let untouched = "same\n".repeat(3);
    let rewrite = |pieces: usize, word: &str| {
        let lines: String = (0..pieces).map(|n| format!("{word} {n}\n")).collect();
        format!("{lines}{untouched}last")
    };
    let most = MAX_CHANGED_PIECES;
    let edited_at_the_end = |text: &str| text.replace("last", "LAST");
    for (pieces, unites) in [(most - 1, true), (most, true), (most + 1, false)] {
        let (base, long) = (rewrite(pieces, "before"), rewrite(pieces, "after"));
        let short = edited_at_the_end(&base);
        let both = unites.then(|| edited_at_the_end(&long));
        assert_eq!(merge(&base, &long, &short), both, "{pieces} of ours");
        assert_eq!(merge(&base, &short, &long), both, "{pieces} of theirs");
    }
}

#[test]
fn huge_rewrites_are_not_compared_but_small_edits_of_huge_texts_are() {
    let lines = |mark: &str| (0..20_000).map(|n| format!("{mark}{n}\n")).collect::<String>();
    let base = lines("line ");
    assert_eq!(merge(&base, &lines("ours "), &lines("theirs ")), None);
    let merged = merge(&base, &format!("first\n{base}"), &format!("{base}last\n"));
    assert_eq!(merged, Some(format!("first\n{base}last\n")));
}
