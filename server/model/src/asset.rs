//! Asset 资产: a device, peripheral or system a client has, and the label on it.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, line, required, showable, text};
use crate::listing::{Column, Listed, Listing, RECORD, Way, along};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sync_protocol::policy::Policy::{Claim, Delta, Device, Office, Server, Text};
use uuid::Uuid;

words! {
    /// What kind of thing an asset is.
    AssetKind {
        Computer = "computer";
        Laptop = "laptop";
        Server = "server";
        Switch = "switch";
        Router = "router";
        Firewall = "firewall";
        AccessPoint = "access_point";
        Printer = "printer";
        Ups = "ups";
        Camera = "camera";
        Phone = "phone";
        Monitor = "monitor";
        Storage = "storage";
        Other = "other";
    }
}

status! {
    /// Where an asset stands in its life.
    AssetStatus of "an asset" {
        InService = "in_service" => [Spare, InRepair, Missing, Retired];
        Spare = "spare" => [InService, InRepair, Missing, Retired];
        InRepair = "in_repair" => [InService, Spare, Missing, Retired];
        Missing = "missing" => [InService, Spare, InRepair, Retired];
        Retired = "retired" => [InService, Spare];
    }
}

entity! {
    /// One asset.
    Asset = "asset" {
        site_id: Uuid => Office, refers Site;
        /// The service label 服务标签 stuck on it; unique among live assets.
        tag: Option<String> => Claim;
        /// The tag somebody claimed for it that another asset holds already.
        claimed_tag: Option<String> => Server;
        kind: AssetKind => Device;
        name: String => Device;
        manufacturer: Option<String> => Device;
        model: Option<String> => Device;
        serial: Option<String> => Device;
        #[serde(default = "in_service")]
        status: AssetStatus => sync_protocol::policy::Policy::Status(AssetStatus::legal);
        /// How many there are, of what is counted rather than labelled one by one: cartridges, spare disks, cables.
        quantity: Option<i64> => Delta;
        /// Room, rack or desk.
        location: Option<String> => Device;
        /// The asset this one is part of or mounted in.
        parent_id: Option<Uuid> => Device, refers Asset;
        /// When somebody last stood before it, as a stocktake or a scan of its label tells.
        seen_at: Option<DateTime<Utc>> => Device;
        purchased_on: Option<NaiveDate> => Office;
        warranty_until: Option<NaiveDate> => Office;
        notes: Option<String> => Text;
        /// Hardware, operating system, software and network as an inventory agent reported them.
        details: Option<Value> => Office;
        /// Where it was imported from and its key there, so that a second import finds it again.
        source: Option<String> => Office, group "source";
        source_key: Option<String> => Office, group "source";
    }
}

fn in_service() -> AssetStatus {
    AssetStatus::InService
}

impl Entity for Asset {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.site_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", &self.name)?;
        for (field, value) in [
            ("manufacturer", &self.manufacturer),
            ("model", &self.model),
            ("serial", &self.serial),
            ("location", &self.location),
            ("source", &self.source),
            ("source_key", &self.source_key),
        ] {
            line(field, value.as_deref().unwrap_or_default())?;
        }
        showable("seen_at", self.seen_at)?;
        text("notes", self.notes.as_deref().unwrap_or_default())?;
        self.tag.as_deref().map_or(Ok(()), |tag| required("tag", tag))
    }
}

/// The way from an asset to its client.
const AT_CLIENT: Way = &[("site_id", EntityKind::Site), ("client_id", EntityKind::Client)];

impl Listed for Asset {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("client_id", EntityKind::Client, "Client", "客户").along(AT_CLIENT),
            Column::refers("site_id", EntityKind::Site, "Site", "站点").equal("site"),
            Column::text("tag", "Tag", "标签").sorted().equal("tag"),
            Column::text("name", "Name", "名称").sorted(),
            Column::word("kind", AssetKind::NAMES, "Type", "类型")
                .sorted()
                .equal("kind"),
            Column::text("manufacturer", "Manufacturer", "制造商"),
            Column::text("model", "Model", "型号"),
            Column::text("serial", "Serial number", "序列号")
                .sorted()
                .equal("serial"),
            Column::word("status", AssetStatus::NAMES, "Status", "状态")
                .sorted()
                .equal("status"),
            Column::number("quantity", "Quantity", "数量"),
            Column::text("location", "Location", "位置"),
            Column::refers("parent_id", EntityKind::Asset, "Part of", "所属资产").equal("part_of"),
            Column::time("seen_at", "Last seen", "最近核对")
                .sorted()
                .span("seen_"),
            Column::date("purchased_on", "Purchased on", "购买日期"),
            Column::date("warranty_until", "Warranty until", "保修到期")
                .sorted()
                .span("warranty_"),
            Column::text("notes", "Notes", "备注"),
            // By this a file that comes back is known to be ours, row by row.
            Column::text(RECORD, "Onsite record", "Onsite 记录"),
        ],
        related: &[along("client", "Only this client's.", AT_CLIENT)],
        searched: true,
        through: &[AT_CLIENT, &[("site_id", EntityKind::Site)]],
    };

    fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.tag.as_deref().unwrap_or_default(), &self.name];
        let more = [
            &self.serial,
            &self.model,
            &self.manufacturer,
            &self.location,
            &self.claimed_tag,
        ];
        texts.extend(more.into_iter().flatten().map(String::as_str));
        // How the device is called in its network.
        let hostname = self.details.as_ref().and_then(|details| details.get("hostname"));
        texts.extend(hostname.and_then(Value::as_str));
        texts
    }
}
