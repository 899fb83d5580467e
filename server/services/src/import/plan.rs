//! What an import would do: decided for every row from what was loaded, without touching the database.
use super::change::{creation, update};
use super::draft::{Draft, Position, Row, Source};
use super::find::{Match, find, identity};
use super::known::{self, Known, KnownAsset};
use super::place::{Chosen, NewPlace, Place, Places};
use super::problem::{Problem, Reason};
use super::report::{Outcome, Report, RowReport};
use crate::error::ServiceError;
use onsite_store::Db;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::operation::OperationKind;
use uuid::Uuid;

/// The client and site chosen for the whole import, by id, code or name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    pub client: Option<String>,
    pub site: Option<String>,
}

/// What would happen, row by row.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub rows: Vec<PlannedRow>,
}

/// One row of a plan.
#[derive(Debug, Clone)]
pub struct PlannedRow {
    pub report: RowReport,
    pub(super) steps: Option<Steps>,
}

/// What must be written for a row.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    /// The stream it is written under; none for the person's own, whose edits a list of ours brings.
    pub stream: Option<Uuid>,
    pub needs: Vec<NewPlace>,
    pub kind: OperationKind,
    pub row: Uuid,
    /// Version of the row the decision was made on; 0 for a new one.
    pub base: u64,
    pub set: Fields,
    /// What the file calls the fields.
    pub columns: BTreeMap<String, String>,
}

impl Plan {
    /// The report of a dry run.
    pub fn report(&self) -> Report {
        Report::of(self.rows.iter().map(|row| row.report.clone()).collect(), false)
    }

    /// The plan in parts of at most `rows` rows, each to be run in a transaction of its own, in order.
    pub fn batches(mut self, rows: usize) -> Vec<Plan> {
        let mut parts = Vec::new();
        while !self.rows.is_empty() {
            let rest = self.rows.split_off(rows.clamp(1, self.rows.len()));
            parts.push(Plan {
                rows: std::mem::replace(&mut self.rows, rest),
            });
        }
        parts
    }
}

/// Decides what importing these rows would do.
///
/// # Errors
/// The target names no client or site, or several; or the database can't be read.
pub fn plan(db: &mut Db, rows: Vec<Row>, target: &Target) -> Result<Plan, ServiceError> {
    let mut known = known::places(db)?;
    let chosen = Chosen::of(&known, target.client.as_deref(), target.site.as_deref())?;
    known::load(db, &mut known, &rows, chosen.client)?;
    Ok(decide(&known, chosen, rows))
}

/// The decision itself.
fn decide(known: &Known, chosen: Chosen, rows: Vec<Row>) -> Plan {
    let standing = standing_rows(&rows);
    let mut decider = Decider {
        known,
        places: Places::new(known, chosen),
        taken: BTreeMap::new(),
        tags: BTreeMap::new(),
        announced: BTreeSet::new(),
    };
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            let mut report = blank(&row);
            let twin = standing.get(&index).filter(|twin| **twin != row.at);
            let decided = match (row.read, twin) {
                (Err(problem), _) => Err(problem),
                (Ok(_), Some(of)) => Err(Problem::new(Reason::Duplicate { of: of.clone() })),
                (Ok(draft), None) => decider.row(&draft, &row.at, &mut report),
            };
            let steps = decided.unwrap_or_else(|problem| {
                report.outcome = match problem.reason {
                    Reason::Duplicate { .. } => Outcome::Duplicate,
                    Reason::Older { .. } => Outcome::Unchanged,
                    _ => Outcome::Refused,
                };
                report.changes.clear();
                report.problem = Some(problem);
                None
            });
            PlannedRow { report, steps }
        })
        .collect();
    Plan { rows }
}

/// For each draft, the position of the one that stands for its asset: the newest whole inventory, else the first row.
fn standing_rows(rows: &[Row]) -> BTreeMap<usize, Position> {
    let drafts = || {
        rows.iter()
            .enumerate()
            .filter_map(|(at, row)| row.read.as_ref().ok().map(|d| (at, d)))
    };
    let mut best: BTreeMap<(Source, String), (usize, &Draft)> = BTreeMap::new();
    for (at, draft) in drafts() {
        let standing = best.entry((draft.source, identity(draft))).or_insert((at, draft));
        if (draft.details.whole, &draft.as_of) > (standing.1.details.whole, &standing.1.as_of) {
            *standing = (at, draft);
        }
    }
    drafts()
        .filter_map(|(at, draft)| {
            let (standing, _) = best.get(&(draft.source, identity(draft)))?;
            Some((at, rows[*standing].at.clone()))
        })
        .collect()
}

