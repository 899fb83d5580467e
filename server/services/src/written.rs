//! What fields become: values in the one form they are stored in, and changes of sets and quantities worked out.
use crate::apply::Refusal;
use crate::error::ServiceError;
use onsite_model::entity::{EntityKind, Record};
use onsite_store::rows::StoredRow;
use serde_json::Value;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::merge::{add, unite};
use sync_protocol::policy::Policy;

/// The incoming values in the one form they are stored in, so that equal values are equal bytes: dates in UTC,
/// defaults written out. Set-valued fields keep their additions and removals.
pub(crate) fn normalised(row: &StoredRow, set: &Fields) -> Result<Fields, Refusal> {
    let spec = row.kind.spec();
    let is_change = |name: &str, value: &Value| match spec.policy(name) {
        Policy::Set => true,
        Policy::Delta => value.is_object(),
        _ => false,
    };
    let mut overlay = row.body.clone();
    for (name, value) in set {
        let now = overlay.get(name).unwrap_or(&Value::Null);
        let after = become_of(spec.policy(name), name, now, value)?;
        if after.is_null() {
            overlay.remove(name);
        } else {
            overlay.insert(name.clone(), after);
        }
    }
    let decoded = row.kind.decode(&overlay)?.fields();
    Ok(set
        .iter()
        .map(|(name, value)| {
            let known = spec.field(name).is_some() && !is_change(name, value);
            let value = if known {
                decoded.get(name).cloned().unwrap_or(Value::Null)
            } else {
                value.clone()
            };
            (name.clone(), value)
        })
        .collect())
}

/// What a field that is `now` becomes when it is set to `value`, which says by its form what changes of a set or of
/// a quantity.
///
/// # Errors
/// The form is not one that the field takes.
pub(crate) fn become_of(
    policy: Policy,
    name: &str,
    now: &Value,
    value: &Value,
) -> Result<Value, ServiceError> {
    let (changed, detail) = match policy {
        Policy::Set => (
            unite(now, value),
            r#"takes a list, or {"add": […], "remove": […]}"#,
        ),
        Policy::Delta if value.is_object() => (add(now, value), r#"takes a number, or {"by": …}"#),
        _ => return Ok(value.clone()),
    };
    changed.ok_or_else(|| ServiceError::new(ErrorCode::Invalid, detail).field(name))
}

/// A new row starts in the first state of its machine, or one step from it.
pub(crate) fn starts_well(kind: EntityKind, set: &Fields, record: &Record) -> Result<(), Refusal> {
    for field in kind.spec().fields {
        let Policy::Status(legal) = field.policy else {
            continue;
        };
        let mut without = set.clone();
        without.remove(field.name);
        let first = kind.decode(&without)?.fields();
        let wanted = record.fields();
        let state = |fields: &Fields| {
            fields
                .get(field.name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (first, wanted) = (state(&first), state(&wanted));
        if first != wanted && !legal(&first, &wanted) {
            let detail = format!("a new {} can't be {wanted}", kind.name());
            return Err(ServiceError::new(ErrorCode::IllegalTransition, detail)
                .field(field.name)
                .into());
        }
    }
    Ok(())
}
