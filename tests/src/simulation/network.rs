//! The air between phones and server: messages wait, overtake each other, get lost or arrive twice.
use super::{Broken, Simulation};
use crate::oracle::scene::{Scene, scene};
use onsite_services::scope;
use std::collections::BTreeMap;
use sync_protocol::client::{PullEvent, PushEvent};
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use uuid::Uuid;

/// Something under way.
#[derive(Debug, Clone)]
pub(super) enum Message {
    Push {
        phone: usize,
        request: PushRequest,
    },
    Pushed {
        phone: usize,
        request: PushRequest,
        response: PushResponse,
    },
    Pull {
        phone: usize,
        request: PullRequest,
    },
    /// With what the server had in the device's buckets at a checkpoint.
    Pulled {
        phone: usize,
        request: PullRequest,
        page: PullResponse,
        scene: Option<Scene>,
    },
}

/// Most bytes of a page, in rows: small, so that pages are cut everywhere.
const ROWS: [u32; 4] = [3, 7, 20, 1000];

impl Simulation {
    pub(super) fn send_push(&mut self, phone: usize) -> Result<(), Broken> {
        if self.phones[phone].engine().needs_new_stream() {
            self.give_stream(phone);
            return Ok(());
        }
        let most = [1, 2, 5, 100][self.dice.below(4)];
        if let Some(request) = self.phones[phone].next_push(self.now, most) {
            self.say(format!(
                "{} pushes {}",
                self.phones[phone].name,
                request.operations.len()
            ));
            self.air.push(Message::Push { phone, request });
        }
        Ok(())
    }

    pub(super) fn send_pull(&mut self, phone: usize) -> Result<(), Broken> {
        let request = self.phones[phone].next_pull(ROWS[self.dice.below(4)]);
        self.air.push(Message::Pull { phone, request });
        Ok(())
    }

    pub(super) fn give_stream(&mut self, phone: usize) {
        let stream = self
            .office
            .new_stream(&mut self.dice, self.phones[phone].device, self.now);
        self.phones[phone].renumber(stream);
        self.marks[phone].stored = self.marks[phone].reached;
        self.say(format!("{} goes on in a new stream", self.phones[phone].name));
    }

    /// The connections of a phone that died are gone, what is on its way to the server is not.
    pub(super) fn hang_up(&mut self, dead: usize) {
        self.air.retain(|message| {
            !matches!(message, Message::Pushed { phone, .. } | Message::Pulled { phone, .. } if *phone == dead)
        });
    }

    /// Something arrives, in any order; or is lost; or arrives and stays to arrive again.
    pub(super) fn deliver(&mut self) -> Result<(), Broken> {
        if self.air.is_empty() {
            return Ok(());
        }
        let which = self.dice.below(self.air.len());
        let fate = self.dice.below(100);
        let message = if fate < 12 {
            self.tally.repeated_messages += 1;
            self.air[which].clone()
        } else {
            self.air.swap_remove(which)
        };
        if fate >= 88 {
            self.tally.lost_messages += 1;
            return Ok(());
        }
        self.arrive(message)
    }

    pub(super) fn arrive(&mut self, message: Message) -> Result<(), Broken> {
        match message {
            Message::Push { phone, request } => {
                let response = self.take_push(phone, &request)?;
                self.air.push(Message::Pushed {
                    phone,
                    request,
                    response,
                });
            }
            Message::Pushed {
                phone,
                request,
                response,
            } => self.answer_push(phone, &request, response)?,
            Message::Pull { phone, request } => {
                let (page, scene) = self.take_pull(phone, &request)?;
                self.air.push(Message::Pulled {
                    phone,
                    request,
                    page,
                    scene,
                });
            }
            Message::Pulled {
                phone,
                request,
                page,
                scene,
            } => {
                self.answer_pull(phone, &request, page, scene)?;
            }
        }
        Ok(())
    }

    pub(super) fn take_push(&mut self, phone: usize, request: &PushRequest) -> Result<PushResponse, Broken> {
        let device = self.phones[phone].device;
        let response = self
            .office
            .push(device, request.clone(), self.now)
            .map_err(|error| Broken::new(11, format!("a whole push was refused: {error}")))?;
        self.judge_push(phone, request, &response)?;
        self.pushes.push((phone, request.clone()));
        Ok(response)
    }

    pub(super) fn answer_push(
        &mut self,
        phone: usize,
        request: &PushRequest,
        response: PushResponse,
    ) -> Result<(), Broken> {
        for event in self.phones[phone].on_push(request, response) {
            match event {
                PushEvent::NewStreamNeeded => {
                    self.tally.forks += 1;
                    self.say(format!("{} learns that it was copied", self.phones[phone].name));
                }
                PushEvent::Rewound { from } => {
                    return Err(Broken::new(1, format!("receipts from {from} on were taken back")));
                }
                _ => {}
            }
        }
        self.check_own_writes(phone)
    }