fn blank(row: &Row) -> RowReport {
    let label = row.read.as_ref().map(|draft| {
        let parts = [draft.text("tag"), draft.text("name")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    RowReport {
        at: row.at.clone(),
        outcome: Outcome::Unchanged,
        label: label.unwrap_or_default(),
        asset: None,
        client: None,
        site: None,
        new_places: Vec::new(),
        changes: Vec::new(),
        kept: Vec::new(),
        problem: None,
    }
}

struct Decider<'a> {
    known: &'a Known,
    places: Places<'a>,
    /// Assets that a row of this input describes already.
    taken: BTreeMap<Uuid, Position>,
    /// Tags that rows of this input will have put on.
    tags: BTreeMap<String, Position>,
    /// New clients and sites that an earlier row has reported.
    announced: BTreeSet<Uuid>,
}

impl<'a> Decider<'a> {
    fn row(
        &mut self,
        draft: &Draft,
        at: &Position,
        report: &mut RowReport,
    ) -> Result<Option<Steps>, Problem> {
        let (place, existing) = self.place(draft)?;
        report.client = Some(place.client_name.clone());
        report.site = Some(place.site_name.clone());
        let id = existing.map_or_else(|| draft.asset_id(), |known| known.row.id);
        if let Some(of) = self.taken.get(&id) {
            return Err(Problem::new(Reason::Duplicate { of: of.clone() }));
        }
        self.tag_is_free(draft, id, at)?;
        let set = match existing {
            None => creation(draft, &place)?,
            Some(known) => {
                report.asset = Some(id);
                let seen = self
                    .known
                    .seen
                    .get(&id)
                    .copied()
                    .filter(|_| draft.record.is_some());
                let update = update(draft, known, &place, seen)?;
                report.changes = update.changes;
                report.kept = update.kept;
                update.set
            }
        };
        for need in &place.needs {
            need.record
                .validate()
                .map_err(|invalid| Problem::new(Reason::Refused(invalid.to_string())).value(need.name()))?;
        }
        self.taken.insert(id, at.clone());
        report.asset = Some(id);
        if set.is_empty() {
            return Ok(None);
        }
        report.outcome = existing.map_or(Outcome::Created, |_| Outcome::Updated);
        let first = place.needs.iter().filter(|need| self.announced.insert(need.id));
        report.new_places.extend(first.map(NewPlace::report));
        Ok(Some(Steps {
            stream: draft.record.is_none().then(|| draft.source.stream()),
            needs: place.needs,
            kind: existing.map_or(OperationKind::Create, |_| OperationKind::Update),
            row: id,
            base: existing.map_or(0, |known| known.row.version),
            set,
            columns: draft.columns.clone(),
        }))
    }

    /// Where the draft's asset stands or will stand, and the asset if we have it.
    fn place(&mut self, draft: &Draft) -> Result<(Place, Option<&'a KnownAsset>), Problem> {
        let known = self.known;
        let (found, certain) = match find(known, draft) {
            Match::Key(id) => (known.assets.get(&id), true),
            Match::Likeness(id) => (known.assets.get(&id), false),
            Match::Deleted => return Err(Problem::new(Reason::DeletedHere { noun: "asset" })),
            Match::Unknown => {
                let problem = Problem::new(Reason::NoRecord).column(draft.column("record"));
                return Err(match draft.record {
                    Some(record) => problem.value(record.to_string()),
                    None => problem,
                });
            }
            Match::None => (None, true),
        };
        let place = self
            .places
            .settle(draft, found.map(|known| known.asset.site_id))?;
        let Some(asset) = found else {
            return Ok((place, None));
        };
        let owner = known.client_of(asset.asset.site_id);
        if owner == Some(place.client) {
            return Ok((place, Some(asset)));
        }
        if certain {
            let client = owner
                .map(|owner| self.places.client_name(owner))
                .unwrap_or_default();
            return Err(Problem::new(Reason::OtherClient { client })
                .column(draft.column("client"))
                .value(place.client_name));
        }
        // Another client's asset only looks like this one.
        Ok((self.places.settle(draft, None)?, None))
    }

    fn tag_is_free(&mut self, draft: &Draft, asset: Uuid, at: &Position) -> Result<(), Problem> {
        let Some(tag) = draft.text("tag") else {
            return Ok(());
        };
        let held = |reason: Reason| Problem::new(reason).column(draft.column("tag")).value(tag);
        let holder = self.known.by_tag.get(tag).filter(|holder| **holder != asset);
        if let Some(holder) = holder.and_then(|holder| self.known.assets.get(holder)) {
            let asset = holder.asset.name.clone();
            return Err(held(Reason::TagHeld { asset }));
        }
        match self.tags.get(tag) {
            Some(of) => Err(held(Reason::Duplicate { of: of.clone() })),
            None => {
                self.tags.insert(tag.to_owned(), at.clone());
                Ok(())
            }
        }
    }
}
