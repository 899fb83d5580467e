//! Packed stamps, as they are and as they were.
use super::{pack, unpack};
use sync_protocol::merge::{Stamp, Stamps};
use uuid::Uuid;

fn stamps() -> Stamps {
    let stamp = |version, operation| Stamp {
        version,
        stream: Uuid::from_u128(7),
        operation: Uuid::from_u128(operation),
    };
    let fields = [
        ("at", stamp(3, 1)),
        ("kind", stamp(3, 1)),
        ("text", stamp(5, 2)),
        ("visit_id", stamp(3, 1)),
    ];
    fields.map(|(field, stamp)| (field.to_owned(), stamp)).into()
}

#[test]
fn what_was_packed_comes_back_and_says_each_stamp_once() {
    let packed = pack(&stamps()).unwrap();
    assert_eq!(packed.matches(&Uuid::from_u128(1).to_string()).count(), 1);
    assert_eq!(unpack(&packed).unwrap(), stamps());
    assert_eq!(unpack(&pack(&Stamps::new()).unwrap()).unwrap(), Stamps::new());
}

#[test]
fn a_row_that_was_written_before_is_read_as_it_was_then() {
    let by_field = serde_json::to_string(&stamps()).unwrap();
    assert_eq!(unpack(&by_field).unwrap(), stamps());
    assert!(unpack("[[1,2]]").is_err());
}
