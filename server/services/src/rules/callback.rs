//! Callbacks: a low score alerts the managers at once.
use crate::author::Cause;
use crate::error::ServiceError;
use crate::notify;
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
    let told =
        |score: Option<u8>, before: Option<u8>| score.filter(|score| *score <= LOW && before != Some(*score));
    if let Some(score) = told(callback.score, old.score) {
        notify::low_score(tx, cause, id, callback, score, callback.comment.as_deref())?;
    }
    if let Some(score) = told(callback.survey_score, old.survey_score) {
        notify::low_score(tx, cause, id, callback, score, callback.survey_comment.as_deref())?;
    }
    Ok(())
}
