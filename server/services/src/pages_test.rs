//! Every address is one that the app or the console shows something at.
use super::Page;
use onsite_model::role::Role;
use uuid::Uuid;

const CONSOLE: &str = include_str!("../../../web/src/console/pages.tsx");
const APP: &str = include_str!("../../../web/src/app/screens.tsx");

#[test]
fn every_record_has_a_page_where_its_readers_look() {
    let id = Uuid::from_u128(7);
    let pages: [fn(Uuid) -> Page; 4] = [Page::Visit, Page::Ticket, Page::Callback, Page::Complaint];
    for reader in [
        Role::Admin,
        Role::Manager,
        Role::Dispatcher,
        Role::Support,
        Role::Technician,
    ] {
        for page in pages {
            let path = page(id).path(Some(reader));
            let (program, place) = path.split_once('#').unwrap();
            let table = match program {
                "/console" => CONSOLE,
                "/" => APP,
                other => panic!("{path}: nothing is served at {other}"),
            };
            // What is behind `?` is read by the page itself.
            let place = place.split('?').next().unwrap();
            let pattern = place.replace(&id.to_string(), ":id");
            assert!(
                table.contains(&format!("[\"{pattern}\", ")),
                "{path}: there is no such page"
            );
        }
    }
}

#[test]
fn technicians_are_led_to_the_app() {
    for page in [Page::Visit, Page::Ticket] {
        assert!(page(Uuid::nil()).path(Some(Role::Technician)).starts_with("/#/"));
    }
}
