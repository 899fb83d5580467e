//! Cleaning of what people and firmware put into fields.
use onsite_model::invalid::MAX_LINE;

/// One line as the model takes it: control characters and runs of spaces become one space, and what is longer
/// than a line is cut. `None` where nothing is left.
pub(crate) fn line(raw: &str) -> Option<String> {
    let mut out = String::new();
    let mut length = 0;
    let words = raw
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .filter(|word| !word.is_empty());
    for word in words {
        let gap = usize::from(length > 0);
        let room = MAX_LINE.saturating_sub(length + gap);
        if room == 0 {
            break;
        }
        if gap == 1 {
            out.push(' ');
        }
        out.extend(word.chars().take(room));
        length += gap + word.chars().count().min(room);
    }
    (!out.is_empty()).then_some(out)
}

/// Longer text: lines stay, other control characters go. `None` where nothing is left.
pub(crate) fn paragraph(raw: &str) -> Option<String> {
    let text: String = raw
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// What firmware says when nobody filled in the field.
const PLACEHOLDERS: &[&str] = &[
    "asset tag",
    "base board serial number",
    "chassis serial number",
    "default string",
    "filled by oem",
    "invalid",
    "na",
    "no asset information",
    "no asset tag",
    "no enclosure",
    "none",
    "not applicable",
    "not available",
    "not defined",
    "not present",
    "not settable",
    "not specified",
    "null",
    "oem",
    "o e m",
    "serial",
    "serial number",
    "sn",
    "sys",
    "system manufacturer",
    "system name",
    "system product name",
    "system serial number",
    "system version",
    "tbd",
    "to be filled by oem",
    "to be filled by o e m",
    "undefined",
    "unknow",
    "unknown",
    "未知",
    "无",
];

/// A value that means something: not a placeholder of the firmware.
pub(crate) fn meaningful(raw: &str) -> Option<String> {
    let text = line(raw)?;
    let plain = words_of(&text).join(" ");
    (!plain.is_empty() && !PLACEHOLDERS.contains(&plain.as_str())).then_some(text)
}

/// A serial number that can identify a machine: not a placeholder, not one character over and over, not counting.
pub(crate) fn serial(raw: &str) -> Option<String> {
    let text = meaningful(raw)?;
    let code: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let first = code.first()?;
    let repeats = code.iter().all(|c| c == first);
    let digits: Option<Vec<u32>> = code.iter().map(|c| c.to_digit(10)).collect();
    let counts = digits.is_some_and(|digits| {
        digits.len() > 4 && digits.windows(2).all(|pair| (pair[0] + 1) % 10 == pair[1])
    });
    (code.len() >= 3 && !repeats && !counts).then_some(text)
}

/// Lower-case words; anything that is neither letter nor digit parts them.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Names that differ only in case and spacing are one name.
pub(crate) fn same_name(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
