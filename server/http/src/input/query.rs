//! Parameters in the query, and the two every list takes.
use super::Input;
use super::shape::Shape;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Rows of a page where the client names no number.
const DEFAULT_LIMIT: u32 = 50;

/// Most rows of a page.
pub const MAX_LIMIT: u32 = 200;

/// A struct of parameters. Several may stand side by side; a parameter that none of them knows is refused.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> Input for Query<T> {
    async fn extract(incoming: &mut Incoming) -> Result<Query<T>, Problem> {
        let shape = Shape::of::<T>();
        let text = incoming.query(shape.fields().cloned());
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Query)
            .map_err(|error| {
                let path = error.path().to_string();
                let problem = Problem::malformed(error.into_inner().to_string());
                if path == "." {
                    problem
                } else {
                    problem.field(&path)
                }
            })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.query::<T>();
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}

/// Where a list goes on, and how much of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct PagingQuery {
    /// `next` of the page before, unread; absent for the first page.
    #[serde(default)]
    after: Option<String>,
    /// Rows a page, 1 to 200; 50 where it is absent.
    #[serde(default)]
    limit: Option<u32>,
}

/// Where a list goes on, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    after: Option<Vec<u8>>,
    /// 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Paging {
    /// The last row of the page before, of a list in the order of ids.
    ///
    /// # Errors
    /// The cursor is none of this list's.
    pub fn after_id(&self) -> Result<Option<Uuid>, Problem> {
        let id = |bytes: &Vec<u8>| Uuid::from_slice(bytes).map_err(|_| bad_cursor());
        self.after.as_ref().map(id).transpose()
    }

    /// The last entry of the page before, of a list in the order of numbers; 0 for the first page.
    ///
    /// # Errors
    /// The cursor is none of this list's.
    pub fn after_number(&self) -> Result<u64, Problem> {
        let Some(bytes) = &self.after else { return Ok(0) };
        let number = bytes.as_slice().try_into().map(u64::from_be_bytes).ok();
        number
            .filter(|number| *number <= i64::MAX as u64)
            .ok_or_else(bad_cursor)
    }
}

/// The place in a list that a cursor stands for.
///
/// # Errors
/// The cursor is none of a list's.
pub(crate) fn decoded<T: DeserializeOwned>(paging: &Paging) -> Result<Option<T>, Problem> {
    let place = |bytes: &Vec<u8>| serde_json::from_slice(bytes).map_err(|_| bad_cursor());
    paging.after.as_ref().map(place).transpose()
}

/// The cursor behind a row.
pub fn cursor(last: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(last)
}

impl Input for Paging {
    async fn extract(incoming: &mut Incoming) -> Result<Paging, Problem> {
        let Query(PagingQuery { after, limit }) = Query::extract(incoming).await?;
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::new(ErrorCode::Invalid, format!("1 to {MAX_LIMIT}")).field("limit"));
        }
        let decode = |text: String| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| bad_cursor());
        Ok(Paging {
            after: after.map(decode).transpose()?,
            limit,
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.query::<PagingQuery>();
        sketch.fails_with(&[ErrorCode::BadCursor, ErrorCode::Invalid]);
    }
}

fn bad_cursor() -> Problem {
    Problem::new(ErrorCode::BadCursor, "start again from the first page").field("after")
}
