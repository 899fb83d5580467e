//! The long life of a server, told by phones in one process on both databases: old copies put back, copies of a phone
//! that went wrong, half a year without reading, closed work of last year, apps of an earlier version.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_services::author::Author;
use onsite_services::{archive, epoch, repair, retention};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, StoreError, backups, devices, feed, sums};
use onsite_tests::dice::Dice;
use onsite_tests::office::{Edit, fields};
use onsite_tests::{Database, Kind, Office, Phone};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::checksum::{BucketSum, RepairRequest};
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::operation::OperationKind;
use sync_protocol::pull::{Change, PullRequest};
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;
use sync_protocol::{PROTOCOL, SCHEMA};
use uuid::Uuid;

/// A site with a ticket, two assets and a visit; a technician with a phone.
struct Ground {
    office: Office,
    dice: Dice,
    now: DateTime<Utc>,
    dispatcher: Uuid,
    technician: Uuid,
    phone: Phone,
    site: Uuid,
    ticket: Uuid,
    assets: [Uuid; 2],
    visit: Uuid,
}

impl Ground {
    fn new(database: Database) -> Ground {
        let (mut dice, office) = (Dice::new(7), Office::new(database));
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let dispatcher = office.add_user(&mut dice, "dispatcher", Role::Dispatcher, now);
        let technician = office.add_user(&mut dice, "anna", Role::Technician, now);
        let [client, site, ticket, first, second, visit] = [(); 6].map(|()| dice.id(now));
        let mut seed = |kind, row, body| office.seed(&mut dice, kind, row, body, now);
        seed(EntityKind::Client, client, json!({"name": "north"}));
        let body = json!({"client_id": client, "name": "site", "address": "1 Test Road"});
        seed(EntityKind::Site, site, body);
        let body = json!({"client_id": client, "site_id": site, "title": "it is slow"});
        seed(EntityKind::Ticket, ticket, body);
        for (asset, tag) in [(first, "OS-1"), (second, "OS-2")] {
            seed(
                EntityKind::Asset,
                asset,
                json!({"site_id": site, "kind": "ups", "name": "ups", "tag": tag}),
            );
        }
        let (start, end) = (now + TimeDelta::hours(1), now + TimeDelta::hours(2));
        let body = json!({"client_id": client, "site_id": site, "kind": "routine", "purpose": "look",
                          "status": "scheduled", "technician_id": technician, "planned_start": start,
                          "planned_end": end});
        seed(EntityKind::Visit, visit, body.clone());
        // Another one, so that the site stays theirs whatever becomes of the first.
        seed(EntityKind::Visit, Uuid::from_u128(1), body);
        let (device, stream) = office.enrol(&mut dice, technician, now);
        let mut phone = Phone::new("phone", technician, device, stream);
        phone.sync(&office, &mut dice, now).unwrap();
        Ground {
            office,
            dice,
            now,
            dispatcher,
            technician,
            phone,
            site,
            ticket,
            assets: [first, second],
            visit,
        }
    }

    fn edit(&mut self, row: Uuid, set: Value) {
        self.now += TimeDelta::seconds(1);
        self.phone
            .update(&mut self.dice, self.now, row, fields(set))
            .unwrap();
    }

    fn sync(&mut self) {
        self.now += TimeDelta::seconds(1);
        self.phone.sync(&self.office, &mut self.dice, self.now).unwrap();
    }

    fn desk(&mut self, kind: OperationKind, entity: EntityKind, row: Uuid, set: Value) {
        self.now += TimeDelta::seconds(1);
        let base = self.row(row).version;
        let edit = Edit {
            entity,
            row,
            kind,
            base,
            set: fields(set),
        };
        let author = Author::office(self.dispatcher, Role::Dispatcher);
        self.office
            .apply(author, self.dice.id(self.now), edit, self.now)
            .unwrap();
    }

    /// The server's own hand takes a ticket or visit to a state.
    fn set_by_server(&mut self, entity: EntityKind, row: Uuid, set: Value) {
        self.now += TimeDelta::seconds(1);
        let base = self.row(row).version;
        let edit = Edit {
            entity,
            row,
            kind: OperationKind::Update,
            base,
            set: fields(set),
        };
        self.office
            .apply(Author::SYSTEM, self.dice.id(self.now), edit, self.now)
            .unwrap();
    }

