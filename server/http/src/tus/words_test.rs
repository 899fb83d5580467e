//! What the headers of tus mean, and what is made of nonsense in them.
#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const ID: &str = "0199a1b2-0000-7000-8000-000000000001";

fn creation(metadata: &str, length: &str) -> Headers {
    Headers {
        metadata: Some(metadata.to_owned()),
        length: Some(length.to_owned()),
        ..Headers::default()
    }
}

fn code<T: std::fmt::Debug>(refused: Result<T, Problem>) -> ErrorCode {
    refused.unwrap_err().code()
}

fn encoded(text: &str) -> String {
    STANDARD.encode(text)
}

#[test]
fn a_creation_is_read() {
    let metadata = format!(
        "filename {}, attachment_id {},sha256 {},is_draft",
        encoded("鼓.jpg"),
        encoded(ID),
        encoded("ab")
    );
    let announced = creation(&metadata, "42").announced().unwrap();
    let expected = Announced {
        attachment_id: ID.parse::<Uuid>().unwrap(),
        sha256: "ab".to_owned(),
        size: 42,
        metadata,
    };
    assert_eq!(announced, expected);
}

#[test]
fn nonsense_in_a_creation_is_refused() {
    let (id, sha) = (encoded(ID), encoded("ab"));
    let good = format!("attachment_id {id},sha256 {sha}");
    let long = format!("{good},filename {}", encoded(&"x".repeat(4000)));
    for metadata in [
        "",
        &long,
        &format!("attachment_id {id}"),
        &format!("attachment_id {sha},sha256 {sha}"),
        &format!("attachment_id {id},sha256 ?"),
        &format!("{good},sha256 {sha}"),
        &format!("attachment_id {id},sha256 /w=="),
    ] {
        assert_eq!(
            code(creation(metadata, "42").announced()),
            ErrorCode::Malformed,
            "{metadata}"
        );
    }
    for length in ["", "-1", "+1", "1.0", "ten", "99999999999999999999999"] {
        assert_eq!(
            code(creation(&good, length).announced()),
            ErrorCode::Malformed,
            "{length}"
        );
    }
    let deferred = Headers {
        defer_length: Some("1".to_owned()),
        ..creation(&good, "42")
    };
    assert_eq!(code(deferred.announced()), ErrorCode::Invalid);
    let partial = Headers {
        concat: Some("partial".to_owned()),
        ..creation(&good, "42")
    };
    assert_eq!(code(partial.announced()), ErrorCode::Invalid);
}

#[test]
fn one_version_is_spoken() {
    for (given, good) in [(None, false), (Some("0.2.2"), false), (Some("1.0.0"), true)] {
        let headers = Headers {
            resumable: given.map(str::to_owned),
            ..Headers::default()
        };
        assert_eq!(headers.version().is_ok(), good, "{given:?}");
    }
}

#[test]
fn checksums_of_both_kinds_are_compared() {
    // Of the text "abc", as FIPS 180 gives them.
    let sha1 = "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
    let sha256 = "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    for text in [sha1, sha256] {
        let checksum = Checksum::parse(text).unwrap();
        for (body, good) in [(&b"abc"[..], true), (b"abd", false), (b"", false)] {
            let mut sum = checksum.begin();
            sum.update(body);
            assert_eq!(checksum.fits(sum).is_ok(), good, "{text} {body:?}");
        }
    }
    for bad in [
        "",
        "sha256",
        "md5 qZk=",
        "sha1 qZk=",
        "sha256 ?",
        "sha1  qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
    ] {
        assert_eq!(code(Checksum::parse(bad)), ErrorCode::Malformed, "{bad}");
    }
}

#[test]
fn a_body_goes_on_where_the_upload_stands() {
    let bringing = |announced| Bringing {
        announced,
        checksum: None,
    };
    assert_eq!(room(3, 10, 3, &bringing(Some(7))).unwrap(), 7);
    assert_eq!(room(3, 10, 3, &bringing(None)).unwrap(), 7);
    assert_eq!(room(10, 10, 10, &bringing(Some(0))).unwrap(), 0);
    assert_eq!(
        code(room(3, 10, 2, &bringing(Some(1)))),
        ErrorCode::OffsetMismatch
    );
    assert_eq!(
        code(room(3, 10, 4, &bringing(Some(1)))),
        ErrorCode::OffsetMismatch
    );
    assert_eq!(code(room(3, 10, 3, &bringing(Some(8)))), ErrorCode::TooLarge);
}

#[test]
fn a_date_is_written_as_http_writes_it() {
    let at = DateTime::from_timestamp(784_111_777, 0).unwrap();
    assert_eq!(date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
}

fn any_header() -> impl Strategy<Value = Option<String>> {
    let known = proptest::sample::select(vec![
        "1.0.0",
        BODY,
        "0",
        "18446744073709551616",
        "sha256 ",
        "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        "attachment_id MDE5OWExYjItMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx,sha256 YWI=",
    ]);
    prop_oneof![
        Just(None),
        known.prop_map(|text| Some(text.to_owned())),
        any::<String>().prop_map(Some),
        "[a-z0-9]{0,9} ?[A-Za-z0-9+/=,]{0,60}".prop_map(Some),
        "[0-9]{0,22}".prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in the headers, it is read or refused; and what is read keeps to its limits.
    #[test]
    fn no_header_upsets_the_reader(given in proptest::collection::vec(any_header(), 9), received: u64, size: u64) {
        let [resumable, length, defer_length, concat, metadata, offset, checksum, content_type, content_length] =
            <[Option<String>; 9]>::try_from(given).unwrap();
        let headers = Headers {
            resumable, length, defer_length, concat, metadata, offset, checksum, content_type, content_length,
        };
        prop_assert_eq!(headers.version().is_ok(), headers.resumable.as_deref() == Some(VERSION));
        if let Ok(announced) = headers.announced() {
            prop_assert!(announced.metadata.len() <= MOST_METADATA && headers.defer_length.is_none());
        }
        if let (Ok(from), Ok(bringing)) = (headers.from(), headers.bringing())
            && let Ok(room) = room(received, size, from, &bringing)
        {
            prop_assert!(from == received && room <= size);
            prop_assert!(bringing.announced.is_none_or(|bytes| bytes <= room));
        }
    }
}
