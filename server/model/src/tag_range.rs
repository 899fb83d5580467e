//! TagRange 标签号段: asset tags leased to a device, so that labels can be given out offline and never collide.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, required};
use crate::listing::{Column, Listed, Listing};
use sync_protocol::policy::Policy::Server;
use uuid::Uuid;

entity! {
    /// Consecutive tags of one prefix, leased to one device.
    TagRange = "tag_range" {
        device_id: Uuid => Server;
        /// Such as `OS-`.
        prefix: String => Server;
        /// Digits of the number, filled up with zeros; 1 to 12.
        width: u32 => Server;
        /// First number, inclusive.
        first: u64 => Server;
        /// Last number, inclusive.
        last: u64 => Server;
    }
}

impl TagRange {
    /// The tag of a number of this range.
    pub fn tag(&self, number: u64) -> String {
        format!("{}{number:0width$}", self.prefix, width = self.width as usize)
    }

    /// Every tag of the range, in order.
    pub fn tags(&self) -> impl Iterator<Item = String> + '_ {
        (self.first..=self.last).map(|number| self.tag(number))
    }
}

impl Entity for TagRange {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Device(self.device_id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("prefix", &self.prefix)?;
        if !(1..=12).contains(&self.width) {
            return Err(Invalid::new("width", "1 to 12 digits"));
        }
        if self.first > self.last || self.last >= 10_u64.pow(self.width) {
            return Err(Invalid::new(
                "last",
                "must not be below first nor need more digits than width",
            ));
        }
        Ok(())
    }
}

impl Listed for TagRange {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("prefix", "Prefix", "前缀").sorted().equal("prefix"),
            Column::number("first", "First", "起始").sorted(),
            Column::number("last", "Last", "结束"),
            Column::number("width", "Digits", "位数"),
            Column::key("device_id", "Device", "设备").equal("device"),
        ],
        related: &[],
        searched: false,
        through: &[],
    };
}
