//! The verdict on operations the server did not apply: each must have a reason the oracle knows of, and be kept whole.
use super::judge::{Pushed, Told, is_evidence};
use super::ledger::{Kept, Waiting};
use super::{Broken, Simulation};
use crate::oracle::scope::{Hand, Ruling};
use crate::oracle::shapes;
use onsite_model::ids::derived_id;
use onsite_store::quarantine;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::codes::QuarantineReason;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

impl Simulation {
    pub(super) fn judge_quarantined(
        &mut self,
        case: &Pushed<'_>,
        receipt: &Receipt,
        told: &[Told],
    ) -> Result<(), Broken> {
        let (n, body) = (receipt.n, case.body);
        if !told.is_empty() {
            return Err(Broken::new(
                12,
                format!("operation {n} left traces though it is in quarantine"),
            ));
        }
        let id = derived_id(self.now, case.stream, &n.to_string());
        let kept = self.office.read(move |db| quarantine::get(db, id));
        let whole =
            kept.is_some_and(|kept| serde_json::from_str::<Value>(&kept.raw).is_ok_and(|raw| &raw == body));
        if !whole {
            let detail = format!("operation {n} of {} is not in quarantine as it came", case.stream);
            return Err(Broken::new(1, detail));
        }
        let is_twin = receipt
            .operation
            .is_some_and(|id| self.ledger.fates.contains_key(&id));
        if is_twin {
            return Err(Broken::new(
                2,
                format!("an operation known before went to quarantine: {body}"),
            ));
        }
        self.note_kept(id, receipt, body);
        let revoked = self.ledger.revoked.contains(&case.author.device);
        // Before anybody asks what it means, it has to be readable.
        let unreadable = [QuarantineReason::Undecodable, QuarantineReason::TooLarge];
        if let Some(expected) = poison(body).filter(|reason| !revoked || unreadable.contains(reason)) {
            self.tally.poisoned += 1;
            return if receipt.reason == Some(expected) {
                Ok(())
            } else {
                Err(Broken::new(
                    11,
                    format!("{:?} instead of {expected:?}: {body}", receipt.reason),
                ))
            };
        }
        if revoked {
            self.tally.from_lost_devices += 1;
            return match receipt.reason {
                Some(QuarantineReason::DeviceRevoked) => Ok(()),
                reason => Err(Broken::new(10, format!("{reason:?} of a lost device: {body}"))),
            };
        }
        if body["entity"].as_str().is_some_and(is_evidence) {
            return Ok(());
        }
        self.tally.out_of_scope += 1;
        self.check_refusal(case, receipt)
    }

