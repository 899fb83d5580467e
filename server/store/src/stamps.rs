//! Stamps as a row keeps them. Most fields of a row were written by one operation, so each stamp stands there once, with
//! the fields that have it: a quarter of what it takes to say it of every field, in what is most of a new row's bytes.
use crate::error::StoreError;
use crate::json;
use std::collections::BTreeMap;
use sync_protocol::merge::{Stamp, Stamps};
use uuid::Uuid;

/// Version, stream, operation, and the fields they stamp.
type Packed<'a> = (u64, Uuid, Uuid, Vec<&'a str>);

/// # Errors
/// None that input can bring about.
pub(crate) fn pack(stamps: &Stamps) -> Result<String, StoreError> {
    let mut packed: Vec<Packed<'_>> = Vec::new();
    for (field, stamp) in stamps {
        let same = packed
            .iter_mut()
            .find(|(version, stream, operation, _)| (*version, *stream, *operation) == key(stamp));
        match same {
            Some((.., fields)) => fields.push(field),
            None => {
                let (version, stream, operation) = key(stamp);
                packed.push((version, stream, operation, vec![field]));
            }
        }
    }
    json::text(&packed)
}

fn key(stamp: &Stamp) -> (u64, Uuid, Uuid) {
    (stamp.version, stamp.stream, stamp.operation)
}

/// Reads what [`pack`] wrote, or stamps by field, as rows had them until November 2026.
///
/// # Errors
/// It is neither.
pub(crate) fn unpack(text: &str) -> Result<Stamps, serde_json::Error> {
    if text.starts_with('{') {
        return serde_json::from_str(text);
    }
    let packed: Vec<(u64, Uuid, Uuid, Vec<String>)> = serde_json::from_str(text)?;
    let stamps = packed
        .into_iter()
        .flat_map(|(version, stream, operation, fields)| {
            let stamp = Stamp {
                version,
                stream,
                operation,
            };
            fields.into_iter().map(move |field| (field, stamp.clone()))
        });
    Ok(stamps.collect::<BTreeMap<_, _>>())
}

#[cfg(test)]
#[path = "stamps_test.rs"]
mod tests;
