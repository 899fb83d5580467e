//! Three-way merge of long text.
//!
//! Lines are the unit. Prose without line breaks is cut behind sentence ends, Chinese ones included, so that two
//! people who each add a sentence don't collide.

/// Two edits that touch more lines and sentences than this are left to a human: comparing them costs the square
/// of that number, and the server compares while it holds its write lock.
pub const MAX_CHANGED_PIECES: usize = 1000;

/// Both edits united, or `None` where they overlap or are too large to compare.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs || base == theirs {
        return Some(ours.to_owned());
    }
    if base == ours {
        return Some(theirs.to_owned());
    }
    // A text that holds the mark already would lose it below.
    if [base, ours, theirs].iter().any(|text| text.contains(CUT)) {
        return None;
    }
    let [base, ours, theirs] = [base, ours, theirs].map(pieces);
    if changed(&base, &ours) > MAX_CHANGED_PIECES || changed(&base, &theirs) > MAX_CHANGED_PIECES {
        return None;
    }
    let united = diffy::merge(&base, &ours, &theirs).ok()?.replace(CUT_LINE, "");
    united.strip_suffix('\n').map(str::to_owned)
}

/// Marks a line break that the merge put in: a Unicode noncharacter, which no keyboard types.
const CUT: char = '\u{FDD0}';

/// The same with its line break.
const CUT_LINE: &str = "\u{FDD0}\n";

/// The text with each sentence on a line of its own. The last line is ended too: otherwise appending a line
/// would count as a change of the one before.
fn pieces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let ends = match c {
            '。' | '！' | '？' | '；' => true,
            '.' | '!' | '?' => chars.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if ends {
            out.push_str(CUT_LINE);
        }
    }
    out.push('\n');
    out
}

/// How many lines lie between the common beginning and the common end, in the longer of both.
fn changed(base: &str, edited: &str) -> usize {
    let (base, edited): (Vec<&str>, Vec<&str>) = (base.lines().collect(), edited.lines().collect());
    let same_start = base.iter().zip(&edited).take_while(|(a, b)| a == b).count();
    let (base, edited) = (&base[same_start..], &edited[same_start..]);
    let same_end = base
        .iter()
        .rev()
        .zip(edited.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    base.len().max(edited.len()) - same_end
}

#[cfg(test)]
#[path = "text_test.rs"]
mod tests;