    /// Whether an honest operation was refused for a reason that is one.
    fn check_refusal(&mut self, case: &Pushed<'_>, receipt: &Receipt) -> Result<(), Broken> {
        let operation: Operation = serde_json::from_value(case.body.clone())
            .map_err(|error| Broken::new(11, format!("an honest operation can't be read: {error}")))?;
        let operation = Operation {
            set: shapes::renewed(&operation.entity, operation.set),
            ..operation
        };
        let base = self
            .ledger
            .lives
            .seen(operation.base, case.head.max(receipt.version));
        let hand = Hand {
            user: case.author.user,
            device: case.author.device,
            at: case.at,
            now: self.now,
        };
        let ruling = self.ruling(hand, &operation, base);
        let text = case.body.to_string();
        let builds_on = |id: &Uuid| *id != operation.id && text.contains(&id.to_string());
        let in_vain = || {
            self.ledger.lost.iter().any(|row| text.contains(&row.to_string()))
                || self
                    .ledger
                    .kept
                    .values()
                    .any(|kept| kept.operation.as_ref().is_some_and(builds_on))
                || operation.deps.iter().any(|dep| {
                    let fate = self.ledger.fates.get(dep);
                    fate.is_some_and(|fate| fate.outcome == Outcome::Quarantined)
                })
        };
        let fits = match receipt.reason {
            Some(QuarantineReason::UnknownRow) => ruling != Ruling::Taken || in_vain(),
            Some(QuarantineReason::Gone) => {
                let told_until = self.now - chrono::TimeDelta::days(180);
                let row = self.ledger.oracle.row(operation.row);
                row.is_some_and(|row| row.gone && self.ledger.scope.is_older_than(row.version(), told_until))
            }
            Some(QuarantineReason::Dependency) => ruling != Ruling::Taken || in_vain(),
            // Its culprit is judged by itself, and that none of them stands by the group.
            Some(QuarantineReason::Group) => operation.group.is_some(),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let number = match operation.entity.as_str() {
            "asset" => 9,
            _ if case.body["set"].get("part").is_some() => 16,
            _ => 1,
        };
        let detail = format!(
            "refused as {:?} ({:?}): {}",
            receipt.reason, receipt.detail, case.body
        );
        Err(Broken::new(number, detail))
    }

    /// Whether the work is to be taken, by where it is done and what it speaks of.
    pub(super) fn ruling(&self, hand: Hand, operation: &Operation, base: u64) -> Ruling {
        let (oracle, scope) = (&self.ledger.oracle, &self.ledger.scope);
        let id_of = |field: &str| -> Option<Uuid> { operation.set.get(field)?.as_str()?.parse().ok() };
        let of_row = match oracle.row(operation.row) {
            Some(_) => scope.takes_row(hand, operation.row, base),
            None if operation.kind != OperationKind::Create => Ruling::Refused,
            None => {
                let home = match operation.entity.as_str() {
                    "ticket" => id_of("site_id").map(|site| format!("site:{site}")),
                    "asset" => id_of("site_id")
                        .and_then(|site| scope.place(site))
                        .map(str::to_owned),
                    _ => ["ticket_id", "visit_id", "inspection_id", "owner_id", "sheet_id"]
                        .into_iter()
                        .find_map(id_of)
                        .and_then(|parent| scope.place(parent))
                        .map(str::to_owned),
                };
                home.map_or(Ruling::Refused, |bucket| scope.takes(hand, &bucket, 0))
            }
        };
        let known = oracle.row(operation.row);
        let mut referred: Vec<Uuid> = Vec::new();
        for field in ["ticket_id", "visit_id", "site_id", "client_id", "inspection_id"] {
            referred.extend(id_of(field).filter(|_| known.is_none()));
        }
        let added = operation.set.get("asset_ids").map(|change| &change["add"]);
        let had = known.map(|row| row.value("asset_ids"));
        for id in added.and_then(Value::as_array).into_iter().flatten() {
            let is_new = !had
                .as_ref()
                .and_then(Value::as_array)
                .is_some_and(|had| had.contains(id));
            referred.extend(
                id.as_str()
                    .and_then(|id| id.parse::<Uuid>().ok())
                    .filter(|_| is_new),
            );
        }
        referred.into_iter().fold(of_row, |ruling, id| {
            let seen = match oracle.row(id) {
                Some(_) => scope
                    .place(id)
                    .map_or(Ruling::Refused, |bucket| scope.takes(hand, bucket, 0)),
                None => Ruling::Refused,
            };
            ruling.min(seen)
        })
    }

    /// Invariant 12: of a group all operations are taken, all are kept, or all wait.
    pub(super) fn check_groups_whole(
        &mut self,
        request: &PushRequest,
        response: &PushResponse,
    ) -> Result<(), Broken> {
        let mut fates: BTreeMap<&str, Vec<(bool, Outcome)>> = BTreeMap::new();
        for (numbered, receipt) in request.operations.iter().zip(&response.receipts) {
            let op = &numbered["op"];
            if let Some(group) = op["group"]["id"].as_str() {
                fates
                    .entry(group)
                    .or_default()
                    .push((op["kind"] == json!("create"), receipt.outcome));
            }
        }
        for (group, members) in fates {
            let stands = |outcome: Outcome| match outcome {
                Outcome::Quarantined => 0,
                Outcome::Deferred => 1,
                _ => 2,
            };
            let first = stands(members[0].1);
            if members.iter().any(|(_, outcome)| stands(*outcome) != first) {
                return Err(Broken::new(
                    12,
                    format!("group {group} was taken in part: {members:?}"),
                ));
            }
            self.tally.groups += u32::from(first == 2);
            self.tally.refused_groups += u32::from(first == 0);
        }
        Ok(())
    }

    fn note_kept(&mut self, id: Uuid, receipt: &Receipt, body: &Value) {
        let row: Option<Uuid> = body["row"].as_str().and_then(|id| id.parse().ok());
        if let Some(operation) = receipt.operation {
            self.ledger.fates.insert(operation, receipt.clone());
        }
        if body["kind"] == json!("create") {
            self.ledger.lost.extend(row);
        }
        // What a dispatcher makes of its parts is up to them.
        self.ledger
            .groups
            .retain(|rows| row.is_none_or(|row| !rows.contains(&row)));
        let kept = Kept {
            operation: receipt.operation,
            entity: body["entity"].as_str().map(str::to_owned),
            row,
        };
        self.ledger.kept.insert(id, kept);
    }

    /// An operation that had waited is in quarantine now.
    pub(super) fn keep(&mut self, waiting: &Waiting, receipt: &Receipt) {
        let id = derived_id(self.now, waiting.stream, &waiting.n.to_string());
        self.note_kept(id, receipt, &json!(waiting.operation));
    }
}

/// Why an operation must end in quarantine, told by what it carries.
pub(super) fn poison(body: &Value) -> Option<QuarantineReason> {
    if !body.is_object() || body["occurred_at"] == json!("yesterday") || body["set"].get("nul").is_some() {
        Some(QuarantineReason::Undecodable)
    } else if body["set"].get("padding").is_some() {
        Some(QuarantineReason::TooLarge)
    } else if body["entity"] == json!("nonsense") {
        Some(QuarantineReason::UnknownEntity)
    } else if body["set"]["text"] == json!("poison") || body["set"]["title"] == json!("poison") {
        // A row of another scope is answered like one that isn't there.
        Some(QuarantineReason::UnknownRow)
    } else {
        None
    }
}
