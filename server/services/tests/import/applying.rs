//! Imports that are run: what stands in the database after them, and after the second time.
use crate::world::{World, drafts_of, on_each_database, rows_in, rows_of};
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_services::author::Author;
use onsite_services::import::{self, Outcome, Plan, Reason, Report, Row, Source, Why};
use onsite_store::history;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

const LAPTOP: &str = "snipe_it/assets.csv";

fn changed(report: &Report, row: usize) -> Vec<&str> {
    report.rows[row]
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect()
}

/// A row of the glpi fixture with something changed.
fn inventory(name: &str, change: impl Fn(&mut import::Draft)) -> Vec<Row> {
    let mut rows = rows_of(name);
    for row in &mut rows {
        let draft = row.read.as_mut().unwrap();
        change(draft);
    }
    rows
}

#[tokio::test]
async fn the_same_files_twice_change_nothing() {
    on_each_database(async |world: &World| {
        let list = world.import(rows_of(LAPTOP), None).await;
        assert_eq!((list.counts.created, list.counts.refused), (5, 0), "{list:?}");
        assert!(list.applied);
        let client = world.find(EntityKind::Client, "name", "海风贸易有限公司").await;
        world
            .edit(EntityKind::Client, client.id, "code", json!("HAIFENG"))
            .await;
        let folder =
            || import::read_files(&[crate::world::fixture("glpi")], import::Format::Glpi, None).unwrap();
        let target = || import::Target {
            client: None,
            site: Some("上海总部".to_owned()),
        };
        let plan = world.try_plan(folder(), target()).await.unwrap();
        let inventories = world.run(plan).await;
        assert_eq!(
            (inventories.counts.created, inventories.counts.duplicate),
            (12, 1),
            "{inventories:?}"
        );

        let head = world.head();
        assert_eq!(world.import(rows_of(LAPTOP), None).await.counts.unchanged, 5);
        let plan = world.try_plan(folder(), target()).await.unwrap();
        assert_eq!(world.run(plan).await.counts.unchanged, 12);
        assert_eq!(world.head(), head, "no new version of anything");
        assert_eq!(world.all(EntityKind::Asset).await.len(), 17);
    })
    .await;
}

#[tokio::test]
async fn rows_stand_in_the_database_as_the_file_says() {
    on_each_database(async |world: &World| {
        world.import(rows_of(LAPTOP), None).await;
        let asset = world.find(EntityKind::Asset, "tag", "NL-100").await;
        let site = world.find(EntityKind::Site, "name", "Shanghai, Jing'an").await;
        let client = world
            .find(EntityKind::Client, "name", "Nordlicht, Yang & Partner")
            .await;
        assert_eq!(asset.body["site_id"], json!(site.id));
        assert_eq!(site.body["client_id"], json!(client.id));
        assert_eq!(
            site.body["address"], "Shanghai, Jing'an",
            "a location without an address is its own"
        );
        assert_eq!(client.body["language"], "en");
        assert_eq!(
            world
                .find(EntityKind::Client, "name", "海风贸易有限公司")
                .await
                .body["language"],
            "zh-CN"
        );
        assert_eq!(asset.body["source"], "snipe_it");
        assert_eq!(asset.body["source_key"], "NL-100");
        assert_eq!(asset.body["details"]["columns"]["Order Number"], "77");

        let id = asset.id;
        let writes = world
            .store
            .read(move |db| history::of_row(db, id, 10))
            .await
            .unwrap();
        assert_eq!(
            writes[0].user_id,
            Some(world.dispatcher),
            "history names who imported"
        );
        assert_eq!(writes[0].stream, Source::SnipeIt.stream());
    })
    .await;
}

#[tokio::test]
async fn a_changed_file_changes_what_it_gave_and_keeps_what_people_set() {
    on_each_database(async |world: &World| {
        let first = "Company,Location,Asset Tag,Name,Notes,Status\nAcme,HQ,T-1,Old name,one,Deployed\n";
        world.import(rows_in("list.csv", first), None).await;
        let asset = world.find(EntityKind::Asset, "tag", "T-1").await.id;
        world
            .edit(EntityKind::Asset, asset, "name", json!("Named by hand"))
            .await;

        let second = "Company,Location,Asset Tag,Name,Notes,Status\nAcme,Annex,T-1,New name,,Archived\n";
        let report = world.import(rows_in("list.csv", second), None).await;
        let row = &report.rows[0];
        assert_eq!(row.outcome, Outcome::Updated);
        assert_eq!(row.new_places.len(), 1);
        assert_eq!(
            changed(&report, 0),
            ["details.columns", "notes", "site_id", "status"]
        );
        assert_eq!(row.kept.len(), 1);
        assert_eq!(
            (row.kept[0].field.as_str(), row.kept[0].why),
            ("name", Why::ByHand)
        );
        assert_eq!(row.kept[0].file_says, "New name");

        let now = world.find(EntityKind::Asset, "tag", "T-1").await;
        assert_eq!(now.body["name"], "Named by hand");
        assert_eq!(now.body["status"], "retired");
        assert_eq!(
            now.body.get("notes"),
            None,
            "a cell that was emptied empties the field"
        );
        let annex = world.find(EntityKind::Site, "name", "Annex").await;
        assert_eq!(now.body["site_id"], json!(annex.id));
        assert_eq!(now.bucket, annex.bucket, "it moved with its site");

        // Back at what the import had given, the field is the import's again.
        world
            .edit(EntityKind::Asset, asset, "name", json!("Old name"))
            .await;
        let report = world.import(rows_in("list.csv", second), None).await;
        assert_eq!(changed(&report, 0), ["name"]);
    })
    .await;
}

