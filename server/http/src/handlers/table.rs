//! Lists as files for spreadsheet programs.
use crate::app::App;
use crate::input::list::Narrowed;
use crate::input::query::Query;
use crate::input::tongue::Tongue;
use crate::permit::{Allowed, Export};
use crate::problem::Problem;
use crate::reply::Bytes;
use crate::resource::Resource;
use chrono_tz::Tz;
use onsite_services::ServiceError;
use onsite_services::export::table::{Manner, Table};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;

/// How a file is written.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Shown {
    /// IANA name of the zone its times are shown in; UTC where it is absent.
    #[serde(default)]
    zone: Option<String>,
}

type Input<E> = (Narrowed<E>, Tongue, Query<Shown>);

pub async fn csv<E: Resource>(who: Allowed<Export>, app: App, input: Input<E>) -> Result<Bytes, Problem> {
    let table = read(&who, &app, input).await?;
    let bytes = app.heavy(move || table.csv()).await?;
    Ok(file::<E>("text/csv; charset=utf-8", "csv", bytes))
}

pub async fn xlsx<E: Resource>(who: Allowed<Export>, app: App, input: Input<E>) -> Result<Bytes, Problem> {
    let table = read(&who, &app, input).await?;
    let bytes = app.heavy(move || table.xlsx()).await?;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file::<E>(media_type, "xlsx", bytes))
}

/// Page by page, so that a large file holds nobody up who reads meanwhile.
async fn read<E: Resource>(
    who: &Allowed<Export>,
    app: &App,
    (narrowed, Tongue(language), Query(shown)): Input<E>,
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
    let mut table = Table::new(&narrowed.wanted, Manner { language, zone });
    loop {
        let (author, wanted) = (who.author(), narrowed.wanted.clone());
        let (read, more) = app
            .read(move |db| {
                let more = table.read(db, &author, &wanted)?;
                Ok::<_, ServiceError>((table, more))
            })
            .await?;
        table = read;
        if !more {
            return Ok(table);
        }
    }
}

fn file<E: Resource>(media_type: &str, ending: &str, bytes: Vec<u8>) -> Bytes {
    Bytes {
        media_type: media_type.to_owned(),
        bytes: bytes.into(),
        file_name: Some(format!("{}.{ending}", E::PLURAL)),
        immutable: false,
    }
}
