//! A list of assets with bad rows, brought in by the console's wizard.
use crate::{DISPATCHER, nobody_answers, play};
use onsite_tests::live::Demo;
use onsite_tests::{Database, Kind};
use serde_json::json;
use std::path::Path;

fn import(database: Option<&Database>) {
    let prepare = |_: &Demo, folder: &Path| {
        Ok(json!({ "dispatcher": DISPATCHER, "list": folder.join("data/assets.csv") }))
    };
    play(
        "import",
        database,
        &[],
        prepare,
        |demo, prepared, what, question| {
            if what != "what is there" {
                return nobody_answers(demo, prepared, what, question);
            }
            let mut found = demo.desk(DISPATCHER)?.all("/v1/assets?q=HB-9000")?;
            found.sort_by_key(|asset| asset["fields"]["tag"].to_string());
            let found = found.iter().map(|asset| {
                let fields = &asset["fields"];
                json!({ "tag": fields["tag"], "name": fields["name"], "version": asset["version"] })
            });
            Ok(found.collect())
        },
    );
}

#[test]
fn a_list_is_brought_in_once_on_sqlite() {
    import(None);
}

#[test]
fn a_list_is_brought_in_once_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        import(Some(&database));
    }
}
