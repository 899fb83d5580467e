//! What must hold in a [`World`], at any moment and in the end.
use crate::row::NOTE;
use crate::server::ENTITY;
use crate::world::{Phone, World, own_field};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::client::{Entry, View};
use sync_protocol::operation::OperationKind;
use sync_protocol::policy::Policy;
use uuid::Uuid;

impl World {
    /// What holds at any moment as long as neither a phone nor the server is set back.
    pub(crate) fn check_moment(&self) {
        for (id, phone) in (0..).zip(&self.phones) {
            let shown: BTreeMap<Uuid, View> = phone
                .engine
                .list(ENTITY)
                .into_iter()
                .map(|view| (view.id, view))
                .collect();
            let parked: BTreeMap<Uuid, View> = phone
                .engine
                .parked()
                .into_iter()
                .map(|view| (view.id, view))
                .collect();
            for (row, view) in &shown {
                assert_eq!(
                    phone.engine.view(*row).as_ref(),
                    Some(view),
                    "one row, two pictures"
                );
                assert!(
                    !parked.contains_key(row),
                    "a parked row is shown as if it were held"
                );
            }
            check_unsent_edits_show(phone, &shown, &parked);
            // A phone sees its own writes: nobody else writes this field, so its last value always shows.
            for (row, (edit, value)) in &phone.own_values {
                if let Some(view) = shown.get(row).filter(|_| !self.server.quarantined(*edit)) {
                    assert_eq!(
                        view.body.get(&own_field(id)),
                        Some(value),
                        "phone {id} does not see its own write"
                    );
                }
            }
        }
        for (operation, field) in &self.server.clashes {
            assert!(
                !field.starts_with("own_"),
                "{operation} clashed on a field only its own phone writes"
            );
        }
        for gone in &self.server.overwritten {
            let any_value = !matches!(
                NOTE.policy(&gone.field),
                Policy::Set | Policy::Status(_) | Policy::Text
            );
            let mut typed = gone.operation;
            // A value of the author's own that went to quarantine was on screen, but never on the server.
            while let Some(seen) = self
                .on_screen
                .get(&(typed, gone.field.clone()))
                .filter(|_| any_value)
            {
                if seen == &gone.value {
                    break;
                }
                let before = self.typed.get(&(gone.field.clone(), seen.to_string()));
                typed = *before
                    .filter(|before| self.server.quarantined(**before))
                    .unwrap_or_else(|| {
                        panic!(
                            "{} was overwritten by an edit of {} that had not seen it",
                            gone.value, gone.field
                        )
                    });
            }
        }
    }

    /// What holds once everything has settled.
    pub(crate) fn check_end(&self) {
        for edit in &self.must_survive {
            assert!(self.server.knows(*edit), "the edit {edit} is lost");
        }
        for (id, phone) in (0..).zip(&self.phones) {
            let status = phone.engine.status();
            assert_eq!(
                (status.pending, status.settling, status.parked),
                (0, 0, 0),
                "phone {id}"
            );
            let shown: BTreeMap<Uuid, Fields> = phone
                .engine
                .list(ENTITY)
                .into_iter()
                .map(|view| {
                    assert!(!view.unsent);
                    (view.id, view.body)
                })
                .collect();
            let held = self
                .server
                .rows
                .iter()
                .filter(|(_, row)| self.server.holds(id, &row.bucket));
            let expected: BTreeMap<Uuid, Fields> =
                held.map(|(id, row)| (*id, row.row.body.clone())).collect();
            assert_eq!(shown, expected, "phone {id} differs from the server");
        }
    }
}

/// Every value that has no receipt yet is on the screen, in a held row or in a parked one.
fn check_unsent_edits_show(phone: &Phone, shown: &BTreeMap<Uuid, View>, parked: &BTreeMap<Uuid, View>) {
    let mut last: BTreeMap<(Uuid, &String), &Value> = BTreeMap::new();
    let mut deleted = BTreeSet::new();
    for Entry {
        operation, settled, ..
    } in phone.engine.operations()
    {
        if operation.kind == OperationKind::Delete {
            deleted.insert(operation.row);
        }
        if settled.is_none() {
            for (field, value) in operation.set.iter().filter(|(_, value)| !value.is_object()) {
                last.insert((operation.row, field), value);
            }
        }
    }
    for ((row, field), value) in last {
        match shown.get(&row).or_else(|| parked.get(&row)) {
            Some(view) => {
                assert_eq!(
                    view.body.get(field),
                    Some(value),
                    "an unsent edit of {field} is not on screen"
                );
                assert!(view.unsent);
            }
            None => assert!(
                deleted.contains(&row),
                "an unsent edit of {row} is neither shown nor parked"
            ),
        }
    }
}
