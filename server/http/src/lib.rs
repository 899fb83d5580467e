//! The web layer: actix lives only here. Handlers take what they need as types, call one use case and answer; one
//! table ([`routes::table`]) lists them all.
pub mod app;
mod cache;
#[cfg(test)]
mod decoders_test;
mod envelope;
pub mod handlers;
pub mod incoming;
mod inflate;
pub mod input;
mod live;
mod openapi;
pub mod page;
mod paper;
pub mod permit;
pub mod problem;
mod reference;
pub mod reply;
pub mod resource;
pub mod route;
pub mod routes;
mod server;
pub mod sketch;
mod trusted_proxies;
mod tus;
mod web_files;

pub use app::{App, AppState, Limits};
pub use server::{Tls, serve};
pub use trusted_proxies::{Network, TrustedProxies};

/// The OpenAPI 3.1 document of the API.
pub fn openapi() -> &'static serde_json::Value {
    openapi::document()
}
