//! What holds of the merge whatever comes in, in whatever order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#[path = "support/row.rs"]
mod row;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use row::{Edit, ModelRow, NOTE, fields, value_for};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::merge::{Current, Incoming, Side, merge, unite};
use sync_protocol::policy::Policy;
use sync_protocol::text;
use uuid::Uuid;

fn stream(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n) + 1)
}

fn any_set() -> impl Strategy<Value = Fields> {
    let names: Vec<&str> = NOTE
        .fields
        .iter()
        .map(|field| field.name)
        .chain(["unknown"])
        .collect();
    btree_map(select(names), any::<u8>(), 1..6).prop_map(|picks| {
        picks
            .into_iter()
            .map(|(name, pick)| (name.to_owned(), value_for(name, pick)))
            .collect()
    })
}

/// An edit of one of three streams that saw the row some versions ago.
fn any_edit() -> impl Strategy<Value = (u8, u64, Fields)> {
    (0..3u8, 0..6u64, any_set())
}

/// A row with a past, and its version.
fn any_row() -> impl Strategy<Value = (ModelRow, u64)> {
    vec(any_edit(), 0..8).prop_map(|edits| {
        let mut row = ModelRow::default();
        let mut version = 0;
        for (author, behind, set) in edits {
            let base = u64::saturating_sub(version, behind);
            version += 1;
            let id = Uuid::from_u128(version.into());
            row.apply(
                &Edit {
                    id,
                    stream: stream(author),
                    base,
                    set,
                },
                version,
                true,
            );
        }
        (row, version)
    })
}

