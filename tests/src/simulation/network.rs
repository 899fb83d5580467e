//! The air between phones and server: messages wait, overtake each other, get lost, are cut off or arrive twice.
use super::pulls::Scene;
use super::{Broken, Simulation};
use std::rc::Rc;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::client::PushEvent;
use sync_protocol::codes::ErrorCode;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};

/// Something under way.
#[derive(Debug, Clone)]
pub(super) enum Message {
    Push {
        phone: usize,
        request: Rc<PushRequest>,
        /// The life of the phone that waits for the answer.
        life: u32,
    },
    Pushed {
        phone: usize,
        request: Rc<PushRequest>,
        response: PushResponse,
    },
    Pull {
        phone: usize,
        request: PullRequest,
        life: u32,
    },
    /// With what the server had in the device's buckets at a checkpoint.
    Pulled {
        phone: usize,
        request: PullRequest,
        page: PullResponse,
        scene: Option<Scene>,
    },
    Repair {
        phone: usize,
        request: RepairRequest,
    },
    Repaired {
        phone: usize,
        request: RepairRequest,
        response: RepairResponse,
    },
}

impl Message {
    /// The phone it comes from or goes to.
    pub(super) fn phone(&self) -> usize {
        match self {
            Message::Push { phone, .. }
            | Message::Pushed { phone, .. }
            | Message::Pull { phone, .. }
            | Message::Pulled { phone, .. }
            | Message::Repair { phone, .. }
            | Message::Repaired { phone, .. } => *phone,
        }
    }

    /// Whether its first `share` percent could be taken for the whole.
    fn can_be_read_cut(&self, share: usize) -> bool {
        fn cut<T: serde::Serialize>(message: &T, share: usize) -> Vec<u8> {
            let mut bytes = serde_json::to_vec(message).expect("messages can be written");
            bytes.truncate(bytes.len() * share / 100);
            bytes
        }
        match self {
            Message::Push { request, .. } => PushRequest::read(&cut(request.as_ref(), share)).is_ok(),
            Message::Pushed { response, .. } => {
                serde_json::from_slice::<PushResponse>(&cut(response, share)).is_ok()
            }
            Message::Pull { request, .. } => {
                serde_json::from_slice::<PullRequest>(&cut(request, share)).is_ok()
            }
            Message::Pulled { page, .. } => serde_json::from_slice::<PullResponse>(&cut(page, share)).is_ok(),
            Message::Repair { request, .. } => {
                serde_json::from_slice::<RepairRequest>(&cut(request, share)).is_ok()
            }
            Message::Repaired { response, .. } => {
                serde_json::from_slice::<RepairResponse>(&cut(response, share)).is_ok()
            }
        }
    }
}

/// Most rows of a page: small, so that pages are cut everywhere.
const ROWS: [u32; 4] = [3, 7, 20, 1000];

