//! Callbacks: a low score alerts the managers at once and opens a complaint.
use crate::author::Cause;
use crate::error::ServiceError;
use crate::{complaint, notify};
use onsite_model::callback::Callback;
use onsite_store::Tx;
use uuid::Uuid;

/// Scores up to this alert.
const LOW: u8 = 2;

pub(super) fn after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: &Callback,
    callback: &Callback,
) -> Result<(), ServiceError> {
    let low =
        |score: Option<u8>, before: Option<u8>| score.filter(|score| *score <= LOW && before != Some(*score));
    for (score, comment) in [
        (low(callback.score, old.score), &callback.comment),
        (
            low(callback.survey_score, old.survey_score),
            &callback.survey_comment,
        ),
    ] {
        if let Some(score) = score {
            let said = (score, comment.as_deref());
            notify::low_score(tx, cause, id, callback, said)?;
            complaint::open_for_score(tx, cause, id, callback, said)?;
        }
    }
    Ok(())
}
