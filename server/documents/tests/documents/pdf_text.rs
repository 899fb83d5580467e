//! Reads a PDF back with poppler's `pdftotext`, which shares no code with the writer.
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The text of each page, in reading order, with every run of white space as one space.
///
/// The PDF stays in the target folder under `name`, to be looked at.
pub(crate) fn pages(name: &str, pdf: &[u8]) -> Vec<String> {
    let text = pdftotext(name, pdf, "-layout");
    let text = text.strip_suffix('\u{c}').unwrap_or(&text);
    text.split('\u{c}')
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The whole text without any white space, for words that may have been broken between lines.
pub(crate) fn unspaced(name: &str, pdf: &[u8]) -> String {
    pages(name, pdf).concat().split_whitespace().collect()
}

/// Where every word of the document stands: left, top, right and bottom edge, in points from the top left corner.
pub(crate) fn word_boxes(name: &str, pdf: &[u8]) -> Vec<[f32; 4]> {
    let edge = |word: &str, name: &str| -> f32 {
        let (_, rest) = word.split_once(&format!("{name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    pdftotext(name, pdf, "-bbox")
        .lines()
        .filter(|line| line.trim_start().starts_with("<word "))
        .map(|word| ["xMin", "yMin", "xMax", "yMax"].map(|name| edge(word, name)))
        .collect()
}

fn pdftotext(name: &str, pdf: &[u8], mode: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8", mode])
        .arg(&path)
        .arg("-")
        .output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "these tests read PDFs back with pdftotext, which did not run ({error}): install poppler-utils"
        )
    });
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "pdftotext rejects {name}.pdf: {complaints}"
    );
    String::from_utf8(output.stdout).unwrap()
}
