//! What a dry run says, before anything is written.
use crate::world::{World, at, drafts_of, on_each_database, rows_in, rows_of};
use onsite_model::entity::EntityKind;
use onsite_model::language::Language;
use onsite_services::import::{Outcome, Reason, Row, Target};
use serde_json::json;

fn outcomes(rows: &[onsite_services::import::RowReport]) -> Vec<Outcome> {
    rows.iter().map(|row| row.outcome).collect()
}

fn target(client: Option<&str>, site: Option<&str>) -> Target {
    Target {
        client: client.map(str::to_owned),
        site: site.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_says_what_would_come() {
    on_each_database(async |world: &World| {
        let before = world.head();
        let report = world.plan(rows_of("snipe_it/assets.csv"), None).await.report();
        assert_eq!(world.head(), before);
        assert!(!report.applied);
        assert_eq!(
            (
                report.counts.created,
                report.counts.clients_created,
                report.counts.sites_created
            ),
            (5, 2, 3)
        );
        let first = &report.rows[0];
        assert_eq!(first.label, "SH-0001 · 前台电脑");
        assert_eq!(first.new_places.len(), 2, "a client and its site");
        assert!(report.rows[1].new_places.is_empty(), "they are new once");

        let table = report.table(Language::En);
        assert!(table.contains("assets.csv:2"), "{table}");
        assert!(table.contains("+ new client: 海风贸易有限公司"), "{table}");
        assert!(table.contains("5 rows: would create 5"), "{table}");
        assert!(report.table(Language::ZhCn).contains("将新建 5"));
    })
    .await;
}

#[tokio::test]
async fn each_refused_row_says_why() {
    on_each_database(async |world: &World| {
        let report = world.plan(rows_of("snipe_it/bad_rows.csv"), None).await.report();
        use Outcome::{Created, Duplicate, Refused};
        assert_eq!(
            outcomes(&report.rows),
            [Created, Refused, Refused, Duplicate, Refused, Refused, Refused]
        );
        let problem = |index: usize| report.rows[index].problem.clone().unwrap();
        assert!(matches!(problem(3).reason, Reason::Duplicate { of } if of.row == 2));
        assert_eq!(problem(5).reason, Reason::NoClient);
        assert_eq!(problem(5).column.as_deref(), Some("Company"));

        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["rows"][1]["problem"]["code"], "not_a_date");
        assert_eq!(json["rows"][1]["problem"]["value"], "31/12/2023");
        assert_eq!(json["counts"]["refused"], 5);
    })
    .await;
}

#[tokio::test]
async fn an_inventory_needs_a_place() {
    on_each_database(async |world: &World| {
        let phone = || rows_of("glpi/phone.json");
        let reason = async |world: &World, rows: Vec<Row>, target: Target| {
            let plan = world.try_plan(rows, target).await.unwrap();
            plan.rows[0].report.problem.clone().map(|problem| problem.reason)
        };
        assert_eq!(
            reason(world, phone(), Target::default()).await,
            Some(Reason::NoTarget)
        );

        let (client, site) = world.client("海风贸易有限公司", "haifeng", "上海总部").await;
        // The agent's tag is the client's code, and the client has one site.
        let laptop = world.plan(rows_of("glpi/laptop.json"), None).await.report();
        assert_eq!(laptop.rows[0].site.as_deref(), Some("上海总部"));

        for chosen in [
            target(Some("HAIFENG"), None),
            target(Some(&client.to_string()), None),
            target(None, Some("上海总部")),
            target(None, Some(&site.to_string())),
        ] {
            assert_eq!(reason(world, phone(), chosen.clone()).await, None, "{chosen:?}");
        }
        for wrong in [target(Some("nobody"), None), target(None, Some("nowhere"))] {
            let error = world.try_plan(phone(), wrong).await.unwrap_err();
            assert!(error.detail.contains("there is no"), "{error}");
        }

        let second = onsite_model::ids::new_id(at(5));
        let fields = [
            ("client_id", client.to_string()),
            ("name", "苏州仓库".into()),
            ("address", "-".into()),
        ];
        let set = fields
            .into_iter()
            .map(|(k, v)| (k.to_owned(), json!(v)))
            .collect();
        let create = sync_protocol::operation::OperationKind::Create;
        world
            .apply(world.author(), create, EntityKind::Site, second, set)
            .await
            .unwrap();
        let several = reason(world, phone(), target(Some("HAIFENG"), None)).await;
        assert!(
            matches!(several, Some(Reason::NoSite { sites: 2, .. })),
            "{several:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_label_on_another_asset_is_not_taken_from_it() {
    on_each_database(async |world: &World| {
        let (_, other) = world.client("Elsewhere Ltd", "else", "Elsewhere").await;
        world
            .asset(
                other,
                &[("name", "Rack 7"), ("kind", "other"), ("tag", "SH-0001")],
            )
            .await;
        let (_, own) = world.client("海风贸易有限公司", "haifeng", "上海总部").await;
        // The same label and the same client, but another serial number.
        world
            .asset(
                own,
                &[
                    ("name", "x"),
                    ("kind", "other"),
                    ("tag", "SH-0002"),
                    ("serial", "OTHER-1"),
                ],
            )
            .await;

        let report = world.plan(rows_of("snipe_it/assets.csv"), None).await.report();
        for (row, holder) in [(0, "Rack 7"), (1, "x")] {
            let problem = report.rows[row].problem.clone().unwrap();
            assert_eq!(problem.column.as_deref(), Some("Asset Tag"));
            assert_eq!(
                problem.reason,
                Reason::TagHeld {
                    asset: holder.to_owned()
                }
            );
        }
        assert_eq!(report.counts.refused, 2);
    })
    .await;
}

#[tokio::test]
async fn of_two_inventories_of_one_machine_the_newer_stands() {
    on_each_database(async |world: &World| {
        world.client("海风贸易有限公司", "haifeng", "上海总部").await;
        let mut newer = drafts_of("glpi/laptop.json").remove(0);
        // Installed anew, the agent has another id; the machine has not.
        newer.key = "lp-chenhua-2026-10-01-00-00-00".to_owned();
        newer.as_of = Some("2026-10-01 09:00:00".to_owned());
        let mut rows = rows_of("glpi/laptop.json");
        let mut second = rows[0].clone();
        second.at.file = "laptop_new.json".to_owned();
        second.read = Ok(newer);
        rows.push(second);
        let report = world.plan(rows, None).await.report();
        assert_eq!(outcomes(&report.rows), [Outcome::Duplicate, Outcome::Created]);
    })
    .await;
}

#[tokio::test]
async fn a_company_without_a_location_gets_one_site_of_its_name() {
    on_each_database(async |world: &World| {
        let csv = "Company,Asset Tag\nAcme,T-1\nAcme,T-2\n";
        let report = world.plan(rows_in("list.csv", csv), None).await.report();
        assert_eq!(
            (report.counts.clients_created, report.counts.sites_created),
            (1, 1)
        );
        assert_eq!(report.rows[1].site.as_deref(), Some("Acme"));
    })
    .await;
}

#[tokio::test]
async fn a_value_the_model_refuses_is_told_with_its_column() {
    on_each_database(async |world: &World| {
        let long = "x".repeat(301);
        let csv = format!("Company,Asset Tag,Name,Location\nAcme,T-1,{long},HQ\n{long},T-2,ok,HQ\n");
        let report = world.plan(rows_in("list.csv", &csv), None).await.report();
        let columns: Vec<Option<String>> = report
            .rows
            .iter()
            .map(|row| row.problem.as_ref().and_then(|problem| problem.column.clone()))
            .collect();
        assert_eq!(columns, [Some("Name".to_owned()), Some("Company".to_owned())]);
    })
    .await;
}
