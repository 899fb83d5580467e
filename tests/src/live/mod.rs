//! The product as its users have it: the real binary in a process of its own, a real mail server, requests over
//! real HTTP, and a phone that is the client engine with a key.
pub mod api;
pub mod browser;
pub mod demo;
pub mod listener;
pub mod mailbox;
pub mod pocket;
pub mod process;

pub use api::{Answer, Api};
pub use demo::Demo;
pub use listener::Listener;
pub use mailbox::Mailbox;
pub use pocket::{Pocket, Prepared};
pub use process::Server;
