//! Photos on their way: brought in parts by requests that are cut off, overtake each other and die with the server, until
//! the server has the very bytes. The glue between HTTP and these calls has tests of its own.
use super::{Broken, Simulation};
use crate::office::fields;
use onsite_files::{FilesError, Part, Sha256Hex};
use onsite_model::role::Role;
use onsite_services::ServiceError;
use onsite_services::attachment::{Content, Kept, Picture};
use onsite_services::author::Author;
use onsite_services::upload::{self, Announced};
use onsite_store::uploads::{self, State, Upload};
use serde_json::json;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// A file on a phone that the server is to have.
#[derive(Debug, Clone)]
pub(super) struct Sending {
    user: Uuid,
    attachment: Uuid,
    bytes: Vec<u8>,
    sha256: String,
    /// The upload, once it has begun.
    upload: Option<Uuid>,
    done: bool,
}

/// Most bytes of a request: far more than one is needed for any file here.
const PIECE: usize = 700;

impl Simulation {
    /// A phone goes on with a file, or takes a new photo.
    pub(super) fn upload(&mut self, phone: usize) -> Result<(), Broken> {
        let user = self.phones[phone].user;
        let under_way: Vec<usize> = (0..self.uploads.len())
            .filter(|place| self.uploads[*place].user == user && !self.uploads[*place].done)
            .collect();
        if let Some(place) = self.dice.pick(&under_way).copied()
            && self.dice.chance(85)
        {
            return match self.is_offline(phone) {
                true => Ok(()),
                false => self.go_on_uploading(place),
            };
        }
        let Some(visit) = self.pick(phone, "visit").filter(|_| !self.marks[phone].wiped) else {
            return Ok(());
        };
        let bytes: Vec<u8> = (0..200 + self.dice.below(2000))
            .map(|_| self.dice.roll() as u8)
            .collect();
        let sha256 = Sha256Hex::of(&bytes).to_string();
        let row = self.dice.id(self.now);
        let set = json!({"owner_id": visit.id, "file_name": "photo.jpg", "media_type": "image/jpeg",
                         "sha256": sha256, "size": bytes.len()});
        self.uploads.push(Sending {
            user,
            attachment: row,
            bytes,
            sha256,
            upload: None,
            done: false,
        });
        self.tally.uploads_begun += 1;
        self.create(phone, "attachment", row, fields(set))
    }

    /// The server was set back: what a phone has is sent again, if the server has lost it.
    pub(super) fn doubt_uploads(&mut self) {
        for sending in &mut self.uploads {
            sending.done = false;
        }
    }

    /// At rest, every file arrives.
    pub(super) fn end_uploads(&mut self) -> Result<(), Broken> {
        for place in 0..self.uploads.len() {
            for _ in 0..100 {
                if self.uploads[place].done {
                    break;
                }
                self.send_piece(place)?;
            }
            if !self.uploads[place].done {
                let detail = format!("{} never arrives", self.uploads[place].attachment);
                return Err(Broken::new(17, detail));
            }
        }
        self.check_files()
    }

    fn person(&self, place: usize) -> Author {
        Author::office(self.uploads[place].user, Role::Technician)
    }

