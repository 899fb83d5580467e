//! Inputs of handlers: each reads its part of the request, or refuses it, and says what it expects.
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use std::future::Future;

pub mod body;
pub mod brand;
pub mod client_address;
pub mod form;
pub mod if_match;
pub mod list;
pub mod local_authority;
pub mod multipart;
pub mod once;
pub mod path;
pub mod proof;
pub mod query;
pub mod raw;
pub mod reader;
pub mod seen;
mod shape;
pub(crate) mod strict_json;
pub mod tongue;
pub mod tus;
pub mod visitor;
pub mod web_copy;

/// A part of a request as a handler takes it. Several together are a tuple.
pub trait Input: Sized + 'static {
    /// Whether any query is let by unread: launchers and mail programs add parameters of their own to a page's address.
    const IGNORES_QUERY: bool = false;

    /// # Errors
    /// The request has no such part, or not in the documented shape.
    fn extract(incoming: &mut Incoming) -> impl Future<Output = Result<Self, Problem>>;

    fn describe(sketch: &mut Sketch<'_>);
}

impl Input for () {
    async fn extract(_incoming: &mut Incoming) -> Result<(), Problem> {
        Ok(())
    }

    fn describe(_sketch: &mut Sketch<'_>) {}
}

macro_rules! tuples {
    ($(($($part:ident),+);)+) => {
        $(impl<$($part: Input),+> Input for ($($part,)+) {
            const IGNORES_QUERY: bool = $($part::IGNORES_QUERY)||+;

            async fn extract(incoming: &mut Incoming) -> Result<Self, Problem> {
                Ok(($($part::extract(incoming).await?,)+))
            }

            fn describe(sketch: &mut Sketch<'_>) {
                $($part::describe(sketch);)+
            }
        })+
    };
}

tuples! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
}
