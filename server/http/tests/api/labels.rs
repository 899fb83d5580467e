//! Labels over HTTP: for assets and for tags to come.
use crate::world::{World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

#[test]
fn labels_come_as_pdf_and_as_a_picture() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let asset = world.add(
            &admin,
            "assets",
            json!({ "site_id": places.here["id"], "kind": "ups", "name": "不间断电源", "tag": "OS-00007" }),
        );
        let untagged = world.asset(&admin, &places.here, "no tag");
        let ask = |path: &str, order: &Value| world.call("POST", path).by(&admin).json(order).send();
        let range = json!({ "prefix": "OS-", "width": 5, "first": 7, "last": 9 });
        let order =
            json!({ "stock": "avery_l7160", "skip": 4, "asset_ids": [asset["id"]], "ranges": [range] });
        let pdf = ask("/v1/labels", &order);
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        let png = ask("/v1/labels/preview", &order);
        assert_eq!((png.status, png.header("content-type")), (200, "image/png"));
        assert!(png.bytes.starts_with(b"\x89PNG"));

        let refused = |order: Value| {
            let problem = ask("/v1/labels", &order).refused(ErrorCode::Invalid);
            text(&problem["field"]).to_owned()
        };
        assert_eq!(
            refused(json!({ "stock": "avery_l7160", "skip": 21, "ranges": [range] })),
            "skip"
        );
        assert_eq!(
            refused(json!({ "stock": "dymo_30252", "asset_ids": [untagged["id"]] })),
            "asset_ids"
        );
        assert_eq!(
            refused(json!({ "stock": "dymo_30252", "asset_ids": [places.here["id"]] })),
            "asset_ids"
        );
        assert_eq!(refused(json!({ "stock": "dymo_30252" })), "ranges");
        let many = json!({ "prefix": "", "width": 12, "first": 0, "last": u64::MAX });
        assert_eq!(
            refused(json!({ "stock": "dymo_30252", "ranges": [many] })),
            "ranges"
        );
    });
}

#[test]
fn labels_are_for_the_office() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let order = json!({ "stock": "dymo_30252" });
    let call = world.call("POST", "/v1/labels").by(&technician).json(&order);
    call.send().refused(ErrorCode::Forbidden);
}