    pub(super) fn take_pull(
        &mut self,
        phone: usize,
        request: &PullRequest,
    ) -> Result<(PullResponse, Option<Scene>), Broken> {
        let device = self.phones[phone].device;
        self.office
            .pull(device, request.clone(), |db, device, page| {
                if !page.checkpoint {
                    return Ok(None);
                }
                let held = scope::buckets(db, device.user_id, Some(device.id))?;
                Ok(Some(scene(db, device.user_id, held)?))
            })
            .map_err(|error| Broken::new(3, format!("a pull was refused: {error}")))
    }

    pub(super) fn answer_pull(
        &mut self,
        phone: usize,
        request: &PullRequest,
        page: PullResponse,
        scene: Option<Scene>,
    ) -> Result<(), Broken> {
        let (filling, changes, dropped) = (page.filling.clone(), page.changes.len(), page.dropped.len());
        let what = filling.as_deref().unwrap_or("changes");
        let ends = if page.checkpoint || page.bucket_complete {
            ", whole"
        } else {
            ""
        };
        let head = page.head;
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
        for event in events {
            match event {
                PullEvent::Checkpoint(version) => {
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
                    let scene = scene
                        .as_ref()
                        .ok_or_else(|| Broken::new(4, "a checkpoint out of nowhere"))?;
                    self.check_scene(phone, scene, version.number)?;
                }
                PullEvent::Dropped(bucket) => {
                    self.tally.dropped_buckets += 1;
                    self.say(format!("{} loses {bucket}", self.phones[phone].name));
                }
                PullEvent::Parked(row) => {
                    self.tally.parked_rows += 1;
                    self.say(format!("{} parks {row}", self.phones[phone].name));
                }
                PullEvent::NewEpoch(epoch) => {
                    return Err(Broken::new(
                        13,
                        format!("epoch {epoch} began though nothing was restored"),
                    ));
                }
                PullEvent::Differs(bucket) => {
                    let detail = format!(
                        "{} counts {bucket} otherwise than the server",
                        self.phones[phone].name
                    );
                    return Err(Broken::new(3, detail));
                }
                PullEvent::Filled(_) | PullEvent::Decided(_) | PullEvent::Repaired { .. } => {}
            }
        }
        self.check_own_writes(phone)
    }

    /// At a checkpoint, what no unsent edit lies over must be exactly what the server had in the device's buckets.
    fn check_scene(&self, phone: usize, scene: &Scene, at: u64) -> Result<(), Broken> {
        let phone = &self.phones[phone];
        let busy = |row: Uuid| {
            phone.engine().operations().iter().any(|entry| {
                entry.operation.row == row
                    && entry
                        .settled
                        .as_ref()
                        .is_none_or(|settled| settled.receipt.version > at)
            })
        };
        let seen = all_views(phone);
        for (id, body) in scene {
            if !busy(*id) && seen.get(id) != Some(body) {
                let detail = format!(
                    "at {at}, {} shows row {id} as {:?}, the server has {body:?}",
                    phone.name,
                    seen.get(id)
                );
                return Err(Broken::new(4, detail));
            }
        }
        match seen.keys().find(|id| !busy(**id) && !scene.contains_key(id)) {
            Some(ghost) => Err(Broken::new(
                4,
                format!(
                    "at {at}, {} shows row {ghost}, which is not in its buckets",
                    phone.name
                ),
            )),
            None => Ok(()),
        }
    }

    /// Read-your-writes: the newest unsent edit of each field shows, unless its row has left.
    pub(super) fn check_own_writes(&self, phone: usize) -> Result<(), Broken> {
        let phone = &self.phones[phone];
        let mut newest: BTreeMap<(Uuid, &str), &serde_json::Value> = BTreeMap::new();
        for entry in phone
            .engine()
            .operations()
            .iter()
            .filter(|entry| entry.settled.is_none())
        {
            for (field, value) in entry.operation.set.iter().filter(|(_, value)| !value.is_object()) {
                newest.insert((entry.operation.row, field), value);
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

/// Everything a phone shows.
pub(super) fn all_views(phone: &crate::phone::Phone) -> Scene {
    onsite_model::entity::EntityKind::ALL
        .iter()
        .flat_map(|kind| phone.engine().list(kind.name()))
        .map(|view| (view.id, view.body))
        .collect()
}