    fn row(&self, id: Uuid) -> Arc<StoredRow> {
        self.office.read(move |db| Ok(rows::get(db, id)?.unwrap()))
    }

    fn shows(&self, row: Uuid) -> Option<Value> {
        self.phone.engine().view(row).map(|view| Value::Object(view.body))
    }

    fn outcome(&self) -> (Outcome, Option<QuarantineReason>) {
        let last = self
            .phone
            .engine()
            .operations()
            .last()
            .unwrap()
            .settled
            .clone()
            .unwrap();
        (last.receipt.outcome, last.receipt.reason)
    }

    /// What the phone must show: the rows of its buckets, and that all sums are right.
    fn is_equal(&self) {
        let device = self.phone.device;
        let (held, wrong) = self.office.read(move |db| {
            let device = devices::get(db, device)?.unwrap();
            let buckets = onsite_services::pull::held(db, &device)?;
            let held = buckets.keys().map(|bucket| bucket.parse().unwrap());
            Ok((scene(db, device.user_id, held)?, sums::differing(db)?))
        });
        assert_eq!(wrong, Vec::<String>::new());
        let shown: Scene = EntityKind::ALL
            .iter()
            .flat_map(|kind| self.phone.engine().list(kind.name()))
            .map(|view| (view.id, view.body))
            .collect();
        assert_eq!(shown, held);
    }

    fn begin_epoch(&mut self) {
        let now = self.now;
        self.office
            .write(move |tx| epoch::begin_restored(tx, 0, now))
            .unwrap();
    }

    fn compact(&mut self) {
        let now = self.now;
        self.office.write(move |tx| retention::compact(tx, now)).unwrap();
    }

    fn archive(&mut self) {
        let before = self.now - TimeDelta::days(365);
        while self
            .office
            .write(move |tx| archive::archive_some(tx, before))
            .unwrap()
            > 0
        {}
    }
}

/// Rows by id.
type Scene = BTreeMap<Uuid, Fields>;

/// The rows of these buckets as they are told to a technician.
fn scene(db: &mut Db, reader: Uuid, buckets: impl IntoIterator<Item = Bucket>) -> Result<Scene, StoreError> {
    let buckets: BTreeSet<String> = buckets.into_iter().map(|bucket| bucket.to_string()).collect();
    let mut scene = Scene::new();
    for bucket in &buckets {
        let bucket = bucket.parse().map_err(|_| StoreError::Corrupt(bucket.clone()))?;
        for row in feed::fill(db, bucket, None, 100_000)? {
            let mut body = row.body.fields().unwrap();
            if row.entity == EntityKind::User.name() && row.id != reader {
                body.retain(|field, _| field != "email" && field != "phone");
            }
            let other = body.get("other_row_id").and_then(Value::as_str);
            if let Some(other) = other.filter(|_| row.entity == EntityKind::Conflict.name()) {
                let other = rows::get(db, other.parse().unwrap_or_default())?;
                if other.is_none_or(|other| !buckets.contains(&other.bucket.to_string())) {
                    body.remove("other_row_id");
                }
            }
            scene.insert(row.id, body);
        }
    }
    Ok(scene)
}

