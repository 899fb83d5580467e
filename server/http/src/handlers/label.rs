//! Labels to print, and how they will look.
use crate::app::App;
use crate::input::body::Body;
use crate::input::tongue::Tongue;
use crate::permit::{Allowed, PrintLabels};
use crate::problem::Problem;
use crate::reply::Bytes;
use onsite_model::label::LabelStock;
use onsite_services::document;
use onsite_services::label::{Tags, wanted};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// What is to be printed on what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct LabelOrder {
    stock: LabelStock,
    /// Places of the first sheet that are used up already.
    #[serde(default)]
    skip: u32,
    /// Assets that have a tag.
    #[serde(default)]
    asset_ids: Vec<Uuid>,
    /// Tags to be stuck on later.
    #[serde(default)]
    ranges: Vec<Tags>,
}

type Order = (Tongue, Body<LabelOrder>);

pub async fn pdf(
    who: Allowed<PrintLabels>,
    app: App,
    (Tongue(language), Body(order)): Order,
) -> Result<Bytes, Problem> {
    let (stock, skip) = places(&order)?;
    let (labels, now) = (read(&who, &app, order).await?, app.now());
    let bytes = app
        .heavy(move || document::labels(stock, skip, &labels, language, now))
        .await?;
    Ok(Bytes {
        media_type: "application/pdf".to_owned(),
        bytes: bytes.into(),
        file_name: Some(format!("{}.pdf", language.pick("Labels", "服务标签"))),
        immutable: false,
    })
}

pub async fn preview(who: Allowed<PrintLabels>, app: App, (_, Body(order)): Order) -> Result<Bytes, Problem> {
    let (stock, skip) = places(&order)?;
    let labels = read(&who, &app, order).await?;
    let bytes = app
        .heavy(move || document::label_preview(stock, skip, &labels))
        .await?;
    Ok(Bytes {
        media_type: "image/png".to_owned(),
        bytes: bytes.into(),
        file_name: None,
        immutable: false,
    })
}

fn places(order: &LabelOrder) -> Result<(LabelStock, usize), Problem> {
    let most = document::labels_per_page(order.stock);
    match usize::try_from(order.skip) {
        Ok(skip) if skip < most => Ok((order.stock, skip)),
        _ => Err(Problem::new(ErrorCode::Invalid, format!("0 to {} on this stock", most - 1)).field("skip")),
    }
}

async fn read(
    who: &Allowed<PrintLabels>,
    app: &App,
    order: LabelOrder,
) -> Result<Vec<document::Label>, Problem> {
    let (author, state) = (who.author(), app.clone());
    app.read(move |db| wanted(db, &author, &state.house, &order.asset_ids, &order.ranges))
        .await
}
