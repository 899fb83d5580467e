//! Calls of the callback desk.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, Write};
use crate::problem::Problem;
use crate::reply::Changed;
use crate::resource::Record;
use onsite_model::callback::Callback;
use onsite_services::callback::{self, Call};

pub async fn record_call(
    who: Allowed<Write<Callback>>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(call)): (Id, IfMatch, Once, Body<Call>),
) -> Result<Changed<Record<Callback>>, Problem> {
    let recorded = app.once(&who, once, move |tx, cause| {
        let applied = callback::record(tx, cause, id, &call, seen)?;
        Ok(Record::new(applied.row, tx.clock().epoch))
    });
    Ok(Changed(recorded.await?))
}
