//! The mail outbox: a row is written in the transaction that causes the mail; a job delivers it.
use crate::db::Db;
use crate::dialect::{At, Both, Id};
use crate::error::StoreError;
use crate::schema::notifications;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: Uuid,
    /// One per intent: a retry and a duplicate carry the same.
    pub message_id: String,
    pub kind: String,
    pub recipient: String,
    pub language: String,
    /// What the mail says, as JSON of the mail layer.
    pub mail: String,
    /// The visit it is about.
    pub visit_id: Option<Uuid>,
    /// The sheet whose documents are attached.
    pub sheet_id: Option<Uuid>,
    pub state: State,
    pub attempts: u32,
    pub next_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// What the last attempt failed with.
    pub error: Option<String>,
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Due,
    Sent,
    /// Given up; a dispatcher can send it again.
    Dead,
}

impl State {
    /// Its name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            State::Due => "due",
            State::Sent => "sent",
            State::Dead => "dead",
        }
    }

    fn from_name(name: &str) -> Option<State> {
        [State::Due, State::Sent, State::Dead]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

type Columns = (
    Id,
    String,
    String,
    String,
    String,
    String,
    Option<Id>,
    Option<Id>,
    String,
    i32,
    At,
    At,
    Option<At>,
    Option<String>,
);

fn from_columns(columns: Columns) -> Result<Notification, StoreError> {
    let (
        Id(id),
        message_id,
        kind,
        recipient,
        language,
        mail,
        visit,
        sheet,
        state,
        attempts,
        next,
        created,
        sent,
        error,
    ) = columns;
    Ok(Notification {
        id,
        message_id,
        kind,
        recipient,
        language,
        mail,
        visit_id: visit.map(|Id(id)| id),
        sheet_id: sheet.map(|Id(id)| id),
        state: State::from_name(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("notification {id}: state")))?,
        attempts: attempts as u32,
        next_at: next.0,
        created_at: created.0,
        sent_at: sent.map(|At(at)| at),
        error,
    })
}

/// Puts a mail into the outbox; one of the same intent stays as it is.
///
/// # Errors
/// The database is gone.
pub fn add(tx: &mut Tx<'_>, one: &Notification) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(notifications::table)
            .values((
                notifications::id.eq(Id(one.id)),
                notifications::message_id.eq(&one.message_id),
                notifications::kind.eq(&one.kind),
                notifications::recipient.eq(&one.recipient),
                notifications::language.eq(&one.language),
                notifications::mail.eq(&one.mail),
                notifications::visit_id.eq(one.visit_id.map(Id)),
                notifications::sheet_id.eq(one.sheet_id.map(Id)),
                notifications::state.eq(one.state.name()),
                notifications::attempts.eq(one.attempts as i32),
                notifications::next_at.eq(At(one.next_at)),
                notifications::created_at.eq(At(one.created_at)),
            ))
            .on_conflict(notifications::message_id)
            .do_nothing(),
    )
    .execute(tx.writing()?)?;
    Ok(())
}

/// Whether a mail is due: asked before claiming, so that an idle worker writes nothing.
///
/// # Errors
/// The database can't be read.
pub fn any_due(db: &mut Db, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let due = notifications::table
        .filter(
            notifications::state
                .eq(State::Due.name())
                .and(notifications::next_at.le(At(now))),
        )
        .select(notifications::id)
        .first::<Id>(db.reading()?)
        .optional()?;
    Ok(due.is_some())
}

/// Takes up to `limit` mails that are due, putting their next attempt off until `lease_until`, so that no other
/// worker takes them meanwhile and a worker that dies only delays them.
///
/// # Errors
/// The database is gone.
pub fn claim(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let found: Vec<Columns> = notifications::table
        .filter(
            notifications::state
                .eq(State::Due.name())
                .and(notifications::next_at.le(At(now))),
        )
        .order(notifications::next_at)
        .limit(limit)
        .load(tx.writing()?)?;
    let due: Vec<Notification> = found.into_iter().map(from_columns).collect::<Result<_, _>>()?;
    let ids: Vec<Id> = due.iter().map(|one| Id(one.id)).collect();
    diesel::update(notifications::table.filter(notifications::id.eq_any(ids)))
        .set(notifications::next_at.eq(At(lease_until)))
        .execute(tx.writing()?)?;
    Ok(due)
}

