//! Everything of a client comes out again.
use crate::world::{World, on_each_database, rows_in, rows_of};
use onsite_model::entity::EntityKind;
use onsite_model::ids::new_id;
use onsite_services::export::Export;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::OperationKind;
use uuid::Uuid;

fn bytes<'a>(export: &'a Export, name: &str) -> &'a [u8] {
    let file = export.files.iter().find(|file| file.name == name);
    &file.unwrap_or_else(|| panic!("no {name}")).bytes
}

/// The lines of a CSV file, each as column → cell.
fn lines(export: &Export, name: &str) -> Vec<Fields> {
    let bytes = bytes(export, name);
    assert_eq!(
        &bytes[..3],
        "\u{feff}".as_bytes(),
        "spreadsheet programs need the mark"
    );
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    let header = reader.headers().unwrap().clone();
    let columns: BTreeSet<&str> = header.iter().collect();
    assert_eq!(columns.len(), header.len(), "{name} has a column twice");
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let cells = header.iter().zip(record.iter());
            cells
                .map(|(column, cell)| (column.to_owned(), Value::from(cell)))
                .collect()
        })
        .collect()
}

async fn create(world: &World, kind: EntityKind, fields: Value) -> Uuid {
    let id = new_id(crate::world::at(3));
    let Value::Object(set) = fields else {
        panic!("fields are an object")
    };
    world
        .apply(world.author(), OperationKind::Create, kind, id, set)
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn every_asset_of_the_client_and_none_of_another() {
    on_each_database(async |world: &World| {
        world.import(rows_of("snipe_it/assets.csv"), None).await;
        world.import(rows_of("snipe_it/assets_zh.csv"), None).await;
        let client = world
            .find(EntityKind::Client, "name", "海风贸易有限公司")
            .await
            .id;
        let export = world.export(client).await.unwrap();

        let assets = lines(&export, "assets.csv");
        let tags: BTreeSet<&str> = assets.iter().map(|line| line["tag"].as_str().unwrap()).collect();
        assert_eq!(tags, BTreeSet::from(["SH-0001", "SH-0002", "SH-0003"]));
        let first = assets.iter().find(|line| line["tag"] == "SH-0001").unwrap();
        assert_eq!(first["site"], "上海总部", "names stand beside ids");
        assert_eq!(first["notes"], "放在前台左侧\n钥匙找王经理");
        assert_eq!(lines(&export, "sites.csv").len(), 2);
        assert_eq!(lines(&export, "clients.csv").len(), 1);

        let whole: Value = serde_json::from_slice(bytes(&export, "client.json")).unwrap();
        let rows = whole["rows"].as_array().unwrap();
        let kept: BTreeSet<&str> = rows
            .iter()
            .filter_map(|row| row["body"]["tag"].as_str())
            .collect();
        assert_eq!(kept, tags);
        let asset = rows.iter().find(|row| row["body"]["tag"] == "SH-0001").unwrap();
        assert_eq!(asset["body"]["details"]["columns"]["Supplier"], "京东", "in full");
        let writes = whole["history"].as_array().unwrap();
        assert!(writes.iter().any(|write| write["row_id"] == asset["id"]));
    })
    .await;
}

#[tokio::test]
async fn cells_do_not_run_as_formulas() {
    on_each_database(async |world: &World| {
        let csv = "Company,Asset Tag,Name,Notes\nAcme,T-1,@SUM(A1),=1+2\nAcme,T-2,-12.5,+86 21 5555\nAcme,T-3,a=b,-cmd\nAcme,T-4,＝1,＠x\nAcme,T-5,＋1,－1\n";
        world.import(rows_in("list.csv", csv), None).await;
        let client = world.find(EntityKind::Client, "name", "Acme").await.id;
        let export = world.export(client).await.unwrap();
        let mut cells: Vec<(String, String)> = lines(&export, "assets.csv")
            .iter()
            .map(|line| (line["name"].as_str().unwrap().to_owned(), line["notes"].as_str().unwrap().to_owned()))
            .collect();
        cells.sort();
        let mut expected = [("'@SUM(A1)", "'=1+2"), ("-12.5", "'+86 21 5555"), ("a=b", "'-cmd"), ("'＋1", "'－1"), ("'＝1", "'＠x")];
        expected.sort_unstable();
        assert_eq!(cells, expected.map(|(name, notes)| (name.to_owned(), notes.to_owned())));
    })
    .await;
}

#[tokio::test]
async fn tickets_visits_and_answers_with_their_words() {
    on_each_database(async |world: &World| {
        let (client, site) = world.client("Acme", "ACME", "HQ").await;
        let asset = world.asset(site, &[("name", "SW-1"), ("kind", "switch"), ("tag", "T-1")]).await;
        let contact = create(world, EntityKind::Contact, json!({ "client_id": client, "name": "王芳" })).await;
        let ticket = create(
            world,
            EntityKind::Ticket,
            json!({ "client_id": client, "title": "No network", "contact_id": contact, "asset_ids": [asset] }),
        )
        .await;
        create(
            world,
            EntityKind::WorklogEntry,
            json!({ "ticket_id": ticket, "author_id": world.dispatcher, "kind": "note", "at": "2026-11-22T08:00:00Z", "text": "called" }),
        )
        .await;
        let visit = create(
            world,
            EntityKind::Visit,
            json!({ "client_id": client, "site_id": site, "contact_id": contact, "kind": "routine", "purpose": "巡检",
                    "planned_start": "2026-11-23T01:00:00Z", "planned_end": "2026-11-23T03:00:00Z" }),
        )
        .await;
        let template = new_id(crate::world::at(3));
        let label = |en: &str, zh: &str| json!({ "en": en, "zh-CN": zh });
        let set = json!({
            "family_id": template, "version": 1, "name": label("Switch", "交换机"), "asset_kind": "switch",
            "sections": [{ "title": label("Ports", "端口"), "items": [
                { "key": "uplink", "label": label("Uplink", "上联"), "answer": "check" },
                { "key": "fans", "label": label("Fans", "风扇"), "answer": "check" },
            ] }],
        });
        let Value::Object(set) = set else { panic!() };
        let system = onsite_services::author::Author::SYSTEM;
        world
            .apply(system, OperationKind::Create, EntityKind::ChecklistTemplate, template, set)
            .await
            .unwrap();
        let inspection = create(
            world,
            EntityKind::Inspection,
            json!({ "visit_id": visit, "asset_id": asset, "template_id": template }),
        )
        .await;
        let answer = onsite_model::inspection_answer::InspectionAnswer::id(inspection, "uplink");
        let set = json!({ "inspection_id": inspection, "item": "uplink", "outcome": "fail", "note": "松动" });
        let Value::Object(set) = set else { panic!() };
        world
            .apply(world.author(), OperationKind::Create, EntityKind::InspectionAnswer, answer, set)
            .await
            .unwrap();

        let export = world.export(client).await.unwrap();
        let tickets = lines(&export, "tickets.csv");
        assert_eq!((&tickets[0]["contact"], &tickets[0]["assets"]), (&json!("王芳"), &json!("T-1 · SW-1")));
        assert_eq!(lines(&export, "worklog.csv")[0]["author"], "周敏");
        assert_eq!(lines(&export, "visits.csv")[0]["site"], "HQ");
        let answers = lines(&export, "inspections.csv");
        assert_eq!(answers.len(), 2, "an unanswered question is there too");
        assert_eq!(answers[0]["label"], "上联 / Uplink");
        assert_eq!((&answers[0]["outcome"], &answers[0]["note"]), (&json!("fail"), &json!("松动")));
        assert_eq!((&answers[1]["item"], &answers[1]["outcome"]), (&json!("fans"), &json!("")));
        assert_eq!(answers[0]["asset"], "T-1 · SW-1");
    })
    .await;
}

#[tokio::test]
async fn deleted_rows_are_in_the_json_alone() {
    on_each_database(async |world: &World| {
        let (client, site) = world.client("Acme", "ACME", "HQ").await;
        let asset = world.asset(site, &[("name", "gone"), ("kind", "other")]).await;
        world.delete(EntityKind::Asset, asset).await;
        let export = world.export(client).await.unwrap();
        assert!(lines(&export, "assets.csv").is_empty());
        let whole: Value = serde_json::from_slice(bytes(&export, "client.json")).unwrap();
        let rows = whole["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["id"] == json!(asset)).unwrap();
        assert_eq!(row["deleted"], true);

        let unknown = world.export(site).await.unwrap_err();
        assert_eq!(unknown.code, ErrorCode::NotFound, "a site is no client");
    })
    .await;
}
