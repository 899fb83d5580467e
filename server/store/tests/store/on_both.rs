//! One test body, two tests: `name::sqlite` and `name::postgres`.
use onsite_store::scratch::{Kind, Scratch};

/// Runs a body on a database of its own.
pub(crate) fn run(kind: Kind, body: impl AsyncFnOnce(&Scratch)) {
    let Some(database) = Scratch::create(kind) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(body(&database));
}

/// Declares test bodies that take a `&Scratch`.
macro_rules! on_both {
    ($($(#[doc = $doc:literal])* fn $name:ident($database:ident) $body:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($database: &onsite_store::scratch::Scratch) $body

            #[test]
            fn sqlite() {
                $crate::on_both::run(onsite_store::scratch::Kind::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::on_both::run(onsite_store::scratch::Kind::Postgres, body);
            }
        }
    )+};
}
