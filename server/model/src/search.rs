//! How texts are made comparable, so that a row is found however its words are spaced, punctuated or typed: full-width
//! or not, upper case or not. Both databases then look for the same plain substrings, and two Chinese characters are
//! as good a word as any.
use icu_normalizer::ComposingNormalizerBorrowed;

/// Most words of a query that count.
const MAX_TERMS: usize = 8;

/// Most bytes of one text that are looked through.
const MAX_TEXT: usize = 2000;

/// Fewest digits by which a phone number is known.
pub const MIN_PHONE_DIGITS: usize = 7;

/// Only letters and digits, in lower case, each compatible form the same.
pub fn squeezed(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    normal
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What is stored beside a row: each text squeezed, between line breaks.
pub fn entry<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut entry = String::from("\n");
    for text in texts {
        let text = squeezed(&text[..text.floor_char_boundary(MAX_TEXT)]);
        if !text.is_empty() {
            entry.push_str(&text);
            entry.push('\n');
        }
    }
    entry
}

/// The words of a query; a row is found if its entry contains all of them. What looks like a phone number is one word
/// however it is grouped.
pub fn terms(query: &str) -> Vec<String> {
    let is_number = query.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let words: Vec<&str> = if is_number {
        vec![query]
    } else {
        query.split_whitespace().collect()
    };
    let squeezed = words.into_iter().map(squeezed);
    squeezed.filter(|word| !word.is_empty()).take(MAX_TERMS).collect()
}

/// The digits of a phone number from the last to the first, without an extension: numbers that differ in their
/// prefixes alone begin alike.
pub fn phone_reversed(phone: &str) -> Option<String> {
    let normal = ComposingNormalizerBorrowed::new_nfkc()
        .normalize(phone)
        .to_lowercase();
    let number = normal.split(['x', '#', '转', ';']).next().unwrap_or_default();
    let digits: String = number.chars().rev().filter(char::is_ascii_digit).collect();
    (digits.len() >= MIN_PHONE_DIGITS).then_some(digits)
}

/// Whether two numbers, each as [`phone_reversed`], can be the same: one is the other with a country or area code, or
/// a leading zero, before it.
pub fn same_phone(one: &str, other: &str) -> bool {
    let bare = |number: &str| number.trim_end_matches('0').to_owned();
    let (one, other) = (bare(one), bare(other));
    one.len().min(other.len()) >= MIN_PHONE_DIGITS && (one.starts_with(&other) || other.starts_with(&one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_however_they_are_written() {
        let found = |query: &str, texts: &[&str]| {
            let entry = entry(texts.iter().copied());
            let terms = terms(query);
            !terms.is_empty() && terms.iter().all(|term| entry.contains(term.as_str()))
        };
        assert!(found("财务", &["上海财务室打印机"]));
        assert!(found("OS 12", &["OS-00012"]));
        assert!(found("os-000", &["OS-00012"]));
        assert!(found("ＡＢＣ", &["abc"]));
        assert!(found("138 0013 8000", &["+86 138-0013-8000"]));
        assert!(found("(021) 5555", &["021 55551234"]));
        assert!(found("wei zhang", &["Zhang Wei"]));
        // Texts don't run into each other.
        assert!(!found("ab", &["a", "b"]));
        assert!(!found("--", &["--"]));
        assert!(!found("", &["a"]));
    }

    #[test]
    fn phone_numbers_are_the_same_whatever_stands_before_them() {
        let same = |one: &str, other: &str| match (phone_reversed(one), phone_reversed(other)) {
            (Some(one), Some(other)) => same_phone(&one, &other),
            _ => false,
        };
        assert!(same("+86 138 0013 8000", "13800138000"));
        assert!(same("0086-13800138000", "138-0013-8000"));
        assert!(same("+86 21 5555 1234", "021-55551234"));
        assert!(same("021-55551234 转 801", "5555 1234"));
        assert!(same("021-55551234 ext. 801", "021 5555-1234 x12"));
        assert!(!same("13800138000", "13900138000"));
        assert!(!same("138", "138"));
        assert!(!same("0000000", "00000000"));
    }
}
