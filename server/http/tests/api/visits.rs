//! Planning visits: given to somebody at a time in one write, taken back, and two dispatchers at once.
use crate::world::{on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

#[test]
fn a_visit_is_given_with_a_new_time_and_taken_back() {
    on_each_database(|world| {
        let (admin, technician) = (world.admin(), world.person("tech@example.com", Role::Technician));
        let places = world.places(&admin, None);
        let visit = world.visit(&admin, &places.client, &places.here);
        let post = |seen: &Value, what: &str, key: &str, body: Value| {
            let path = format!("/v1/visits/{}/{what}", text(&visit["id"]));
            let call = world.call("POST", &path).by(&admin).key(key);
            call.if_match(text(&seen["version"])).json(&body).send()
        };

        let half = json!({ "technician_id": technician.user, "planned_start": "2026-11-24T08:00:00Z" });
        let problem = post(&visit, "assign", "half", half).refused(ErrorCode::Invalid);
        assert_eq!(problem["field"], "planned_end");

        let whole = json!({
            "technician_id": technician.user,
            "planned_start": "2026-11-24T08:00:00Z", "planned_end": "2026-11-24T09:30:00Z",
        });
        let given = post(&visit, "assign", "whole", whole).ok(200);
        let fields = &given["fields"];
        assert_eq!(
            (&fields["status"], &fields["planned_end"]),
            (&json!("scheduled"), &json!("2026-11-24T09:30:00Z"))
        );

        // Another time for the same technician is no new assignment to accept twice.
        let later = json!({
            "technician_id": technician.user,
            "planned_start": "2026-11-24T10:00:00Z", "planned_end": "2026-11-24T11:00:00Z",
        });
        let moved = post(&given, "assign", "later", later).ok(200);
        assert_eq!(moved["fields"]["planned_start"], "2026-11-24T10:00:00Z");

        // Somebody else saw an older plan.
        let other = world.person("other@example.com", Role::Technician);
        let stale = json!({ "technician_id": other.user });
        let problem = post(&visit, "assign", "stale", stale).refused(ErrorCode::VersionConflict);
        assert_eq!(problem["current"]["technician_id"], json!(technician.user));

        let back = post(&moved, "unassign", "back", json!({})).ok(200);
        assert_eq!(back["fields"]["status"], "planned");
        assert!(back["fields"].get("technician_id").is_none());
        post(&back, "unassign", "again", json!({})).refused(ErrorCode::IllegalTransition);
    });
}
