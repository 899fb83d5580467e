//! Finding things without knowing where they are: by words, or by the number that calls.
use crate::app::App;
use crate::input::query::Query;
use crate::permit::{Allowed, LoggedIn, Read};
use crate::problem::Problem;
use crate::reply::Json;
use crate::resource::Record;
use onsite_model::asset::Asset;
use onsite_model::client::Client;
use onsite_model::contact::Contact;
use onsite_model::site::Site;
use onsite_model::ticket::Ticket;
use onsite_services::caller;
use onsite_services::search::{self, Found, MAX_HITS};
use onsite_store::feed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::codes::ErrorCode;

/// Hits of one kind where the client names no number.
const DEFAULT_HITS: u32 = 5;

/// What to look for.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Sought {
    /// Words to find, all of them; a tag, a number, two Chinese characters, digits of a phone number.
    #[serde(default)]
    q: String,
    /// Hits of one kind, 1 to 20; 5 where it is absent.
    #[serde(default)]
    hits: Option<u32>,
}

pub async fn everything(
    who: Allowed<LoggedIn>,
    app: App,
    Query(sought): Query<Sought>,
) -> Result<Json<Found>, Problem> {
    let hits = sought.hits.unwrap_or(DEFAULT_HITS);
    if !(1..=MAX_HITS).contains(&hits) {
        return Err(Problem::new(ErrorCode::Invalid, format!("1 to {MAX_HITS}")).field("hits"));
    }
    let author = who.author();
    app.read(move |db| Ok(Json(search::everything(db, &author, &sought.q, hits)?)))
        .await
}

/// Whose number.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Number {
    /// In any form: with or without country and area code, spaces, brackets, an extension.
    #[serde(default)]
    phone: String,
}

/// Everybody who has a number.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Callers {
    pub callers: Vec<Caller>,
}

/// Somebody who has a number, with what is known of their client.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Caller {
    /// Absent where the number is the client's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Record<Contact>>,
    pub client: Record<Client>,
    pub sites: Vec<Record<Site>>,
    /// Those nobody has solved yet, the newest first, 20 at most.
    pub open_tickets: Vec<Record<Ticket>>,
    /// The newest first, 100 at most.
    pub assets: Vec<Record<Asset>>,
    /// How many assets there are.
    pub asset_count: u64,
}

pub async fn callers(
    who: Allowed<Read<Contact>>,
    app: App,
    Query(number): Query<Number>,
) -> Result<Json<Callers>, Problem> {
    let author = who.author();
    app.read(move |db| {
        let epoch = feed::clock(db)?.epoch;
        let found = caller::of_phone(db, &author, &number.phone)?;
        let callers = found.into_iter().map(|caller| Caller {
            contact: caller.contact.map(|row| Record::new(row, epoch)),
            client: Record::new(caller.client, epoch),
            sites: caller
                .sites
                .into_iter()
                .map(|row| Record::new(row, epoch))
                .collect(),
            open_tickets: caller
                .open_tickets
                .into_iter()
                .map(|row| Record::new(row, epoch))
                .collect(),
            assets: caller
                .assets
                .into_iter()
                .map(|row| Record::new(row, epoch))
                .collect(),
            asset_count: caller.asset_count,
        });
        Ok(Json(Callers {
            callers: callers.collect(),
        }))
    })
    .await
}
