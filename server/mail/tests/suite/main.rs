//! The mail crate through its public surface: words, calendar entries, messages, and delivery to a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calendar_test;
mod delivery_test;
mod message_test;
mod render_test;
mod retry_test;
mod samples;
mod sink;
mod template_test;
