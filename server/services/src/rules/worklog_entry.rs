//! Worklog entries are signed by whoever writes them; the office may write down what somebody else did.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use onsite_model::invalid::Invalid;
use onsite_model::worklog_entry::WorklogEntry;

pub(super) fn before(cause: &Cause<'_>, is_new: bool, entry: &WorklogEntry) -> Result<Vec<Note>, Refusal> {
    let own = cause.author.user == Some(entry.author_id);
    let on_behalf = cause.author.origin == Origin::Server || !cause.author.is_scoped();
    if is_new && !own && !on_behalf {
        return Err(Invalid::new("author_id", "must be whoever writes the entry").into());
    }
    Ok(Vec::new())
}
