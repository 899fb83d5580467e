//! A route, inferred from its handler: how it is served, what it needs, and how it is described.
use crate::app::App;
use crate::incoming::{Incoming, request_id};
use crate::input::Input;
use crate::permit::{Allowed, Permit};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::sketch::Sketch;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, guard, web};
use futures_util::FutureExt;
use onsite_model::permission::Permission;
use schemars::generate::SchemaGenerator;
use serde_json::{Map, Value};
use std::future::Future;
use std::panic::AssertUnwindSafe;

/// Largest body of a request in bytes, where its route says nothing else.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// What can stand in the route table: `async fn(Allowed<P>, App, X) -> Result<R, Problem>`.
pub trait Handler<P: Permit, X, R>: Clone + 'static {
    fn call(&self, who: Allowed<P>, app: App, input: X) -> impl Future<Output = Result<R, Problem>>;
}

impl<F, Fut, P, X, R> Handler<P, X, R> for F
where
    F: Fn(Allowed<P>, App, X) -> Fut + Clone + 'static,
    Fut: Future<Output = Result<R, Problem>>,
    P: Permit,
{
    fn call(&self, who: Allowed<P>, app: App, input: X) -> impl Future<Output = Result<R, Problem>> {
        self(who, app, input)
    }
}

/// One line of the route table.
#[allow(missing_debug_implementations)]
pub struct Route {
    method: Method,
    path: String,
    about: &'static str,
    permission: Permission,
    body_limit: usize,
    sketch: fn(&mut Sketch<'_>),
    serve: Box<dyn Fn(usize) -> actix_web::Route>,
}

impl Route {
    pub fn get<P: Permit, X: Input, R: Reply>(
        path: impl Into<String>,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        Route::new(Method::GET, path.into(), handler)
    }

    pub fn options<P: Permit, X: Input, R: Reply>(
        path: impl Into<String>,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        Route::new(Method::OPTIONS, path.into(), handler)
    }

    pub fn post<P: Permit, X: Input, R: Reply>(
        path: impl Into<String>,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        Route::new(Method::POST, path.into(), handler)
    }

    pub fn patch<P: Permit, X: Input, R: Reply>(
        path: impl Into<String>,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        Route::new(Method::PATCH, path.into(), handler)
    }

    pub fn delete<P: Permit, X: Input, R: Reply>(
        path: impl Into<String>,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        Route::new(Method::DELETE, path.into(), handler)
    }

    fn new<P: Permit, X: Input, R: Reply>(
        method: Method,
        path: String,
        handler: impl Handler<P, X, R>,
    ) -> Route {
        let verb = method.clone();
        Route {
            method,
            path,
            about: "",
            permission: P::PERMISSION,
            body_limit: BODY_LIMIT,
            sketch: |sketch| {
                P::describe(sketch);
                X::describe(sketch);
                R::describe(sketch);
            },
            serve: Box::new(move |limit| {
                let handler = handler.clone();
                // Whoever may be answered a GET may ask for its head alone.
                let head = verb == Method::GET;
                let verb = verb.clone();
                web::route()
                    .guard(guard::fn_guard(move |ctx| {
                        ctx.head().method == verb || (head && ctx.head().method == Method::HEAD)
                    }))
                    .to(
                        move |request: HttpRequest, payload: web::Payload, app: web::Data<App>| {
                            answer(handler.clone(), request, payload, app.get_ref().clone(), limit)
                        },
                    )
            }),
        }
    }

    /// What it does, for the documentation: one sentence, then details.
    #[must_use]
    pub fn about(mut self, text: &'static str) -> Route {
        self.about = text;
        self
    }

    /// Largest body in bytes, where it isn't [`BODY_LIMIT`].
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Route {
        self.body_limit = bytes;
        self
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, with `{name}` for what varies.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn text(&self) -> &'static str {
        self.about
    }

    pub fn permission(&self) -> Permission {
        self.permission
    }

    pub fn largest_body(&self) -> usize {
        self.body_limit
    }

    /// The OpenAPI operation object.
    pub fn operation(&self, schemas: &mut SchemaGenerator) -> Map<String, Value> {
        let mut sketch = Sketch::new(schemas);
        (self.sketch)(&mut sketch);
        sketch.finish()
    }

    pub(crate) fn service(&self) -> actix_web::Route {
        (self.serve)(self.body_limit)
    }
}

async fn answer<P: Permit, X: Input, R: Reply>(
    handler: impl Handler<P, X, R>,
    request: HttpRequest,
    payload: web::Payload,
    app: App,
    limit: usize,
) -> HttpResponse {
    let id = request_id(&request);
    let work = AssertUnwindSafe(attempt(handler, request, payload, app, limit));
    let outcome = work.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Err(Problem::internal())
    });
    outcome.unwrap_or_else(|problem| problem.respond(&id))
}

/// Who, then what, then the work: nothing of a body is looked at for somebody who may not send it.
async fn attempt<P: Permit, X: Input, R: Reply>(
    handler: impl Handler<P, X, R>,
    request: HttpRequest,
    payload: web::Payload,
    app: App,
    limit: usize,
) -> Result<HttpResponse, Problem> {
    let mut incoming = Incoming::new(request, app.clone(), payload, limit, X::IGNORES_QUERY)?;
    let who = Allowed::<P>::admit(&mut incoming).await?;
    let input = X::extract(&mut incoming).await?;
    incoming.finish()?;
    handler.call(who, app, input).await?.respond()
}

#[cfg(test)]
#[path = "route_test.rs"]
mod tests;
