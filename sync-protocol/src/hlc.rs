//! Hybrid logical clock (Kulkarni et al., 2014): 48 bits of milliseconds and 16 bits of counter.
//!
//! It orders display and append-only logs. It never decides who wins.
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A foreign stamp further ahead of the local clock than this (milliseconds) does not move the local one.
pub const MAX_AHEAD_MILLIS: u64 = 5 * 60 * 1000;

/// A stamp; 16 hexadecimal digits on the wire, so that text order is stamp order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9a-f]{16}$"))]
pub struct Hlc(u64);

impl Hlc {
    /// The next stamp of a clock that stands at `self` when the wall clock shows `now`.
    pub fn tick(self, now: DateTime<Utc>) -> Hlc {
        let wall = millis(now) << 16;
        Hlc(wall.max(self.0.saturating_add(1)))
    }

    /// The clock after seeing `other`, unless that one is too far ahead of `now` to be believed.
    pub fn observe(self, other: Hlc, now: DateTime<Utc>) -> Hlc {
        if (other.0 >> 16) > millis(now) + MAX_AHEAD_MILLIS {
            self
        } else {
            self.max(other)
        }
    }
}

fn millis(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp_millis()).unwrap_or(0) & 0xffff_ffff_ffff
}

impl From<Hlc> for String {
    fn from(hlc: Hlc) -> String {
        format!("{:016x}", hlc.0)
    }
}

impl TryFrom<String> for Hlc {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() != 16
            || !text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err("a stamp is 16 lower-case hexadecimal digits".to_owned());
        }
        u64::from_str_radix(&text, 16).map(Hlc).map_err(|e| e.to_string())
    }
}
