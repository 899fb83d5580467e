//! The characters of a file: UTF-8 with or without a byte-order mark, UTF-16 as a Windows shell redirects it, and
//! GB18030 as Chinese spreadsheet programs save CSV.
use encoding_rs::{Encoding, GB18030, UTF_8};

/// The text of a file, without a byte-order mark. `None` if it is in none of the encodings.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return whole(encoding, &bytes[mark..]);
    }
    whole(UTF_8, bytes).or_else(|| whole(GB18030, bytes))
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}
