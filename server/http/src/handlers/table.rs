//! Lists as files for spreadsheet programs.
use crate::app::App;
use crate::input::Input;
use crate::input::list::Narrowed;
use crate::input::query::Query;
use crate::input::tongue::Tongue;
use crate::permit::{Allowed, Export, Permit};
use crate::problem::Problem;
use crate::reply::Bytes;
use crate::resource::Resource;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use onsite_model::listing::{Column, RECORD};
use onsite_services::ServiceError;
use onsite_services::export::Recorded;
use onsite_services::export::table::{Manner, Table};
use onsite_services::list::{Place, Wanted};
use onsite_services::session::Caller;
use onsite_store::{Db, feed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;

/// Rows read at once.
pub const PAGE: u32 = 1000;

/// A list that is given as a file too.
pub trait Tabled: 'static {
    /// The list's own, where that is narrower than the right to export.
    type Permit: Permit<Caller = Caller>;
    /// The parameters that narrow it down: those of the list.
    type Narrowing: Input;
    /// Which rows that asks for.
    type Wanted: Clone + Send + 'static;
    /// Where it goes on.
    type Place: Send + 'static;
    /// Its name in paths, and the file's.
    const NAME: &'static str;
    const COLUMNS: &'static [Column];

    fn wanted(narrowing: Self::Narrowing) -> Self::Wanted;

    /// Up to [`PAGE`] rows behind a place, and the place behind them if there are more.
    ///
    /// # Errors
    /// The caller may not see them, or the database can't be read.
    fn rows(
        db: &mut Db,
        reader: &Reader,
        wanted: &Self::Wanted,
        after: Option<Self::Place>,
    ) -> Result<(Vec<Fields>, Option<Self::Place>), ServiceError>;
}

/// Who reads a list, and when.
#[derive(Debug, Clone)]
pub struct Reader {
    pub caller: Caller,
    pub now: DateTime<Utc>,
}

impl<E: Resource> Tabled for E {
    type Permit = Export;
    type Narrowing = Narrowed<E>;
    type Wanted = Wanted;
    type Place = Place;
    const NAME: &'static str = E::PLURAL;
    const COLUMNS: &'static [Column] = E::LISTING.columns;

    fn wanted(narrowing: Narrowed<E>) -> Wanted {
        narrowing.wanted
    }

    fn rows(
        db: &mut Db,
        reader: &Reader,
        wanted: &Wanted,
        after: Option<Place>,
    ) -> Result<(Vec<Fields>, Option<Place>), ServiceError> {
        let author = crate::app::author(&reader.caller);
        let page = wanted.page(db, &author, after.as_ref(), PAGE)?;
        let epoch = feed::clock(db)?.epoch;
        let rows = page.rows.into_iter().map(|row| {
            let version = Version {
                epoch,
                number: row.version,
            };
            let recorded = Recorded { id: row.id, version };
            let mut fields = row.body.clone();
            fields.insert(RECORD.to_owned(), recorded.to_string().into());
            fields
        });
        Ok((rows.collect(), page.next))
    }
}

/// How a file is written.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Shown {
    /// IANA name of the zone its times are shown in; UTC where it is absent.
    #[serde(default)]
    zone: Option<String>,
}

type Asked<T> = (<T as Tabled>::Narrowing, Tongue, Query<Shown>);

pub async fn csv<T: Tabled>(who: Allowed<T::Permit>, app: App, asked: Asked<T>) -> Result<Bytes, Problem> {
    let table = read::<T>(&who, &app, asked).await?;
    let bytes = app.heavy(move || table.csv()).await?;
    Ok(file::<T>("text/csv; charset=utf-8", "csv", bytes))
}

pub async fn xlsx<T: Tabled>(who: Allowed<T::Permit>, app: App, asked: Asked<T>) -> Result<Bytes, Problem> {
    let table = read::<T>(&who, &app, asked).await?;
    let bytes = app.heavy(move || table.xlsx()).await?;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file::<T>(media_type, "xlsx", bytes))
}

/// Page by page, so that a large file holds nobody up who reads meanwhile.
async fn read<T: Tabled>(
    who: &Allowed<T::Permit>,
    app: &App,
    (narrowing, Tongue(language), Query(shown)): Asked<T>,
) -> Result<Table, Problem> {
    let zone = match &shown.zone {
        None => Tz::UTC,
        Some(name) => name.parse().map_err(|_| {
            Problem::new(
                ErrorCode::Invalid,
                "is not an IANA time zone such as Asia/Shanghai",
            )
            .field("zone")
        })?,
    };
    let reader = Reader {
        caller: Caller::clone(who),
        now: app.now(),
    };
    let wanted = T::wanted(narrowing);
    let mut table = Table::new(T::COLUMNS, Manner { language, zone });
    let mut place = None;
    loop {
        let (reader, wanted, after) = (reader.clone(), wanted.clone(), place.take());
        let (read, next) = app
            .read(move |db| {
                let (rows, next) = T::rows(db, &reader, &wanted, after)?;
                table.add(db, rows)?;
                Ok::<_, ServiceError>((table, next))
            })
            .await?;
        table = read;
        if next.is_none() {
            return Ok(table);
        }
        place = next;
    }
}

/// The fields of a row as the list gives it.
///
/// # Errors
/// It can't be written as JSON, which is a fault of ours.
pub fn fields(view: &impl Serialize) -> Result<Fields, ServiceError> {
    match serde_json::to_value(view) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => {
            tracing::error!("a row of a list is no JSON object");
            let detail = "a row of the list could not be written";
            Err(ServiceError::new(ErrorCode::Internal, detail))
        }
    }
}

fn file<T: Tabled>(media_type: &str, ending: &str, bytes: Vec<u8>) -> Bytes {
    Bytes {
        media_type: media_type.to_owned(),
        bytes: bytes.into(),
        file_name: Some(format!("{}.{ending}", T::NAME)),
        immutable: false,
    }
}
