//! Which values are in dispute, kept beside the server's conflicts: each must stay where a dispatcher sees it until
//! somebody has decided.
use super::Broken;
use crate::oracle::Oracle;
use crate::oracle::rules::group;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use uuid::Uuid;

/// Row, and field or group.
type Place = (Uuid, String);

/// The last word of each author in each dispute.
#[derive(Debug, Clone, Default)]
pub(super) struct Disputes {
    open: BTreeMap<Place, Vec<Word>>,
    /// Those that somebody has decided, by their conflict.
    decided: BTreeMap<Uuid, (Place, Vec<Word>)>,
}

#[derive(Debug, Clone)]
struct Word {
    stream: Uuid,
    values: Fields,
}

impl Disputes {
    /// An author disagrees with what stood; each field of that has a writer of its own.
    pub(super) fn clash(
        &mut self,
        place: Place,
        stood: Fields,
        writer: impl Fn(&str) -> Uuid,
        came: (Uuid, Fields),
    ) {
        let (_, disputed) = &place;
        // Of coupled fields, one that had no value was nobody's word.
        let stood = stood
            .into_iter()
            .filter(|(field, value)| field == disputed || !value.is_null())
            .collect::<Fields>();
        let words = self.open.entry(place).or_default();
        for (field, value) in stood {
            let stream = writer(&field);
            // Whoever put a value back, or had it before them, it is still the word of who said it first.
            let mut others = words.iter().filter(|word| word.stream != stream);
            if others.all(|word| word.values.get(&field) != Some(&value)) {
                word_of(words, stream).entry(field).or_insert(value);
            }
        }
        word_of(words, came.0).extend(came.1);
    }

    /// An author who had seen what stood wrote something else: it takes the place of what stood.
    pub(super) fn overwrite(
        &mut self,
        row: Uuid,
        entity: &str,
        stream: Uuid,
        before: &Fields,
        changes: &Fields,
    ) {
        for ((_, disputed), words) in self.open.iter_mut().filter(|((id, _), _)| *id == row) {
            let values: Fields = changes
                .iter()
                .filter(|(field, _)| group(entity, field) == disputed)
                .map(|(field, value)| (field.clone(), value.clone()))
                .collect();
            for (field, value) in values {
                let old = before.get(&field).cloned().unwrap_or(Value::Null);
                for word in words.iter_mut() {
                    if word.values.get(&field) == Some(&old) || word.stream == stream {
                        word.values.remove(&field);
                    }
                }
                word_of(words, stream).insert(field, value);
                words.retain(|word| !word.values.is_empty());
            }
        }
    }

    /// An author says what the row says already: whoever disputed it until now has come round.
    pub(super) fn come_round(&mut self, row: Uuid, entity: &str, stream: Uuid, said: &Fields) {
        for ((_, disputed), words) in self.open.iter_mut().filter(|((id, _), _)| *id == row) {
            for word in words.iter_mut().filter(|word| word.stream == stream) {
                let of_this = said.iter().filter(|(field, _)| group(entity, field) == disputed);
                word.values
                    .extend(of_this.map(|(field, value)| (field.clone(), value.clone())));
            }
        }
    }

    /// A dispatcher has decided; `before` is how it was until then.
    pub(super) fn decided(&mut self, conflict: Uuid, row: Uuid, field: &str, before: &Disputes) {
        let place = (row, field.to_owned());
        self.open.remove(&place);
        if let Some(words) = before.open.get(&place) {
            self.decided.insert(conflict, (place, words.clone()));
        }
    }

    /// They have taken it back: every word counts again.
    pub(super) fn reopened(&mut self, conflict: Uuid) {
        if let Some((place, words)) = self.decided.remove(&conflict) {
            self.open.entry(place).or_insert(words);
        }
    }

    /// The rows somebody disagrees about.
    pub(super) fn rows(&self) -> std::collections::BTreeSet<Uuid> {
        self.open.keys().map(|(row, _)| *row).collect()
    }

    /// Each dispute has one open conflict that holds every author's word, or has ended in agreement.
    pub(super) fn check(&mut self, oracle: &Oracle, row: Uuid) -> Result<(), Broken> {
        let places: Vec<Place> = self.open.keys().filter(|(id, _)| *id == row).cloned().collect();
        for place in places {
            let conflicts: Vec<&Fields> = oracle
                .live("conflict")
                .map(|(_, conflict)| conflict.fields.as_ref())
                .filter(|conflict| conflict["row_id"] == json!(row) && conflict["field"] == json!(place.1))
                .collect();
            let open: Vec<&&Fields> = conflicts
                .iter()
                .filter(|conflict| conflict["status"] == json!("open"))
                .collect();
            let words = &self.open[&place];
            match open.as_slice() {
                [conflict] => {
                    for word in words {
                        if let Some((field, value)) = word.values.iter().find(|(f, v)| !holds(conflict, f, v))
                        {
                            let detail = format!(
                                "the conflict on {} of {row} lacks {field} = {value} of {}: {conflict:?}",
                                place.1, word.stream
                            );
                            return Err(Broken::new(6, detail));
                        }
                    }
                }
                [] if agreed(words) => {
                    self.open.remove(&place);
                }
                [] => {
                    let detail = format!(
                        "{} of {row} is disputed ({words:?}) and no conflict is open",
                        place.1
                    );
                    return Err(Broken::new(6, detail));
                }
                _ => {
                    return Err(Broken::new(
                        6,
                        format!("{} conflicts are open on {} of {row}", open.len(), place.1),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What an author says, as it is so far.
fn word_of(words: &mut Vec<Word>, stream: Uuid) -> &mut Fields {
    let place = words
        .iter()
        .position(|word| word.stream == stream)
        .unwrap_or_else(|| {
            words.push(Word {
                stream,
                values: Fields::new(),
            });
            words.len() - 1
        });
    &mut words[place].values
}

/// Whether a side of a conflict says so.
pub(super) fn holds(conflict: &Fields, field: &str, value: &Value) -> bool {
    let says = |claim: &Value| claim["values"].get(field).unwrap_or(&Value::Null) == value;
    says(&conflict["current"])
        || says(&conflict["incoming"])
        || conflict
            .get("also")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .any(says)
}

fn agreed(words: &[Word]) -> bool {
    words.iter().enumerate().all(|(place, one)| {
        words[place + 1..].iter().all(|other| {
            one.values
                .iter()
                .all(|(field, value)| other.values.get(field).is_none_or(|theirs| theirs == value))
        })
    })
}