    fn ask<T: Send + 'static>(
        &mut self,
        place: usize,
        work: impl FnOnce(
            &mut onsite_store::Tx<'_>,
            &onsite_services::author::Cause<'_>,
        ) -> Result<T, ServiceError>
        + Send
        + 'static,
    ) -> Result<T, ServiceError> {
        self.route();
        let operation = self.dice.id(self.now);
        self.office.command(self.person(place), operation, self.now, work)
    }

    fn go_on_uploading(&mut self, place: usize) -> Result<(), Broken> {
        match self.dice.below(10) {
            // The bytes come to disk, and nobody notes that.
            0..=1 => self.piece_is_cut(place),
            // Two requests take hold of it.
            2..=3 => self.is_taken_over(place),
            _ => self.send_piece(place),
        }
    }

    /// The upload as the server has it; begun, or begun anew where that has forgotten it.
    fn present(&mut self, place: usize) -> Result<Upload, Broken> {
        if let Some(id) = self.uploads[place].upload {
            match self.ask(place, move |tx, cause| upload::take(tx, cause, id)) {
                Ok(found) => return Ok(found),
                Err(error) if matches!(error.code, ErrorCode::NotFound | ErrorCode::UploadExpired) => {}
                Err(error) => return Err(Broken::new(17, format!("an upload is refused: {error}"))),
            }
        }
        let id = self.dice.id(self.now);
        let sending = &mut self.uploads[place];
        sending.upload = Some(id);
        let announced = Announced {
            attachment_id: sending.attachment,
            sha256: sending.sha256.clone(),
            size: sending.bytes.len() as u64,
            metadata: String::new(),
        };
        self.ask(place, move |tx, cause| {
            upload::create(tx, cause, id, &announced, u64::MAX)
        })
        .map_err(|error| Broken::new(17, format!("an upload can't begin: {error}")))
    }

    /// Brings the next bytes to disk under the upload's present turn.
    fn stage(&mut self, place: usize, upload: &Upload) -> Result<uploads::Part, Broken> {
        let start = upload.received() as usize;
        let rest = &self.uploads[place].bytes[start..];
        let piece = rest[..rest.len().min(1 + self.dice.below(PIECE))].to_vec();
        let part = uploads::Part {
            start: start as u64,
            length: piece.len() as u64,
            turn: upload.turn,
        };
        let staged = self.office.wait(
            self.office
                .blobs()
                .stage(upload.id, &on_disk(&part), piece.into()),
        );
        staged.map_err(|error| Broken::new(17, format!("bytes can't be kept: {error}")))?;
        Ok(part)
    }

    fn piece_is_cut(&mut self, place: usize) -> Result<(), Broken> {
        let present = self.present(place)?;
        if present.state == State::Receiving && present.received() < present.size {
            self.stage(place, &present)?;
            self.tally.uploads_cut += 1;
        }
        self.route();
        self.office.restart();
        self.absorb_all()
    }

    fn is_taken_over(&mut self, place: usize) -> Result<(), Broken> {
        let present = self.present(place)?;
        if present.state != State::Receiving || present.received() == present.size {
            return self.absorb_all();
        }
        let part = self.stage(place, &present)?;
        self.present(place)?;
        let (id, turn) = (present.id, present.turn);
        let late = self.ask(place, move |tx, cause| {
            upload::received(tx, cause, id, turn, &[part])
        });
        self.tally.uploads_taken_over += 1;
        match late {
            Err(error) if error.code == ErrorCode::TakenOver => self.absorb_all(),
            other => Err(Broken::new(
                17,
                format!("an overtaken request added bytes: {other:?}"),
            )),
        }
    }

    fn send_piece(&mut self, place: usize) -> Result<(), Broken> {
        let mut present = self.present(place)?;
        if present.state == State::Receiving && present.received() < present.size {
            let part = self.stage(place, &present)?;
            let (id, turn) = (present.id, present.turn);
            present = self
                .ask(place, move |tx, cause| {
                    upload::received(tx, cause, id, turn, &[part])
                })
                .map_err(|error| Broken::new(17, format!("bytes are refused: {error}")))?;
        }
        if present.state == State::Receiving && present.received() == present.size {
            present = self.finish(place, &present)?;
        }
        if present.state != State::Receiving {
            self.uploads[place].done = true;
            self.tally.uploads_finished += 1;
            self.say(format!(
                "the photo {} has arrived",
                self.uploads[place].attachment
            ));
        }
        self.absorb_all()
    }

    fn finish(&mut self, place: usize, present: &Upload) -> Result<Upload, Broken> {
        let parts: Vec<Part> = present.parts.iter().map(on_disk).collect();
        let whole: Result<_, FilesError> = self.office.wait(self.office.blobs().composed(present.id, &parts));
        let sending = &self.uploads[place];
        if !whole.as_ref().is_ok_and(|bytes| bytes[..] == sending.bytes[..]) {
            return Err(Broken::new(
                17,
                format!("{} is not what was sent", sending.attachment),
            ));
        }
        let file = Kept {
            sha256: sending.sha256.clone(),
            media_type: "image/jpeg".to_owned(),
            size: present.size,
        };
        let content = Content {
            picture: Some(Picture {
                thumbnail: file.clone(),
                preview: String::new(),
                thumbhash: String::new(),
                width: 1,
                height: 1,
            }),
            original: None,
            file,
        };
        let (id, address, bytes) = (present.id, Sha256Hex::of(&sending.bytes), sending.bytes.clone());
        let kept = self
            .ask(place, move |tx, cause| upload::checked(tx, cause, id, &content))
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let put = self.office.wait(self.office.blobs().put(&address, bytes));
                put.map_err(|error| error.to_string())
            })
            .and_then(|_| {
                let ended = self.ask(place, move |tx, cause| upload::finish(tx, cause, id));
                ended.map_err(|error| error.to_string())
            });
        kept.map_err(|error| Broken::new(17, format!("a whole file can't be kept: {error}")))
    }

    /// Invariant 17: what arrived is there, byte by byte, and its record says so.
    fn check_files(&mut self) -> Result<(), Broken> {
        for sending in &self.uploads {
            let address = Sha256Hex::of(&sending.bytes);
            let kept = self.office.wait(self.office.blobs().get(&address));
            if !kept.is_ok_and(|bytes| bytes[..] == sending.bytes[..]) {
                return Err(Broken::new(
                    17,
                    format!("the bytes of {} are not there", sending.attachment),
                ));
            }
            let record = self.ledger.oracle.row(sending.attachment);
            if record.is_some_and(|row| !row.gone && row.value("stored_at").is_null()) {
                let detail = format!("{} waits for bytes that have come", sending.attachment);
                return Err(Broken::new(17, detail));
            }
        }
        Ok(())
    }
}

fn on_disk(part: &uploads::Part) -> Part {
    Part {
        start: part.start,
        length: part.length,
        turn: part.turn,
    }
}
