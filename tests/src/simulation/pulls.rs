//! What phones read: at each checkpoint they must show exactly what the server had in their buckets at that moment.
use super::network::Message;
use super::{Broken, Simulation};
use crate::oracle::shapes;
use crate::phone::Phone;
use std::collections::BTreeMap;
use std::rc::Rc;
use sync_protocol::Fields;
use sync_protocol::SCHEMA;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::client::PullEvent;
use sync_protocol::pull::{Change, PullRequest, PullResponse};
use sync_protocol::version::Version;
use uuid::Uuid;

/// What a device is to show.
pub(super) type Scene = BTreeMap<Uuid, Rc<Fields>>;

impl Simulation {
    /// What a device is to show of the rows as they stand.
    pub(super) fn scene(&self, phone: usize) -> Scene {
        let phone = &self.phones[phone];
        let held = self.ledger.scope.held(phone.user, phone.device);
        let stands_in = |row: Uuid| {
            self.ledger
                .scope
                .place(row)
                .is_some_and(|bucket| held.contains(bucket))
        };
        let mut scene = Scene::new();
        for (id, row) in self.ledger.oracle.rows() {
            if row.gone || !stands_in(*id) {
                continue;
            }
            let mut fields = row.fields.clone();
            match row.entity.as_str() {
                "user" if *id != phone.user => {
                    let fields = Rc::make_mut(&mut fields);
                    fields.remove("email");
                    fields.remove("phone");
                }
                "conflict" => {
                    let other = fields.get("other_row_id").and_then(|id| id.as_str());
                    let hidden = other.is_some_and(|id| !id.parse().is_ok_and(stands_in));
                    if hidden {
                        Rc::make_mut(&mut fields).remove("other_row_id");
                    }
                }
                entity if phone.schema < SCHEMA && shapes::has_changed(entity) => {
                    fields = Rc::new(shapes::as_once(entity, Fields::clone(&fields)));
                }
                _ => {}
            }
            scene.insert(*id, fields);
        }
        scene
    }

    /// The server answers a pull. `None` where it sends an order to wipe instead.
    pub(super) fn take_pull(
        &mut self,
        phone: usize,
        request: &PullRequest,
    ) -> Result<Option<(PullResponse, Option<Scene>)>, Broken> {
        self.route();
        let (device, seen) = (self.phones[phone].device, self.marks[phone].reached);
        let pulled = self
            .office
            .pull(device, request.clone(), seen, self.now, |_, _| Ok(()));
        let (page, ()) = match pulled {
            Ok(answer) => answer,
            Err(error) => {
                let Some(order) = error.wipe else {
                    return Err(Broken::new(3, format!("a pull was refused: {error}")));
                };
                self.obey(phone, &order)?;
                return Ok(None);
            }
        };
        if page.head != self.ledger.read {
            let detail = format!("a reader at {} when {} was written", page.head, self.ledger.read);
            return Err(Broken::new(4, detail));
        }
        let scene = self.scene(phone);
        for change in &page.changes {
            if let Change::Put(row) = change
                && scene.get(&row.id).map(Rc::as_ref) != Some(&row.body)
            {
                let detail = format!(
                    "{} is sent {row:?} instead of {:?}",
                    self.phones[phone].name,
                    scene.get(&row.id)
                );
                let old = request.schema < SCHEMA && shapes::has_changed(&row.entity);
                return Err(Broken::new(if old { 16 } else { 10 }, detail));
            }
        }
        let scene = page.checkpoint.then_some(scene);
        Ok(Some((page, scene)))
    }

