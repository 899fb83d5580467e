#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used)]
use onsite_services::import::{self, *};
use onsite_services::author::*;
use onsite_services::house::House;
use onsite_model::sheet_content::Provider;
use onsite_model::language::Language;
use onsite_model::ids::new_id;
use onsite_store::*;
#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let format = Format::from_name(&args[1]).unwrap();
    let paths: Vec<std::path::PathBuf> = args[3..].iter().map(Into::into).collect();
    let address = Address::Sqlite(args[2].clone().into());
    migrate(&address).unwrap();
    let store = Store::open(address).unwrap();
    let now = chrono::DateTime::from_timestamp(1_795_334_400, 0).unwrap();
    for round in 0..2 {
        let rows = import::read_files(&paths, format, None).unwrap();
        if round == 0 { for r in &rows { if let Ok(d) = &r.read { println!("{} {} {:?}\n  {}\n  {}", r.at.file, d.key, d.whereabouts, serde_json::to_string(&d.fields).unwrap(), { let s = serde_json::to_string(&d.details.said).unwrap(); format!("{} bytes {}", s.len(), s.chars().take(1500).collect::<String>()) }); } } }
        let target = Target { client: std::env::var("CLIENT").ok(), site: None };
        let plan = store.read(move |db| import::plan(db, rows, &target)).await.unwrap();
        if round == 0 { println!("{}", plan.report().table(Language::En)); }
        let report = store.write(move |tx| {
            let house = House { provider: unsafe_provider(), public_url: "http://x".into(), sender: onsite_mail::Person{name:"x".into(),email:"x@example.com".into()}, window: chrono::TimeDelta::days(14), callback_after: chrono::TimeDelta::days(1), tag_prefix: "A".into(), secrets: std::sync::Arc::new(onsite_services::secrets::Secrets::derive(b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo").unwrap()) };
            let cause = Cause { author: &Author::SYSTEM, operation: new_id(now), occurred_at: now, now, house: &house };
            import::run(tx, &cause, &plan)
        }).await.unwrap();
        println!("{}", report.table(Language::ZhCn));
        println!("head {:?}", store.head());
    }
}
fn unsafe_provider() -> Provider { serde_json::from_value(serde_json::json!({"name":"p","address":"a","phone":"1"})).unwrap() }