/// Declares stories that run on both databases.
macro_rules! stories {
    ($($(#[doc = $doc:literal])* fn $name:ident($ground:ident) $body:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            fn body($ground: &mut Ground) $body

            fn run(kind: Kind) {
                if let Some(database) = Database::create(kind) {
                    body(&mut Ground::new(database));
                }
            }

            #[test]
            fn sqlite() {
                run(Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                run(Kind::Postgres);
            }
        }
    )+};
}

stories! {
    /// What was seen before the restore point still counts as seen, so an honest edit from before a restore conflicts
    /// with nobody; one on what somebody wrote since does.
    fn a_base_of_an_older_epoch_reaches_to_the_restore_point(ground) {
        let [first, second] = ground.assets;
        ground.edit(first, json!({"name": "big ups"}));
        ground.edit(second, json!({"name": "big ups"}));
        ground.begin_epoch();
        ground.desk(OperationKind::Update, EntityKind::Asset, second, json!({"name": "old ups"}));
        ground.sync();
        let outcomes: Vec<_> = ground.phone.engine().operations().iter().map(|entry| entry.outcome().unwrap()).collect();
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Conflict]);
        let shared = |seen: Version| {
            ground.office.read(move |db| {
                let clock = feed::clock(db)?;
                onsite_store::epochs::shared(db, clock, seen)
            })
        };
        let point = shared(Version { epoch: 1, number: u64::from(u32::MAX) });
        assert!(point > 0);
        assert_eq!(shared(Version { epoch: 1, number: point - 1 }), point - 1);
        assert_eq!(shared(Version { epoch: 9, number: 1 }), 0, "a life nobody knows");
        ground.is_equal();
    }

    /// A cursor from ahead of the head begins a new epoch, once, and is answered in it.
    fn a_cursor_from_ahead_begins_a_new_epoch(ground) {
        let head = ground.office.read(feed::clock);
        let ahead = Version { epoch: head.epoch, number: head.version + 100 };
        let now = ground.now;
        let begun = ground.office.write(move |tx| epoch::begin_overtaken(tx, ahead, now)).unwrap();
        assert_eq!(begun.epoch, 2);
        let again = ground.office.write(move |tx| epoch::begin_overtaken(tx, ahead, now)).unwrap();
        assert_eq!(again, begun, "the second phone with such a cursor finds it done");
        // Nothing is known to be shared with that life: what was seen in it protects nothing.
        let asset = ground.assets[0];
        ground.edit(asset, json!({"name": "big ups"}));
        ground.sync();
        assert_eq!(ground.outcome().0, Outcome::Conflict, "the name of the ups was written by somebody, unseen");
    }

    /// The mark of the newest backup travels with every answer.
    fn phones_learn_what_is_in_a_backup(ground) {
        let page = |ground: &Ground| {
            // A poll that finds nothing new says nothing of backups.
            let request = PullRequest { cursor: None, ..ground.phone.next_pull(1000) };
            ground.office.pull(ground.phone.device, request, Version::ZERO, ground.now, |_, _| Ok(())).unwrap().0
        };
        assert_eq!(page(ground).durable_through, None);
        let (through, now) = (Version { epoch: 1, number: 3 }, ground.now);
        let backup = backups::Backup { through, made_at: now };
        ground.office.write::<_, StoreError>(move |tx| backups::record(tx, &backup)).unwrap();
        assert_eq!(page(ground).durable_through, Some(through));
        ground.edit(ground.assets[0], json!({"location": "rack"}));
        let request = ground.phone.next_push(ground.now, 10).unwrap();
        let answer = ground.office.push(ground.phone.device, request, ground.now).unwrap();
        assert_eq!(answer.durable_through, Some(through));
        // A copy that was put back is a backup of all that is in it, though it was made before its mark.
        let head = ground.office.read(feed::clock);
        ground.begin_epoch();
        let restored = Version { epoch: head.epoch, number: head.version };
        assert_eq!(page(ground).durable_through, Some(restored));
    }

    /// Sums follow every kind of write, and a phone that lacks or has too much is told exactly that.
    fn a_damaged_bucket_is_mended_alone(ground) {
        let bucket = format!("site:{}", ground.site);
        ground.edit(ground.assets[0], json!({"location": "rack"}));
        ground.sync();
        ground.desk(OperationKind::Delete, EntityKind::Asset, ground.assets[1], json!({}));
        ground.sync();
        ground.is_equal();
        let rows: Vec<(Uuid, u64)> = ground.office.read({
            let bucket = bucket.clone();
            move |db| Ok(feed::listed(db, bucket.parse().unwrap())?.into_iter().collect())
        });
        let ask = |bucket: &str, rows: Vec<(Uuid, u64)>| {
            let request = RepairRequest { protocol: PROTOCOL, schema: SCHEMA, bucket: bucket.to_owned(), rows };
            let device = ground.phone.device;
            ground.office.read(move |db| {
                let device = devices::get(db, device)?.unwrap();
                Ok(repair::repair(db, &device, &request))
            })
        };
        assert_eq!(ask(&bucket, rows.clone()).unwrap().changes, Vec::new());
        // One row is lost, one stands at an old version, one is left of a bucket long gone.
        let mut damaged = rows.clone();
        let lost = damaged.remove(0).0;
        damaged[0].1 -= 1;
        let old = damaged[0].0;
        let stranger = Uuid::from_u128(7);
        damaged.push((stranger, 1));
        let mended = ask(&bucket, damaged).unwrap();
        let mut touched: Vec<_> = mended.changes.iter().map(|change| (change.row(), matches!(change, Change::Put(_)))).collect();
        touched.sort();
        let mut expected = vec![(lost, true), (old, true), (stranger, false)];
        expected.sort();
        assert_eq!(touched, expected);
        // What a pull does not tell of others, a repair does not tell either.
        let names = ask("catalogue", Vec::new()).unwrap();
        let mut told = names.changes.iter().filter_map(|change| match change {
            Change::Put(row) if row.id == ground.dispatcher => Some(row.body.fields().unwrap()),
            _ => None,
        });
        let dispatcher = told.next().unwrap();
        assert_eq!((dispatcher.get("name"), dispatcher.get("email")), (Some(&json!("dispatcher")), None));
        // A bucket of others is answered like one that doesn't exist.
        let foreign = ask(&format!("site:{}", Uuid::from_u128(9)), Vec::new()).unwrap_err();
        let nonsense = ask("cellar", Vec::new()).unwrap_err();
        assert_eq!((foreign.code, &foreign.detail), (ErrorCode::NotFound, &nonsense.detail));
        assert_eq!(foreign, nonsense);
        // The sum itself says whether any of this is needed.
        let (sum, counted) = ground.office.read(move |db| {
            Ok((sums::of(db, std::slice::from_ref(&bucket))?[&bucket], BucketSum::of(rows)))
        });
        assert_eq!(sum, counted);
    }

    /// However long a phone has not read: in the end it shows what the server has, and what was deleted stays so.
    fn a_cursor_of_any_age_leads_to_what_the_server_has(ground) {
        let [deleted, edited] = ground.assets;
        let (disk, start) = (ground.phone.disk().to_owned(), ground.now);
        ground.desk(OperationKind::Delete, EntityKind::Asset, deleted, json!({}));
        for days in [1, 179, 181, 400] {
            ground.now = start + TimeDelta::days(days);
            ground.compact();
            let is_bare = days > 180;
            assert_eq!(ground.row(deleted).is_bare(), is_bare, "after {days} days");
            ground.phone.restart(Some(&disk));
            assert!(ground.shows(deleted).is_some(), "as it was when it last read");
            ground.sync();
            assert_eq!(ground.shows(deleted), None, "after {days} days");
            ground.is_equal();
        }
        // Work on it, typed before anybody read: kept, and the id stays deleted.
        ground.phone.restart(Some(&disk));
        ground.edit(deleted, json!({"location": "rack"}));
        ground.sync();
        assert_eq!(ground.shows(deleted), None);
        assert!(ground.row(deleted).deleted);
        assert_eq!(ground.outcome(), (Outcome::Quarantined, Some(QuarantineReason::Gone)));
        assert!(ground.shows(edited).is_some());
        ground.is_equal();
    }

    /// Half-read pages from before the floor may hold what has been deleted since: they are given up.
    fn what_was_held_back_for_half_a_year_is_not_shown(ground) {
        let [deleted, _] = ground.assets;
        ground.desk(OperationKind::Update, EntityKind::Asset, deleted, json!({"location": "rack"}));
        ground.desk(OperationKind::Update, EntityKind::Ticket, ground.ticket, json!({"title": "slower"}));
        let request = ground.phone.next_pull(1);
        let (page, ()) = ground.office.pull(ground.phone.device, request.clone(), Version::ZERO, ground.now, |_, _| Ok(())).unwrap();
        assert!(!page.checkpoint);
        ground.phone.on_pull(&request, page);
        ground.desk(OperationKind::Delete, EntityKind::Asset, deleted, json!({}));
        ground.now += TimeDelta::days(181);
        ground.compact();
        ground.sync();
        assert_eq!(ground.shows(deleted), None);
        ground.is_equal();
    }

    /// Closed work of last year leaves the phones with all that belongs to it; reopened, it comes back.
    fn closed_work_goes_to_the_archive_and_comes_back(ground) {
        let (ticket, visit, note) = (ground.ticket, ground.visit, ground.dice.id(ground.now));
        let body = json!({"ticket_id": ticket, "author_id": ground.technician, "kind": "note", "at": ground.now, "text": "done"});
        let now = ground.now;
        ground.office.seed(&mut ground.dice, EntityKind::WorklogEntry, note, body, now);
        for status in ["in_progress", "solved", "closed"] {
            ground.set_by_server(EntityKind::Ticket, ticket, json!({"status": status}));
        }
        ground.set_by_server(EntityKind::Visit, visit, json!({"status": "cancelled"}));
        ground.sync();
        ground.now += TimeDelta::days(364);
        ground.archive();
        assert!(ground.shows(ticket).is_some());
        ground.now += TimeDelta::days(2);
        ground.archive();
        for row in [ticket, note, visit] {
            assert_eq!(ground.row(row).bucket.to_string(), "archive");
        }
        ground.sync();
        assert_eq!([ticket, note, visit].map(|row| ground.shows(row)), [None, None, None]);
        ground.is_equal();
        // Found and corrected by the office, it stays where it is.
        ground.desk(OperationKind::Update, EntityKind::Ticket, ticket, json!({"title": "it was slow"}));
        assert_eq!(ground.row(ticket).bucket.to_string(), "archive");
        ground.desk(OperationKind::Update, EntityKind::Ticket, ticket, json!({"status": "reopened"}));
        ground.sync();
        for row in [ticket, note] {
            assert_eq!(ground.row(row).bucket.to_string(), format!("site:{}", ground.site));
            assert!(ground.shows(row).is_some());
        }
        ground.is_equal();
    }

    /// An app of the version before writes and reads its own shape; the row is the same.
    fn an_app_of_the_version_before_works_on(ground) {
        let (row, now) = (ground.dice.id(ground.now), ground.now);
        let entry = json!({"visit_id": ground.visit, "author_id": ground.technician, "kind": "part", "at": now,
                           "part": "SSD", "quantity": 2, "colour": "blue"});
        ground.phone.create(&mut ground.dice, now, "worklog_entry", row, fields(entry)).unwrap();
        let device = ground.phone.device;
        let mut push = ground.phone.next_push(now, 10).unwrap();
        push.schema = 1;
        let answer = ground.office.push(device, push.clone(), now).unwrap();
        assert_eq!(answer.receipts[0].outcome, Outcome::Applied, "{answer:?}");
        let body = ground.row(row).body.clone();
        assert_eq!(body["parts"], json!([{"name": "SSD", "quantity": 2}]));
        assert_eq!((body.get("part"), &body["colour"]), (None, &json!("blue")));
        let read = |schema: u32| {
            let request = PullRequest { schema, ..ground.phone.next_pull(1000) };
            let (page, ()) = ground.office.pull(device, request, Version::ZERO, ground.now, |_, _| Ok(())).unwrap();
            let found = page.changes.into_iter().find_map(|change| match change {
                Change::Put(one) if one.id == row => Some(one.body),
                _ => None,
            });
            found.unwrap()
        };
        let old = read(1);
        assert_eq!((&old["part"], &old["quantity"], old.get("parts")), (&json!("SSD"), &json!(2), None));
        assert_eq!(old["colour"], json!("blue"));
        assert_eq!(read(SCHEMA)["parts"], body["parts"]);
        // Updated before it had sent everything, the app sends what it made before as it made it.
        let (row, now) = (ground.dice.id(ground.now), ground.now);
        let entry = json!({"visit_id": ground.visit, "author_id": ground.technician, "kind": "part", "at": now,
                           "part": "fan", "quantity": 1});
        ground.phone.create(&mut ground.dice, now, "worklog_entry", row, fields(entry)).unwrap();
        ground.sync();
        assert_eq!(ground.outcome().0, Outcome::Applied);
        assert_eq!(ground.row(row).body["parts"], json!([{"name": "fan", "quantity": 1}]));
        // Too old to read may push; newer than the server waits, for both.
        let code = |schema: u32| {
            let request = PullRequest { schema, ..ground.phone.next_pull(10) };
            ground.office.pull(device, request, Version::ZERO, ground.now, |_, _| Ok(())).unwrap_err().code
        };
        assert_eq!((code(0), code(SCHEMA + 1)), (ErrorCode::ClientTooOld, ErrorCode::ServerTooOld));
        push.schema = 0;
        assert_eq!(ground.office.push(device, push.clone(), now).unwrap().receipts, answer.receipts);
        push.schema = SCHEMA + 1;
        let refused = ground.office.push(device, push, now).unwrap_err();
        assert_eq!((refused.code, refused.retry_after.is_some()), (ErrorCode::ServerTooOld, true));
    }
}