    pub(super) fn answer_pull(
        &mut self,
        phone: usize,
        request: &PullRequest,
        page: PullResponse,
        scene: Option<&Scene>,
    ) -> Result<(), Broken> {
        self.answered.insert((self.day(), phone));
        let (filling, changes, dropped) = (page.filling.clone(), page.changes.len(), page.dropped.len());
        let what = filling.as_deref().unwrap_or("changes");
        let ends = if page.checkpoint || page.bucket_complete {
            ", whole"
        } else {
            ""
        };
        let (head, summed) = (page.head, !page.sums.is_empty());
        let unsent = self.unsent(phone);
        let events = self.phones[phone].on_pull(request, page);
        let taken = if events.is_empty() && (dropped > 0 || !ends.is_empty()) {
            ", too late"
        } else {
            ends
        };
        self.say(format!(
            "{} reads {changes} of {what} at {head}{taken}",
            self.phones[phone].name
        ));
        if self.unsent(phone) < unsent {
            return Err(Broken::new(
                10,
                format!("a pull took unsent work from {}", self.phones[phone].name),
            ));
        }
        let differs = events.iter().any(|event| matches!(event, PullEvent::Differs(_)));
        let at_checkpoint = events
            .iter()
            .any(|event| matches!(event, PullEvent::Checkpoint(_)));
        if at_checkpoint && summed {
            self.marks[phone].mending = false;
        }
        if at_checkpoint && summed && !differs && self.marks[phone].damaged {
            self.marks[phone].damaged = false;
            self.phones[phone].save();
            self.marks[phone].stored = self.marks[phone].reached;
        }
        for event in events {
            match event {
                PullEvent::Checkpoint(version) => self.checkpoint(phone, version, scene)?,
                PullEvent::Dropped(bucket) => {
                    self.tally.dropped_buckets += 1;
                    self.say(format!("{} loses {bucket}", self.phones[phone].name));
                }
                PullEvent::Parked(row) => {
                    self.tally.parked_rows += 1;
                    self.say(format!("{} parks {row}", self.phones[phone].name));
                }
                PullEvent::NewEpoch(epoch) if self.ledger.lives.epoch() == 1 => {
                    return Err(Broken::new(
                        13,
                        format!("epoch {epoch} began though nothing was restored"),
                    ));
                }
                PullEvent::NewEpoch(_) => self.tally.new_epochs += 1,
                PullEvent::Differs(bucket) if !self.marks[phone].damaged => {
                    let detail = format!(
                        "{} counts {bucket} otherwise than the server",
                        self.phones[phone].name
                    );
                    return Err(Broken::new(15, detail));
                }
                PullEvent::Differs(bucket) => {
                    self.say(format!("{} finds that {bucket} differs", self.phones[phone].name));
                    if let Some(request) = self.phones[phone].next_repair() {
                        self.air.push(Message::Repair { phone, request });
                    }
                }
                PullEvent::Decided(_) => self.tally.decided_later += 1,
                PullEvent::Filled(_) | PullEvent::Repaired { .. } => {}
            }
        }
        self.check_own_writes(phone)
    }

    fn checkpoint(&mut self, phone: usize, version: Version, scene: Option<&Scene>) -> Result<(), Broken> {
        self.tally.checkpoints += 1;
        let mark = &mut self.marks[phone];
        if version < mark.reached {
            let detail = format!(
                "{} went back from {} to {version}",
                self.phones[phone].name, mark.reached
            );
            return Err(Broken::new(13, detail));
        }
        mark.reached = version;
        let scene = scene.ok_or_else(|| Broken::new(4, "a checkpoint out of nowhere"))?;
        if mark.damaged {
            return Ok(());
        }
        check_scene(&self.phones[phone], scene, version, 4)?;
        self.check_groups(phone, scene)
    }

    fn unsent(&self, phone: usize) -> usize {
        self.phones[phone].engine().status().pending
    }

    /// Invariant 12, where readers see it: of the rows a group made, a phone that holds their place shows all or none.
    fn check_groups(&self, phone: usize, scene: &Scene) -> Result<(), Broken> {
        for rows in &self.ledger.groups {
            let shown = rows.iter().filter(|row| scene.contains_key(*row)).count();
            if shown != 0 && shown != rows.len() {
                let detail = format!(
                    "{} shows {shown} rows of the group {rows:?}",
                    self.phones[phone].name
                );
                return Err(Broken::new(12, detail));
            }
        }
        Ok(())
    }

    pub(super) fn take_repair(
        &mut self,
        phone: usize,
        request: &RepairRequest,
    ) -> Result<Option<RepairResponse>, Broken> {
        self.route();
        let device = self.phones[phone].device;
        if self.ledger.revoked.contains(&device) {
            // The order to wipe comes with any answer; here it is enough that it comes with the next.
            return Ok(None);
        }
        match self.office.repair(device, request.clone()) {
            Ok(response) => Ok(Some(response)),
            // The bucket is not held any more: the next pull says so.
            Err(error) if error.code == sync_protocol::codes::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(Broken::new(15, format!("a repair was refused: {error}"))),
        }
    }