/// Whether what `edit` says of `field` is true of `after`.
fn stands(field: &str, said: &Value, before: &ModelRow, after: &ModelRow, edit: &Edit) -> bool {
    let now = after.get(field);
    match NOTE.policy(field) {
        Policy::Set => unite(now, said).as_ref() == Some(now) || now == said,
        Policy::Text if now != said => {
            let (Some(now), Some(said)) = (now.as_str(), said.as_str()) else {
                return false;
            };
            let base = before.value_before(field, edit).unwrap_or_default();
            let base = base.as_str().unwrap_or_default();
            let (now, base): (Vec<_>, Vec<_>) = (now.lines().collect(), base.lines().collect());
            said.lines()
                .all(|line| base.contains(&line) || now.contains(&line))
        }
        _ => now == said,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_that_does_not_come_to_stand_is_in_a_clash(
        (before, version) in any_row(), (author, behind, set) in any_edit(), exempt: bool,
    ) {
        let edit = Edit { id: Uuid::max(), stream: stream(author), base: version.saturating_sub(behind), set };
        let mut after = before.clone();
        let merged = after.apply(&edit, version + 1, exempt);
        for (field, said) in &edit.set {
            let kept = merged.clashes.iter().any(|clash| clash.incoming.get(field) == Some(said));
            prop_assert!(
                kept || stands(field, said, &before, &after, &edit),
                "{field}: {said} is lost; it shows {}", after.get(field)
            );
        }
    }

    #[test]
    fn a_value_its_author_has_not_seen_is_not_overwritten_without_a_clash(
        (before, version) in any_row(), (author, behind, set) in any_edit(), exempt: bool,
    ) {
        let base = version.saturating_sub(behind);
        let edit = Edit { id: Uuid::max(), stream: stream(author), base, set };
        let mut after = before.clone();
        let merged = after.apply(&edit, version + 1, exempt);
        for field in merged.changes.keys() {
            let unseen = before.stamps.get(field).is_some_and(|stamp| {
                stamp.version > base && !(exempt && stamp.stream == edit.stream)
            });
            // A state machine lets a legal step through, a set loses only what the edit names, and a text that
            // was united still has both sides' lines.
            let allowed = match NOTE.policy(field) {
                Policy::Set | Policy::Status(_) => true,
                Policy::Text => {
                    let base = before.value_before(field, &edit).unwrap_or_default();
                    let base = base.as_str().unwrap_or_default();
                    let (old, new) = (before.get(field).as_str().unwrap_or_default(), after.get(field));
                    let new: Vec<_> = new.as_str().unwrap_or_default().lines().collect();
                    old.lines().all(|line| base.lines().any(|b| b == line) || new.contains(&line))
                }
                _ => false,
            };
            let kept = merged.clashes.iter().any(|clash| clash.current.get(field) == Some(before.get(field)));
            prop_assert!(!unseen || allowed || kept, "{field}: {} is lost", before.get(field));
        }
    }

    #[test]
    fn what_is_in_a_clash_is_what_was_said_and_what_was_there(
        (before, version) in any_row(), (author, behind, set) in any_edit(), exempt: bool,
    ) {
        let edit = Edit { id: Uuid::max(), stream: stream(author), base: version.saturating_sub(behind), set };
        let mut after = before.clone();
        for clash in after.apply(&edit, version + 1, exempt).clashes {
            prop_assert!(clash.incoming.iter().any(|(field, said)| clash.current[field] != *said));
            for (field, seen) in &clash.seen {
                prop_assert!(!edit.set.contains_key(field) && clash.current.contains_key(field));
                prop_assert_eq!(Some(seen.clone()), before.value_before(field, &edit));
            }
            for coupled in NOTE.fields.iter().filter(|f| NOTE.group(f.name) == clash.group) {
                prop_assert_eq!(clash.current.get(coupled.name), Some(before.get(coupled.name)));
            }
            for (field, said) in &clash.incoming {
                prop_assert_eq!(Some(said), edit.set.get(field));
                prop_assert_eq!(&clash.current[field], before.get(field));
                let stands = if clash.stands == Side::Incoming { said } else { &clash.current[field] };
                prop_assert_eq!(after.get(field), stands);
            }
        }
    }

    #[test]
    fn fields_that_were_not_sent_never_change(
        (before, version) in any_row(), (author, behind, set) in any_edit(), exempt: bool,
    ) {
        let edit = Edit { id: Uuid::max(), stream: stream(author), base: version.saturating_sub(behind), set };
        let mut after = before.clone();
        after.apply(&edit, version + 1, exempt);
        for field in before.body.keys().chain(after.body.keys()).filter(|field| !edit.set.contains_key(*field)) {
            prop_assert_eq!(before.get(field), after.get(field));
            prop_assert_eq!(before.stamps.get(field), after.stamps.get(field));
        }
    }

    #[test]
    fn equal_values_never_clash((row, version) in any_row(), behind in 0..8u64, exempt: bool, author in 0..3u8) {
        let merged = merge(
            &NOTE,
            Current { body: &row.body, stamps: &row.stamps },
            Incoming {
                set: &row.body,
                base: version.saturating_sub(behind),
                own_stream: exempt.then_some(stream(author)),
            },
            |_| None,
        );
        prop_assert!(merged.clashes.is_empty() && merged.changes.is_empty(), "{merged:?}");
    }

    #[test]
    fn applying_the_same_again_changes_nothing(
        (mut row, version) in any_row(), (author, behind, set) in any_edit(),
    ) {
        let edit = Edit { id: Uuid::max(), stream: stream(author), base: version.saturating_sub(behind), set };
        row.apply(&edit, version + 1, true);
        let again = row.clone().apply(&edit, version + 2, true);
        prop_assert!(again.changes.is_empty(), "{again:?}");
    }

    #[test]
    fn disjoint_edits_give_one_state_in_any_order(
        (start, version) in any_row(), set in any_set(), owners in vec(0..4u8, 12), order in Just([0, 1, 2, 3u8]).prop_shuffle(),
    ) {
        // Coupled fields count as one value, so their group belongs to one author.
        let owner = |field: &str| {
            let groups: Vec<&str> = NOTE.fields.iter().map(|f| NOTE.group(f.name)).collect();
            owners[groups.iter().position(|group| *group == NOTE.group(field)).unwrap_or(11)]
        };
        let edits: Vec<Edit> = (0..4)
            .map(|author| Edit {
                id: Uuid::from_u128(100 + u128::from(author)),
                stream: stream(10 + author),
                base: version,
                set: set.clone().into_iter().filter(|(field, _)| owner(field) == author).collect(),
            })
            .collect();
        let run = |order: [u8; 4]| {
            let mut row = start.clone();
            let mut clashes = BTreeMap::new();
            for (step, author) in (1..).zip(order) {
                let edit = &edits[usize::from(author)];
                clashes.insert(author, row.apply(edit, version + step, true).clashes);
            }
            (row.body, clashes)
        };
        let (body, clashes) = run([0, 1, 2, 3]);
        prop_assert_eq!(run(order), (body, clashes.clone()));
        for clash in clashes.into_values().flatten() {
            let forbidden = matches!(NOTE.policy(&clash.group), Policy::Append | Policy::Status(_));
            prop_assert!(forbidden, "nobody else wrote {}", clash.group);
        }
    }

    #[test]
    fn a_lone_chain_never_clashes_with_itself(sets in vec((0..9u64, any_set()), 1..12), others in vec(any_set(), 12)) {
        let chain = ["room", "value", "unit", "answer", "story", "tags", "label"];
        let mut row = ModelRow::default();
        let mut version = 0;
        for ((behind, mine), theirs) in sets.into_iter().zip(others) {
            for (author, set) in [(1, theirs), (0, mine)] {
                let set = set.into_iter().filter(|(f, _)| chain.contains(&f.as_str()) == (author == 0)).collect();
                let base = u64::saturating_sub(version, behind);
                version += 1;
                let edit = Edit { id: Uuid::from_u128(version.into()), stream: stream(author), base, set };
                let merged = row.apply(&edit, version, true);
                if author == 0 {
                    prop_assert!(merged.clashes.is_empty(), "{:?}", merged.clashes);
                    for (field, said) in edit.set.iter().filter(|(field, _)| *field != "tags") {
                        prop_assert_eq!(row.get(field), said);
                    }
                }
            }
        }
    }
}

/// Two phones that add sentences of their own to one text, offline for any stretch.
#[derive(Debug, Clone)]
enum Step {
    Add { phone: usize, at: Index },
    Push { phone: usize },
    Pull { phone: usize },
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..2usize, any::<Index>()).prop_map(|(phone, at)| Step::Add { phone, at }),
        2 => (0..2usize).prop_map(|phone| Step::Push { phone }),
        1 => (0..2usize).prop_map(|phone| Step::Pull { phone }),
    ]
}