/// Writes down how an attempt went.
///
/// # Errors
/// The database is gone.
pub fn record(tx: &mut Tx<'_>, one: &Notification) -> Result<(), StoreError> {
    diesel::update(notifications::table.find(Id(one.id)))
        .set((
            notifications::state.eq(one.state.name()),
            notifications::attempts.eq(one.attempts as i32),
            notifications::next_at.eq(At(one.next_at)),
            notifications::sent_at.eq(one.sent_at.map(At)),
            notifications::error.eq(&one.error),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// The mail of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Notification>, StoreError> {
    let found: Option<Columns> = notifications::table
        .find(Id(id))
        .get_result(db.reading()?)
        .optional()?;
    found.map(from_columns).transpose()
}

/// Which mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<State>,
    pub visit: Option<Uuid>,
    pub kind: Option<String>,
    /// To this address.
    pub recipient: Option<String>,
    /// Backwards, from the newest on.
    pub newest_first: bool,
}

/// Mails behind one of them in their order.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    filter: &Filter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let mut query = notifications::table.limit(limit).into_boxed();
    query = match (filter.newest_first, after) {
        (false, None) => query.order(notifications::id),
        (false, Some(after)) => query
            .filter(notifications::id.gt(Id(after)))
            .order(notifications::id),
        (true, None) => query.order(notifications::id.desc()),
        (true, Some(after)) => query
            .filter(notifications::id.lt(Id(after)))
            .order(notifications::id.desc()),
    };
    if let Some(state) = filter.state {
        query = query.filter(notifications::state.eq(state.name()));
    }
    if let Some(visit) = filter.visit {
        query = query.filter(notifications::visit_id.eq(Id(visit)));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(notifications::kind.eq(kind.clone()));
    }
    if let Some(recipient) = &filter.recipient {
        query = query.filter(notifications::recipient.eq(recipient.clone()));
    }
    let found: Vec<Columns> = query.load(db.reading()?)?;
    found.into_iter().map(from_columns).collect()
}

/// How the outbox stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Mails that wait to be sent, and since when the first of them does.
    pub due: u64,
    pub oldest_at: Option<DateTime<Utc>>,
    /// Mails that were given up.
    pub dead: u64,
    pub last_sent_at: Option<DateTime<Utc>>,
    /// What the last attempts failed with, of a mail that still waits.
    pub last_error: Option<String>,
}

/// How the outbox stands.
///
/// # Errors
/// The database can't be read.
pub fn backlog(db: &mut Db) -> Result<Backlog, StoreError> {
    let conn = db.reading()?;
    let of = |state: State| notifications::table.filter(notifications::state.eq(state.name()));
    let due: i64 = of(State::Due).count().get_result(conn)?;
    let dead: i64 = of(State::Dead).count().get_result(conn)?;
    let oldest: Option<At> = of(State::Due)
        .order(notifications::created_at)
        .select(notifications::created_at)
        .first(conn)
        .optional()?;
    let last_sent: Option<Option<At>> = of(State::Sent)
        .order(notifications::sent_at.desc())
        .select(notifications::sent_at)
        .first(conn)
        .optional()?;
    let last_error: Option<Option<String>> = of(State::Due)
        .filter(notifications::error.is_not_null())
        .order(notifications::next_at.desc())
        .select(notifications::error)
        .first(conn)
        .optional()?;
    Ok(Backlog {
        due: due as u64,
        oldest_at: oldest.map(|At(at)| at),
        dead: dead as u64,
        last_sent_at: last_sent.flatten().map(|At(at)| at),
        last_error: last_error.flatten(),
    })
}
