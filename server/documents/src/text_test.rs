//! Text set in the embedded typeface.
use super::{set, set_line};
use crate::style::BODY;
use crate::typeface::Typefaces;

fn lines(text: &str, width: f32) -> Vec<String> {
    set(Typefaces::embedded().unwrap(), text, BODY, width)
        .into_iter()
        .map(|line| line.text)
        .collect()
}

#[test]
fn line_feeds_of_every_kind_begin_new_lines() {
    assert_eq!(
        lines("one\r\ntwo\n\nfour\u{2028}five\rsix", 400.0),
        ["one", "two", "", "four", "five", "six"]
    );
}

#[test]
fn blank_text_has_no_lines() {
    assert!(lines(" \n\t\u{feff} ", 400.0).is_empty());
}

#[test]
fn what_has_no_shape_is_dropped() {
    assert_eq!(
        lines("a\u{0}b\u{202e}c\u{fffe}\u{1b}[31md\te", 400.0),
        ["abc[31md e"]
    );
}

#[test]
fn no_line_is_wider_than_asked() {
    let typefaces = Typefaces::embedded().unwrap();
    let text = "The backup of SRV-01 had failed，因目标共享空间已满；现已清理 1.2 GB 并恢复正常。".repeat(20);
    for width in [40.0, 73.5, 180.0, 499.0] {
        for line in set(typefaces, &text, BODY, width) {
            assert!(
                line.width <= width + 0.05,
                "{} > {width}: {}",
                line.width,
                line.text
            );
        }
    }
}

#[test]
fn rare_name_characters_are_in_both_weights() {
    let typefaces = Typefaces::embedded().unwrap();
    for weight in [crate::typeface::Weight::Regular, crate::typeface::Weight::Bold] {
        let known = typefaces.shape("龘喆堃䶮㛃犇淼焱垚翀", weight);
        let substitute = typefaces.shape("\u{10ffff}", weight)[0].id;
        assert!(known.iter().all(|glyph| glyph.id != substitute), "{weight:?}");
    }
}

#[test]
fn a_long_line_is_cut_with_an_ellipsis() {
    let typefaces = Typefaces::embedded().unwrap();
    let cut = set_line(typefaces, "莲花园大酒店有限公司苏州分公司", BODY, 60.0);
    assert!(
        cut.text.ends_with('…') && cut.width <= 60.0,
        "{} is {}",
        cut.text,
        cut.width
    );
    assert_eq!(set_line(typefaces, "莲花园", BODY, 60.0).text, "莲花园");
}