#[derive(Default)]
struct Phone {
    shown: String,
    base: u64,
    queue: Vec<Edit>,
}

#[derive(Default)]
struct TextWorld {
    row: ModelRow,
    version: u64,
    phones: [Phone; 2],
    /// Everything a human would find: the texts of all clashes.
    clashes: String,
    added: usize,
}

impl TextWorld {
    fn write(&mut self, edit: &Edit) {
        self.version += 1;
        for clash in self.row.apply(edit, self.version, true).clashes {
            self.clashes.push_str(&clash.incoming["story"].to_string());
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Add { phone, at } => {
                self.added += 1;
                let id = Uuid::from_u128(self.added as u128);
                let Phone { shown, base, queue } = &mut self.phones[*phone];
                let mut sentences: Vec<&str> = shown.split_inclusive('。').collect();
                let new = format!("<{}>。", self.added);
                sentences.insert(at.index(sentences.len() + 1), &new);
                *shown = sentences.concat();
                let set = fields(json!({"story": shown}));
                queue.push(Edit {
                    id,
                    stream: stream(*phone as u8),
                    base: *base,
                    set,
                });
            }
            Step::Push { phone } => {
                if !self.phones[*phone].queue.is_empty() {
                    let edit = self.phones[*phone].queue.remove(0);
                    self.write(&edit);
                }
            }
            Step::Pull { phone } => {
                let phone = &mut self.phones[*phone];
                if phone.queue.is_empty() {
                    phone.shown = self.row.get("story").as_str().unwrap_or_default().to_owned();
                    phone.base = self.version;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sentence_of_two_offline_authors_is_lost(steps in vec(any_step(), 1..40)) {
        let mut world = TextWorld::default();
        world.write(&Edit { id: Uuid::max(), stream: stream(9), base: 0, set: fields(json!({"story": "甲。乙。丙。丁。"})) });
        for phone in 0..2 {
            world.step(&Step::Pull { phone });
        }
        for step in &steps {
            world.step(step);
        }
        for phone in 0..2 {
            while !world.phones[phone].queue.is_empty() {
                world.step(&Step::Push { phone });
            }
        }
        let story = world.row.get("story").as_str().unwrap();
        for n in 1..=world.added {
            let sentence = format!("<{n}>。");
            prop_assert!(story.contains(&sentence) || world.clashes.contains(&sentence), "{sentence} is lost: {story}");
        }
    }

    #[test]
    fn texts_merge_alike_from_both_sides(
        base in "([ab。.\n ]|\r\n){0,12}", ours in "([ab。.\n ]|\r\n){0,12}", theirs in "([ab。.\n ]|\r\n){0,12}",
    ) {
        prop_assert_eq!(text::merge(&base, &ours, &theirs), text::merge(&base, &theirs, &ours));
        prop_assert_eq!(text::merge(&base, &ours, &base), Some(ours.clone()));
        prop_assert_eq!(text::merge(&base, &ours, &ours), Some(ours));
    }

    #[test]
    fn no_text_upsets_the_merge(base: String, ours: String, theirs: String, cut in "[\u{FDD0}\n。a]{0,6}") {
        text::merge(&base, &ours, &theirs);
        text::merge(&cut, &format!("{cut}{ours}"), &format!("{theirs}{cut}"));
    }
}
