//! Site 站点: a place of a client where work is done.
use crate::bucket::Bucket;
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, required, text};
use crate::listing::{Column, Listed, Listing};
use sync_protocol::policy::Policy::{Office, Text};
use uuid::Uuid;

entity! {
    /// A client's site.
    Site = "site" {
        client_id: Uuid => Office, refers Client;
        name: String => Office;
        address: String => Office;
        /// IANA name of the zone its times are shown in.
        #[serde(default = "default_time_zone")]
        time_zone: String => Office;
        /// How to get in: parking, reception, keys.
        access_notes: Option<String> => Text;
    }
}

fn default_time_zone() -> String {
    "Asia/Shanghai".to_owned()
}

impl Entity for Site {
    fn home(&self, id: Uuid) -> Home {
        Home::In(Bucket::Site(id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", &self.name)?;
        required("address", &self.address)?;
        text("access_notes", self.access_notes.as_deref().unwrap_or_default())?;
        match self.time_zone.parse::<chrono_tz::Tz>() {
            Ok(_) => Ok(()),
            Err(_) => Err(Invalid::new(
                "time_zone",
                "is not an IANA time zone such as Asia/Shanghai",
            )),
        }
    }
}

impl Listed for Site {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("client_id", EntityKind::Client, "Client", "客户").equal("client"),
            Column::text("name", "Name", "名称").sorted(),
            Column::text("address", "Address", "地址"),
            Column::text("time_zone", "Time zone", "时区"),
            Column::text("access_notes", "Access", "进入方式"),
        ],
        related: &[],
        searched: true,
        through: &[&[("client_id", EntityKind::Client)]],
    };

    fn texts(&self) -> Vec<&str> {
        vec![&self.name, &self.address]
    }
}