    pub(super) fn answer_repair(
        &mut self,
        phone: usize,
        request: &RepairRequest,
        response: RepairResponse,
    ) -> Result<(), Broken> {
        self.answered.insert((self.day(), phone));
        for event in self.phones[phone].on_repair(request, response) {
            if let PullEvent::Repaired { bucket, rows } = event {
                self.say(format!(
                    "{} mends {rows} rows of {bucket}",
                    self.phones[phone].name
                ));
                self.tally.repaired += 1;
                self.marks[phone].mending = true;
                if self.phones[phone].next_repair().is_none() {
                    self.marks[phone].damaged = false;
                    self.phones[phone].save();
                    self.marks[phone].stored = self.marks[phone].reached;
                }
            }
        }
        self.check_own_writes(phone)
    }

    /// Read-your-writes: the newest unsent edit of each field shows, unless its row has left.
    pub(super) fn check_own_writes(&self, phone: usize) -> Result<(), Broken> {
        let phone = &self.phones[phone];
        let mut newest: BTreeMap<(Uuid, &str), &serde_json::Value> = BTreeMap::new();
        for entry in phone.engine().operations() {
            if entry.settled.is_some() {
                // What came later and has its receipt shows as that says, over what is asked for anew.
                for field in entry.operation.set.keys() {
                    newest.remove(&(entry.operation.row, field.as_str()));
                }
                continue;
            }
            for (field, value) in entry.operation.set.iter().filter(|(_, value)| !value.is_object()) {
                newest.insert((entry.operation.row, field), value);
            }
            // A change of a quantity goes on from there.
            for (field, _) in entry.operation.set.iter().filter(|(_, value)| value.is_object()) {
                newest.remove(&(entry.operation.row, field.as_str()));
            }
        }
        for ((row, field), value) in newest {
            let Some(view) = phone.engine().view(row) else {
                continue;
            };
            let shown = view.body.get(field).unwrap_or(&serde_json::Value::Null);
            // What a set was given whole has united with what was there.
            if shown != value && !value.is_array() {
                let detail = format!(
                    "{} wrote {value} to {field} of {row} and sees {shown}",
                    phone.name
                );
                return Err(Broken::new(13, detail));
            }
        }
        Ok(())
    }
}

/// At a checkpoint, what no edit under way lies over must be exactly what the server had in the device's buckets.
/// `number` is the invariant that is broken otherwise.
pub(super) fn check_scene(phone: &Phone, scene: &Scene, at: Version, number: u8) -> Result<(), Broken> {
    let busy = |row: Uuid| {
        phone.engine().operations().iter().any(|entry| {
            entry.operation.row == row
                && entry.settled.as_ref().is_none_or(|settled| {
                    settled.at > at || settled.receipt.outcome == sync_protocol::receipt::Outcome::Deferred
                })
        })
    };
    let seen = all_views(phone);
    let fits = |id: &Uuid, body: &Fields| seen.get(id).is_some_and(|own| is_same(own, body)) || busy(*id);
    if let Some((id, body)) = scene.iter().find(|(id, body)| !fits(id, body)) {
        let shown = seen.get(id);
        let number = match phone.schema < SCHEMA && shown.is_some_and(|shown| shown.contains_key("part")) {
            true => 16,
            false => number,
        };
        let detail = format!(
            "at {at}, {} shows row {id} as {shown:?}, the server has {body:?}",
            phone.name
        );
        return Err(Broken::new(number, detail));
    }
    match seen.keys().find(|id| !scene.contains_key(id) && !busy(**id)) {
        Some(ghost) => {
            let detail = format!(
                "at {at}, {} shows row {ghost}, which is not in its buckets",
                phone.name
            );
            Err(Broken::new(if number == 4 { 10 } else { number }, detail))
        }
        None => Ok(()),
    }
}

/// Whether a phone shows what it should. Which other row a conflict names, it may know from when it held that row's
/// place, or not yet know from before.
pub(super) fn is_same(shown: &Fields, due: &Fields) -> bool {
    if shown == due {
        return true;
    }
    let rest = |fields: &Fields| {
        let mut fields = fields.clone();
        fields.remove("other_row_id");
        fields
    };
    due.contains_key("opened_at") && rest(shown) == rest(due)
}

/// Everything a phone shows.
pub(super) fn all_views(phone: &Phone) -> BTreeMap<Uuid, Fields> {
    onsite_model::entity::EntityKind::ALL
        .iter()
        .flat_map(|kind| phone.engine().list(kind.name()))
        .map(|view| (view.id, view.body))
        .collect()
}
