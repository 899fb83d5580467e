//! The parameters of a list, as its entity declares them.
use super::Input;
use super::query::{Paging, Query, cursor, decoded};
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_model::listing::Listed;
use onsite_services::list::{Place, Wanted, parameters};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use std::collections::HashMap;
use std::marker::PhantomData;
use sync_protocol::codes::ErrorCode;

/// Which rows, in which order.
#[derive(Debug)]
pub struct Narrowed<E> {
    pub wanted: Wanted,
    entity: PhantomData<E>,
}

impl<E: Listed> Input for Narrowed<E> {
    async fn extract(incoming: &mut Incoming) -> Result<Narrowed<E>, Problem> {
        let known = parameters::<E>().into_iter().map(|parameter| parameter.name);
        let text = incoming.query(known).to_owned();
        let given: HashMap<String, String> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Ok(Narrowed {
            wanted: Wanted::of::<E>(&given)?,
            entity: PhantomData,
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        for parameter in parameters::<E>() {
            if let Ok(schema) = Schema::try_from(parameter.schema) {
                sketch.parameter("query", &parameter.name, false, &parameter.about, &schema);
            }
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Totalled {
    /// Whether the page tells how many there are on all pages.
    #[serde(default)]
    total: bool,
}

/// One page of a list.
#[derive(Debug)]
pub struct ListPage<E> {
    pub wanted: Wanted,
    pub after: Option<Place>,
    /// 1 to [`super::query::MAX_LIMIT`].
    pub limit: u32,
    pub total: bool,
    entity: PhantomData<E>,
}

impl<E: Listed> Input for ListPage<E> {
    async fn extract(incoming: &mut Incoming) -> Result<ListPage<E>, Problem> {
        let paging = Paging::extract(incoming).await?;
        let Query(Totalled { total }) = Query::extract(incoming).await?;
        let narrowed = Narrowed::<E>::extract(incoming).await?;
        Ok(ListPage {
            wanted: narrowed.wanted,
            after: decoded(&paging)?,
            limit: paging.limit,
            total,
            entity: PhantomData,
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        Paging::describe(sketch);
        sketch.query::<Totalled>();
        Narrowed::<E>::describe(sketch);
        sketch.fails_with(&[ErrorCode::BadCursor]);
    }
}

/// What goes on behind a place.
///
/// # Errors
/// It can't be written down, which is a fault of ours.
pub fn next(place: &Place) -> Result<String, Problem> {
    let bytes = serde_json::to_vec(place).map_err(|error| {
        tracing::error!(%error, "a place in a list can't be written as JSON");
        Problem::internal()
    })?;
    Ok(cursor(&bytes))
}
