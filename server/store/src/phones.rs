//! Finding people by the end of their phone number.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::schema::{clients, contacts};
use diesel::prelude::*;
use uuid::Uuid;

/// Most that share the end of a number.
const LIMIT: i64 = 200;

macro_rules! by_phone {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $($(#[$doc])*
        ///
        /// # Errors
        /// The database can't be read.
        pub fn $name(db: &mut Db, start: &str) -> Result<Vec<(Uuid, String)>, StoreError> {
            // What follows the digits in ASCII ends the span.
            let end = format!("{start}:");
            let found: Vec<(Id, Option<String>)> = $name::table
                .filter($name::phone_reversed.ge(start).and($name::phone_reversed.lt(end)))
                .order($name::id)
                .limit(LIMIT)
                .select(($name::id, $name::phone_reversed))
                .load(db.reading()?)?;
            Ok(found.into_iter().filter_map(|(Id(id), phone)| Some((id, phone?))).collect())
        })+
    };
}

by_phone! {
    /// Contacts whose number, reversed, starts with these digits; with that.
    contacts;
    /// Clients whose number, reversed, starts with these digits; with that.
    clients;
}
