//! What a route does when its handler fails in ways no handler should.
#![allow(clippy::unwrap_used, clippy::panic)]
use super::Route;
use crate::app::{App, AppState, Limits};
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::NoContent;
use actix_web::{App as Actix, test, web};
use chrono::TimeDelta;
use onsite_files::BlobStore;
use onsite_mail::Person;
use onsite_model::clock;
use onsite_model::sheet_content::Provider;
use onsite_services::house::House;
use onsite_services::secrets::Secrets;
use onsite_store::{Address, Store, migrate};
use std::sync::Arc;
use tempfile::TempDir;

async fn panics(_who: Allowed<Public>, _app: App, (): ()) -> Result<NoContent, Problem> {
    panic!("the password is 1234");
}

fn app(folder: &TempDir) -> App {
    let address = Address::Sqlite(folder.path().join("onsite.db"));
    migrate(&address).unwrap();
    App::new(AppState {
        store: Store::open(address).unwrap(),
        house: House {
            provider: Provider::default(),
            public_url: "https://onsite.example".to_owned(),
            sender: Person {
                name: String::new(),
                email: "office@example.com".to_owned(),
            },
            window: TimeDelta::days(14),
            callback_after: TimeDelta::days(1),
            archive_after: TimeDelta::days(365),
            tag_prefix: "OS-".to_owned(),
            secrets: Arc::new(Secrets::derive(b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo").unwrap()),
        },
        clock: clock::system(),
        blobs: BlobStore::local(&folder.path().join("files")).unwrap(),
        limits: Limits::default(),
        mailer: None,
        jobs: Arc::default(),
        local_authority: None,
        stopping: tokio::sync::watch::channel(false).1,
    })
}

#[actix_web::test]
async fn a_panic_is_a_refusal_that_tells_nothing() {
    let folder = TempDir::new().unwrap();
    let route = Route::get("/panics", panics);
    let service = test::init_service(
        Actix::new()
            .app_data(web::Data::new(app(&folder)))
            .route(route.path(), route.service()),
    )
    .await;
    let answer = test::call_service(&service, test::TestRequest::get().uri("/panics").to_request()).await;
    assert_eq!(answer.status(), 500);
    let problem: serde_json::Value = test::read_body_json(answer).await;
    assert_eq!(problem["code"], "internal");
    assert!(!problem.to_string().contains("1234"));
}