#[tokio::test]
async fn a_list_and_an_inventory_describe_one_machine_together() {
    on_each_database(async |world: &World| {
        let csv = "Company,Location,Asset Tag,Name,Serial,Supplier\nAcme,HQ,T-9,Chen's laptop,PF4XK7QW,JD\n";
        world.import(rows_in("list.csv", csv), None).await;
        // No target is needed: the asset is known by its serial number.
        let laptop = || {
            inventory("glpi/laptop.json", |draft| {
                draft.whereabouts = import::Whereabouts::Tagged(None);
            })
        };
        let report = world.import(laptop(), None).await;
        assert_eq!(report.rows[0].outcome, Outcome::Updated, "{report:?}");
        let kept = &report.rows[0].kept;
        assert_eq!(
            (kept.len(), kept[0].field.as_str(), kept[0].why),
            (1, "name", Why::By(Source::SnipeIt))
        );
        let asset = world.find(EntityKind::Asset, "tag", "T-9").await;
        assert_eq!(asset.body["name"], "Chen's laptop");
        assert_eq!(
            asset.body["manufacturer"], "LENOVO",
            "a field nobody had given is filled"
        );
        assert_eq!(asset.body["details"]["columns"]["Supplier"], "JD");
        assert_eq!(asset.body["details"]["hardware"]["memory_mib"], 16384);
        assert_eq!(asset.body["source"], "snipe_it");

        let head = world.head();
        world.import(rows_in("list.csv", csv), None).await;
        world.import(laptop(), None).await;
        assert_eq!(world.head(), head, "neither undoes the other");
        assert_eq!(world.all(EntityKind::Asset).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_asset_counted_by_hand_is_adopted_not_doubled() {
    on_each_database(async |world: &World| {
        let (_, site) = world.client("海风贸易有限公司", "HAIFENG", "上海总部").await;
        let by_serial = world
            .asset(
                site,
                &[("name", "counted"), ("kind", "laptop"), ("serial", "PF4XK7QW")],
            )
            .await;
        let by_label = world
            .asset(
                site,
                &[("name", "label"), ("kind", "printer"), ("tag", "SH-0003")],
            )
            .await;
        world.import(rows_of("glpi/laptop.json"), None).await;
        world.import(rows_of(LAPTOP), None).await;
        let laptop = world
            .find(EntityKind::Asset, "source_key", "lp-chenhua-2025-03-02-09-14-55")
            .await;
        assert_eq!(laptop.id, by_serial);
        assert_eq!(laptop.body["name"], "counted");
        assert_eq!(laptop.body["model"], "ThinkPad T14 Gen 3");
        assert_eq!(
            world.find(EntityKind::Asset, "source_key", "SH-0003").await.id,
            by_label
        );
        assert_eq!(world.all(EntityKind::Asset).await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn part_of_an_inventory_and_an_older_one() {
    on_each_database(async |world: &World| {
        world.client("海风贸易有限公司", "haifeng", "上海总部").await;
        world.import(rows_of("glpi/laptop.json"), None).await;
        let report = world.import(rows_of("glpi/laptop_part.json"), None).await;
        assert_eq!(changed(&report, 0), ["details.agent", "details.software"]);
        let asset = world.find(EntityKind::Asset, "name", "LP-CHENHUA").await;
        assert_eq!(asset.body["kind"], "laptop");
        assert_eq!(
            asset.body["details"]["software"],
            json!([
                { "name": "7-Zip", "version": "24.08", "publisher": "Igor Pavlov" }
            ])
        );
        assert_eq!(
            asset.body["details"]["hardware"]["cpu"][0]["cores"], 12,
            "the rest stands"
        );

        let older = inventory("glpi/laptop.json", |draft| {
            draft.as_of = Some("2026-01-01 00:00:00".to_owned());
        });
        let report = world.import(older, None).await;
        assert_eq!(report.rows[0].outcome, Outcome::Unchanged);
        assert!(matches!(
            report.rows[0].problem.as_ref().unwrap().reason,
            Reason::Older { .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn the_office_may_rename_and_delete_what_an_import_made() {
    on_each_database(async |world: &World| {
        let csv = "Company,Location,Asset Tag\nAcme,HQ,T-1\nAcme,HQ,T-2\nGone Ltd,HQ,T-3\n";
        world.import(rows_in("list.csv", csv), None).await;
        let client = world.find(EntityKind::Client, "name", "Acme").await.id;
        let site = world.find(EntityKind::Asset, "tag", "T-1").await.body["site_id"].clone();
        let site: Uuid = serde_json::from_value(site).unwrap();
        world
            .edit(EntityKind::Client, client, "name", json!("Acme Holding"))
            .await;
        world
            .edit(EntityKind::Site, site, "name", json!("Headquarters"))
            .await;
        world
            .delete(
                EntityKind::Asset,
                world.find(EntityKind::Asset, "tag", "T-2").await.id,
            )
            .await;

        let head = world.head();
        let report = world.import(rows_in("list.csv", csv), None).await;
        let outcomes: Vec<Outcome> = report.rows.iter().map(|row| row.outcome).collect();
        assert_eq!(
            outcomes,
            [Outcome::Unchanged, Outcome::Refused, Outcome::Unchanged]
        );
        assert_eq!(report.rows[0].client.as_deref(), Some("Acme Holding"));
        let problem = report.rows[1].problem.as_ref().unwrap();
        assert_eq!(problem.reason, Reason::DeletedHere { noun: "asset" });
        assert_eq!(world.head(), head);
    })
    .await;
}

#[tokio::test]
async fn another_clients_asset_does_not_move_over() {
    on_each_database(async |world: &World| {
        world
            .import(rows_in("a.csv", "Company,Asset Tag\nAcme,0001\n"), None)
            .await;
        let report = world
            .import(rows_in("b.csv", "Company,Asset Tag\nBeta,0001\n"), None)
            .await;
        let problem = report.rows[0].problem.clone().unwrap();
        assert_eq!(
            problem.reason,
            Reason::OtherClient {
                client: "Acme".to_owned()
            }
        );
        assert_eq!(problem.column.as_deref(), Some("Company"));
        assert_eq!(
            world.all(EntityKind::Client).await.len(),
            1,
            "and no client is made for it"
        );
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_the_plan_is_refused_and_leaves_the_others_be() {
    on_each_database(async |world: &World| {
        let list = |name: &str| {
            let rows = format!(
                "Company,Asset Tag,Name\nAcme,T-1,{name} 1\nAcme,T-2,{name} 2\nNew Ltd,T-3,{name} 3\n"
            );
            rows_in("list.csv", &rows)
        };
        world.import(list("first"), None).await;
        let plan = world.plan(list("second"), None).await;
        let asset = world.find(EntityKind::Asset, "tag", "T-1").await.id;
        world
            .edit(EntityKind::Asset, asset, "name", json!("meanwhile"))
            .await;
        let report = world.run(plan).await;
        let outcomes: Vec<Outcome> = report.rows.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Outcome::Refused, Outcome::Updated, Outcome::Updated]);
        assert_eq!(
            report.rows[0].problem.as_ref().unwrap().column.as_deref(),
            Some("Name")
        );
        let name = world.find(EntityKind::Asset, "tag", "T-1").await.body["name"].clone();
        assert_eq!(name, "meanwhile");
    })
    .await;
}

#[tokio::test]
async fn a_plan_run_in_parts_does_the_same() {
    on_each_database(async |world: &World| {
        let mut reports = Vec::new();
        for part in world.plan(rows_of(LAPTOP), None).await.batches(2) {
            assert!(part.rows.len() <= 2);
            reports.push(world.run(part).await);
        }
        assert_eq!(reports.len(), 3);
        let whole = Report::join(reports);
        assert_eq!(
            (
                whole.counts.created,
                whole.counts.clients_created,
                whole.counts.sites_created
            ),
            (5, 2, 3)
        );
        assert!(Plan::default().batches(10).is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_the_office_imports() {
    on_each_database(async |world: &World| {
        let plan = world.plan(rows_of(LAPTOP), None).await;
        let technician = Author::office(world.dispatcher, Role::Technician);
        let error = world.try_run(technician, plan).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Forbidden);
        assert!(world.all(EntityKind::Asset).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn imported_fields_follow_the_status_machine() {
    on_each_database(async |world: &World| {
        let list = |status: &str| rows_in("l.csv", &format!("Company,Asset Tag,Status\nAcme,T-1,{status}\n"));
        world.import(list("Archived"), None).await;
        let report = world.import(list("Out for repair"), None).await;
        assert_eq!(report.rows[0].kept[0].why, Why::IllegalStep);
        let asset = world.find(EntityKind::Asset, "tag", "T-1").await;
        assert_eq!(asset.body["status"], "retired");
        assert_eq!(drafts_of(LAPTOP).len(), 5);
        assert_eq!(
            asset.body["details"]["columns"],
            json!({ "Status": "Out for repair" })
        );
        assert_ne!(asset.body["kind"], Value::Null);
    })
    .await;
}
