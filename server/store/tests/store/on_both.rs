//! One test body, two tests: `name::sqlite` and `name::postgres`.
use crate::database::{Database, Kind};

/// Runs a body on a database of its own.
pub(crate) fn run(kind: Kind, body: impl AsyncFnOnce(&Database)) {
    let Some(database) = Database::create(kind) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(body(&database));
}

/// Declares test bodies that take a `&Database`.
macro_rules! on_both {
    ($($(#[doc = $doc:literal])* fn $name:ident($database:ident) $body:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            async fn body($database: &$crate::database::Database) $body

            #[test]
            fn sqlite() {
                $crate::on_both::run($crate::database::Kind::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::on_both::run($crate::database::Kind::Postgres, body);
            }
        }
    )+};
}
