//! Bodies that are damaged or made up are read or refused, within their limits.
#![allow(clippy::unwrap_used)]
use crate::inflate::Coding;
use crate::input::strict_json;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::io::Write;

fn packed(coding: Coding, plain: &[u8]) -> Vec<u8> {
    match coding {
        Coding::Zstd => zstd::encode_all(plain, 3).unwrap(),
        Coding::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(plain).unwrap();
            encoder.finish().unwrap()
        }
    }
}

const JSON: &[u8] =
    br#"{"fields": {"name": "a\u00e9", "tags": ["x", 1.5e3, null, true], "n": {"by": -2}}, "z": {}}"#;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_packed_body_unpacks_to_more_than_allowed(
        coding in select(vec![Coding::Zstd, Coding::Gzip]), plain in vec(any::<u8>(), 0..300), repeated in 1..200usize,
        at: Index, cut in 0..20usize, new in vec(any::<u8>(), 0..20), limit in 0..20_000usize,
    ) {
        let plain = plain.repeat(repeated);
        let mut bytes = packed(coding, &plain);
        let unpacked = coding.unpack(&bytes, limit);
        prop_assert_eq!(unpacked.is_ok(), plain.len() <= limit);
        if let Ok(unpacked) = unpacked {
            prop_assert_eq!(&unpacked[..], &plain[..]);
        }
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, new);
        if let Ok(unpacked) = coding.unpack(&bytes, limit) {
            prop_assert!(unpacked.len() <= limit);
        }
    }

    /// What the strict reader takes, any reader takes and reads alike.
    #[test]
    fn no_bytes_upset_the_strict_reader(at: Index, cut in 0..20usize, new in vec(any::<u8>(), 0..12), text: String) {
        let mut bytes = JSON.to_vec();
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, new);
        for bytes in [bytes, text.into_bytes()] {
            if let Ok(value) = strict_json::read(&bytes) {
                prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).ok(), Some(value));
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused(depth in 200..4000usize) {
        prop_assert!(strict_json::read("[".repeat(depth).as_bytes()).is_err());
        let closed = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        prop_assert!(strict_json::read(closed.as_bytes()).is_err());
    }
}