impl Simulation {
    pub(super) fn send_push(&mut self, phone: usize) -> Result<(), Broken> {
        if self.is_offline(phone) {
            return Ok(());
        }
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
            let request = Rc::new(request);
            let life = self.marks[phone].life;
            self.air.push(Message::Push { phone, request, life });
        }
        Ok(())
    }

    pub(super) fn send_pull(&mut self, phone: usize) {
        if self.is_offline(phone) {
            return;
        }
        if let Some(request) = self.phones[phone].next_repair()
            && self.dice.chance(50)
        {
            self.air.push(Message::Repair { phone, request });
            return;
        }
        let request = self.phones[phone].next_pull(ROWS[self.dice.below(4)]);
        let life = self.marks[phone].life;
        self.air.push(Message::Pull { phone, request, life });
    }

    pub(super) fn give_stream(&mut self, phone: usize) {
        self.route();
        let device = self.phones[phone].device;
        let stream = self.office.new_stream(&mut self.dice, device, self.now);
        self.phones[phone].renumber(stream);
        self.marks[phone].stored = self.marks[phone].reached;
        self.say(format!("{} goes on in a new stream", self.phones[phone].name));
    }

    /// Something arrives, in any order; or is lost or cut off; or arrives and stays to arrive again.
    pub(super) fn deliver(&mut self) -> Result<(), Broken> {
        if self.air.is_empty() {
            return Ok(());
        }
        let which = self.dice.below(self.air.len());
        let (fate, share) = (self.dice.below(100), self.dice.below(100));
        if self.is_offline(self.air[which].phone()) {
            self.air.swap_remove(which);
            self.tally.lost_messages += 1;
            return Ok(());
        }
        let message = if fate < 12 {
            self.tally.repeated_messages += 1;
            self.air[which].clone()
        } else {
            self.air.swap_remove(which)
        };
        match fate {
            88.. => {
                self.tally.lost_messages += 1;
                Ok(())
            }
            84.. => {
                self.tally.cut_messages += 1;
                if message.can_be_read_cut(share) {
                    return Err(Broken::new(
                        12,
                        format!("{share} % of {message:?} was read as the whole"),
                    ));
                }
                Ok(())
            }
            _ => self.arrive(message),
        }
    }

    pub(super) fn arrive(&mut self, message: Message) -> Result<(), Broken> {
        match message {
            Message::Push { phone, request, life } => {
                if let Some(response) = self.take_push(phone, &request)?
                    && life == self.marks[phone].life
                {
                    let pushed = Message::Pushed {
                        phone,
                        request,
                        response,
                    };
                    self.air.push(pushed);
                }
                Ok(())
            }
            Message::Pushed {
                phone,
                request,
                response,
            } => self.answer_push(phone, &request, response),
            Message::Pull { phone, request, life } => {
                if let Some((page, scene)) = self.take_pull(phone, &request)?
                    && life == self.marks[phone].life
                {
                    let pulled = Message::Pulled {
                        phone,
                        request,
                        page,
                        scene,
                    };
                    self.air.push(pulled);
                }
                Ok(())
            }
            Message::Pulled {
                phone,
                request,
                page,
                scene,
            } => self.answer_pull(phone, &request, page, scene.as_ref()),
            Message::Repair { phone, request } => {
                if let Some(response) = self.take_repair(phone, &request)? {
                    let repaired = Message::Repaired {
                        phone,
                        request,
                        response,
                    };
                    self.air.push(repaired);
                }
                Ok(())
            }
            Message::Repaired {
                phone,
                request,
                response,
            } => self.answer_repair(phone, &request, response),
        }
    }

    /// Several pushes are committed together.
    pub(super) fn deliver_together(&mut self) -> Result<(), Broken> {
        let (mut together, mut lives) = (Vec::new(), Vec::new());
        let mut place = 0;
        while place < self.air.len() && together.len() < 4 {
            let offline = self.is_offline(self.air[place].phone());
            match &self.air[place] {
                Message::Push { phone, request, life } if !offline => {
                    together.push((*phone, request.clone()));
                    lives.push(*life);
                    self.air.swap_remove(place);
                }
                _ => place += 1,
            }
        }
        if together.is_empty() {
            return Ok(());
        }
        if together.len() > 1 {
            self.tally.grouped_commits += 1;
        }
        let responses = self.take_pushes(&together)?;
        for (((phone, request), response), life) in together.into_iter().zip(responses).zip(lives) {
            let Some(response) = response.filter(|_| life == self.marks[phone].life) else {
                continue;
            };
            self.air.push(Message::Pushed {
                phone,
                request,
                response,
            });
        }
        Ok(())
    }

    /// The server dies while it takes a push: before it commits, or before its answer has left.
    pub(super) fn kill_server(&mut self) -> Result<(), Broken> {
        let is_push = |message: &Message| matches!(message, Message::Push { .. });
        let found = self.air.iter().position(is_push);
        self.route();
        let Some(place) = found else {
            self.office.restart();
            return Ok(());
        };
        let Message::Push { phone, request, .. } = self.air.swap_remove(place) else {
            return Ok(());
        };
        if self.dice.chance(50) {
            self.say(format!(
                "the server dies over a push of {}",
                self.phones[phone].name
            ));
            let device = self.phones[phone].device;
            self.office.push_and_die(device, &request, self.now);
            self.tally.killed_before_commit += 1;
            let before = self.ledger.read;
            let told = self.read_news();
            if !told.is_empty() || self.ledger.read != before {
                return Err(Broken::new(12, "what was not committed left traces"));
            }
            return Ok(());
        }
        self.say(format!(
            "the server dies after a push of {}",
            self.phones[phone].name
        ));
        self.take_push(phone, &request)?;
        self.office.restart();
        self.tally.killed_after_commit += 1;
        Ok(())
    }

    pub(super) fn take_push(
        &mut self,
        phone: usize,
        request: &Rc<PushRequest>,
    ) -> Result<Option<PushResponse>, Broken> {
        let responses = self.take_pushes(&[(phone, request.clone())])?;
        Ok(responses.into_iter().next().flatten())
    }

    /// The server takes pushes, in one commit, and each of them is judged. `None` where it doesn't know the stream any
    /// more.
    fn take_pushes(
        &mut self,
        pushes: &[(usize, Rc<PushRequest>)],
    ) -> Result<Vec<Option<PushResponse>>, Broken> {
        self.route();
        let device = |phone: usize| self.phones[phone].device;
        let answers = match pushes {
            [(phone, request)] => {
                let request = PushRequest::clone(request);
                vec![self.office.push(device(*phone), request, self.now)]
            }
            several => {
                let requests = several.iter();
                let requests = requests.map(|(phone, request)| (device(*phone), PushRequest::clone(request)));
                self.office.push_together(requests.collect(), self.now)
            }
        };
        let before = self.ledger.read;
        let mut told = self.read_news().into();
        let mut responses = Vec::new();
        for ((phone, request), answer) in pushes.iter().zip(answers) {
            let response = match answer {
                Ok(response) => response,
                Err(error) if error.code == ErrorCode::NotFound && self.ledger.lives.epoch() > 1 => {
                    self.lost_stream(*phone, request);
                    responses.push(None);
                    continue;
                }
                Err(error) => return Err(Broken::new(11, format!("a whole push was refused: {error}"))),
            };
            self.judge_push(*phone, request, &response, &mut told, before)?;
            let device = self.phones[*phone].device;
            if response.wipe.is_some() != self.ledger.revoked.contains(&device) {
                return Err(Broken::new(
                    10,
                    format!("{} is told to wipe itself, or not", self.phones[*phone].name),
                ));
            }
            // One that came too early was not taken, and may be when it comes again.
            if !response.receipts.is_empty() || response.fork.is_some() {
                self.ledger.pushes.push((device, request.clone()));
            }
            responses.push(Some(response));
        }
        match told.front() {
            Some((entry, _)) => Err(Broken::new(
                2,
                format!("version {} was written by no new operation", entry.version),
            )),
            None => Ok(responses),
        }
    }

    /// The restored server has lost the stream: the phone asks for another one.
    fn lost_stream(&mut self, phone: usize, request: &PushRequest) {
        let now = self.phones[phone].next_push(self.now, 1);
        if now.is_some_and(|next| next.stream == request.stream) {
            self.say(format!("the stream of {} is lost", self.phones[phone].name));
            self.give_stream(phone);
        }
    }

    pub(super) fn answer_push(
        &mut self,
        phone: usize,
        request: &PushRequest,
        response: PushResponse,
    ) -> Result<(), Broken> {
        self.answered.insert((self.day(), phone));
        let order = response.wipe.clone();
        for event in self.phones[phone].on_push(request, response) {
            match event {
                PushEvent::NewStreamNeeded => {
                    self.tally.forks += 1;
                    self.say(format!("{} learns that it was copied", self.phones[phone].name));
                }
                PushEvent::Rewound { from } if self.ledger.lives.epoch() == 1 => {
                    return Err(Broken::new(1, format!("receipts from {from} on were taken back")));
                }
                PushEvent::Rewound { from } => {
                    self.tally.rewound += 1;
                    self.say(format!("{} sends again from {from} on", self.phones[phone].name));
                }
                _ => {}
            }
        }
        if let Some(order) = order {
            self.obey(phone, &order)?;
        }
        self.check_own_writes(phone)
    }
}
