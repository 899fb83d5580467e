//! Line breaking on units of equal width, so that a width is a number of characters.
use super::{Unit, lines};

fn broken(text: &str, width: f32) -> Vec<&str> {
    let units: Vec<Unit> = text
        .char_indices()
        .map(|(i, c)| Unit {
            text: i..i + c.len_utf8(),
            width: 1.0,
        })
        .collect();
    lines(text, &units, width)
        .into_iter()
        .map(|line| match (units[line.clone()].first(), units[line].last()) {
            (Some(first), Some(last)) => &text[first.text.start..last.text.end],
            _ => "",
        })
        .collect()
}

#[test]
fn words_stay_whole_and_spaces_vanish_at_line_ends() {
    assert_eq!(
        broken("the core switch was replaced", 10.0),
        ["the core", "switch was", "replaced"]
    );
}

#[test]
fn chinese_breaks_between_any_two_characters() {
    assert_eq!(
        broken("更换搓纸轮并测试打印", 4.0),
        ["更换搓纸", "轮并测试", "打印"]
    );
}

#[test]
fn closing_punctuation_never_starts_a_line() {
    assert_eq!(
        broken("机房巡检完成。结果正常", 6.0),
        ["机房巡检完", "成。结果正常"]
    );
    for text in [
        "已更换（型号甲）",
        "已经更换打印机，",
        "结果正常吗？",
        "注意“电池”老化",
        "网线、插座、标签",
    ] {
        for width in 3..8u8 {
            for line in broken(text, f32::from(width)).iter().skip(1) {
                let first = line.chars().next();
                assert!(
                    !first.is_some_and(|c| "。，、；：？！）”】》".contains(c)),
                    "{text} in {width}: {line}"
                );
            }
        }
    }
}

#[test]
fn opening_punctuation_never_ends_a_line() {
    for width in 3..9u8 {
        for line in broken("详见（第三条）以及《服务合同》和“附件”", f32::from(width)) {
            assert!(!line.ends_with(['（', '《', '“']), "in {width}: {line}");
        }
    }
}

#[test]
fn a_word_wider_than_the_line_is_divided_and_starts_on_the_line_before() {
    assert_eq!(
        broken("SN ABCDEFGHIJKL end", 6.0),
        ["SN ABC", "DEFGHI", "JKL", "end"]
    );
}

#[test]
fn nothing_but_closing_punctuation_still_ends() {
    let text = "。".repeat(50);
    let lines = broken(&text, 7.0);
    assert_eq!(lines.concat(), text);
    assert!(lines.iter().all(|line| line.chars().count() <= 7));
}

#[test]
fn a_unit_wider_than_the_line_has_one_of_its_own() {
    assert_eq!(broken("甲乙丙", 0.5), ["甲", "乙", "丙"]);
}

#[test]
fn every_character_is_on_some_line() {
    let text = "192.168.1.10/24 · C:\\Users\\Public\\backup-2026-03.vhdx（约1.2 TB）";
    for width in 1..30u8 {
        let kept: String = broken(text, f32::from(width)).concat();
        assert_eq!(kept.replace(' ', ""), text.replace(' ', ""), "in {width}");
    }
}
