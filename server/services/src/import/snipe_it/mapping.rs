//! Which column is which field: by the header's usual names, or as the person importing says.
use super::super::problem::{Problem, Reason};
use super::super::read::ImportError;
use super::super::text::words_of;
use std::collections::BTreeMap;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal, $asset:expr, [$($header:literal),* $(,)?];)+) => {
        /// What a column can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $($(#[$doc])* $field,)+ }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$field,)+];

            /// Its name in a mapping.
            pub fn name(self) -> &'static str {
                match self { $(Field::$field => $name,)+ }
            }

            /// What messages call the field it fills by itself.
            fn asset_field(self) -> Option<&'static str> {
                match self { $(Field::$field => $asset,)+ }
            }

            /// Headers it is known by, the surest first, as [`plain`] makes them.
            fn headers(self) -> &'static [&'static str] {
                match self { $(Field::$field => &[$($header),*],)+ }
            }
        }
    };
}

fields! {
    Client = "client", Some("client"), ["company", "company name", "公司", "公司名称", "客户", "client"];
    Site = "site", Some("site_id"), ["site", "site name", "站点", "站点名称"];
    /// Room, rack or desk at the site.
    Room = "room", Some("location"), ["room", "rack", "房间", "机房", "机柜"];
    Address = "address", None, ["address", "location address", "地址"];
    Address2 = "address2", None, ["address 2"];
    City = "city", None, ["city", "城市"];
    State = "state", None, ["state", "province", "省份"];
    PostalCode = "postal_code", None, ["zip", "zip code", "postal code", "postcode", "邮编"];
    Country = "country", None, ["country", "国家"];
    Id = "id", None, ["id"];
    AssetTag = "asset_tag", Some("tag"), ["asset tag", "tag", "service label", "service tag", "label", "资产标签", "资产编号", "标签", "服务标签"];
    Name = "name", Some("name"), ["asset name", "item name", "name", "device name", "device", "资产名称", "名称", "设备名称", "设备"];
    Serial = "serial", Some("serial"), ["serial", "serial number", "serial no", "序列号"];
    Manufacturer = "manufacturer", Some("manufacturer"), ["manufacturer", "制造商", "生产商", "品牌"];
    Model = "model", Some("model"), ["model", "model name", "asset model", "型号", "设备型号", "型号名称"];
    ModelNumber = "model_number", None, ["model number", "model no", "型号编号", "型号编码"];
    Category = "category", Some("kind"),
        ["category", "asset type", "device type", "equipment type", "item type", "类别", "分类", "资产类别", "资产类型", "设备类型"];
    Status = "status", Some("status"), ["status", "status label", "状态"];
    PurchaseDate = "purchase_date", Some("purchased_on"),
        ["purchase date", "purchased", "purchased on", "date of purchase", "购买日期", "采购日期", "购置日期"];
    WarrantyMonths = "warranty_months", None, ["warranty months", "warranty", "保修", "保修期", "质保", "质保月数"];
    WarrantyUntil = "warranty_until", Some("warranty_until"),
        ["warranty expires", "warranty until", "warranty expiration", "保修到期", "保修截止", "质保到期"];
    /// Taken for the end of the warranty where nothing else says it.
    EndOfLife = "end_of_life", None, ["asset eol date", "eol date", "eol", "停产日期", "报废日期"];
    Quantity = "quantity", Some("quantity"), ["quantity", "qty", "数量"];
    Notes = "notes", Some("notes"), ["asset notes", "notes", "item notes", "remarks", "comments", "备注", "说明"];
    CheckedOutToType = "checked_out_to_type", None, ["checkout type", "checked out type", "checkout class"];
    CheckedOutToName = "checked_out_to_name", None,
        ["checked out to", "checked out to full name", "checked out", "full name", "assigned to", "领用人", "使用人", "借用人"];
    CheckedOutToFirstName = "checked_out_to_first_name", None, ["checked out to first name", "first name"];
    CheckedOutToLastName = "checked_out_to_last_name", None, ["checked out to last name", "last name"];
    CheckedOutToUsername = "checked_out_to_username", None, ["checked out to username", "username", "user name"];
    CheckedOutToEmail = "checked_out_to_email", None, ["checked out to email", "email", "e mail"];
    CheckedOutToLocation = "checked_out_to_location", None, ["checked out to location", "checkout location"];
    /// Which record a row of a list of ours was made from.
    Record = "record", Some("record"), ["onsite record", "onsite 记录"];
    /// What a list of ours shows and no import sets.
    PartOf = "part_of", None, [];
    SeenAt = "seen_at", None, [];
}

/// Headers that say where a thing stands: at which site, or where within it.
const PLACE: &[&str] = &["location", "位置", "地点"];

/// Headers that say of what sort something is: the asset, or, in Snipe-IT's reports, whom or what it is checked out to.
const SORT: &[&str] = &["type", "类型"];

/// Snipe-IT's second place of an asset, where it has no other.
const USUAL_PLACE: &[&str] = &["default location", "默认位置", "默认地点"];

/// What a list of ours shows beside what it takes back; the zone of a time stands behind it.
const PART_OF: &[&str] = &["part of", "所属资产"];
const SEEN: &[&str] = &["last seen", "最近核对"];

/// Headers that stand beside a [`SORT`] in Snipe-IT's reports alone.
const CHECKED_OUT: &[&str] = &["checked out", "checked out to", "借出", "借出给"];

/// The parts of an address, in the order they are written together.
pub(super) const ADDRESS: &[Field] = &[
    Field::Address,
    Field::Address2,
    Field::City,
    Field::State,
    Field::PostalCode,
    Field::Country,
];

/// Fields that lead to something else than their own words, which are kept beside it.
const INTERPRETED: &[Field] = &[
    Field::Address,
    Field::Address2,
    Field::City,
    Field::State,
    Field::PostalCode,
    Field::Country,
    Field::Id,
    Field::Category,
    Field::Status,
    Field::WarrantyMonths,
    Field::EndOfLife,
];

/// Columns assigned by hand, over the defaults; `None` keeps a column in `details.columns` that a default would
/// have taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, Option<Field>>);

/// The word that keeps a column as it is.
const KEEP: &str = "keep";

impl Mapping {
    /// Reads a mapping file, JSON or TOML: the column's name and the field's, such as `"Standort" = "site"`, or
    /// `keep`.
    ///
    /// # Errors
    /// It is neither, names an unknown field, or gives two columns to one field.
    pub fn parse(text: &str) -> Result<Mapping, ImportError> {
        let text = text.trim_start_matches('\u{feff}');
        let named: BTreeMap<String, String> = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| ImportError::Mapping(error.to_string()))?
        } else {
            toml::from_str(text).map_err(|error| ImportError::Mapping(error.to_string()))?
        };
        let mut columns = BTreeMap::new();
        for (column, name) in named {
            let field = Field::ALL.iter().copied().find(|field| field.name() == name);
            if field.is_none() && name != KEEP {
                let known: Vec<&str> = Field::ALL
                    .iter()
                    .map(|field| field.name())
                    .chain([KEEP])
                    .collect();
                return Err(ImportError::Mapping(format!(
                    "“{column}” is mapped to “{name}”, which is no field; there are {}",
                    known.join(", ")
                )));
            }
            if field.is_some() && columns.values().any(|taken| *taken == field) {
                return Err(ImportError::Mapping(format!(
                    "two columns are mapped to “{name}”"
                )));
            }
            columns.insert(plain(&column), field);
        }
        Ok(Mapping(columns))
    }
}

/// The columns of a header with the fields they are taken for by their names.
pub(super) fn guessed(record: &csv::StringRecord) -> Vec<(String, Option<Field>)> {
    let plain: Vec<String> = record.iter().map(plain).collect();
    let names = record.iter().map(|name| name.trim().to_owned());
    names.zip(by_names(&plain)).collect()
}

/// What columns are taken for by their names, each field once. What a name means alone comes first, then what it means
/// beside the others. Only names are looked at, never what a mapping says of another column: so what the wizard
/// shows is what holds for every column that nobody mapped.
fn by_names(plain: &[String]) -> Vec<Option<Field>> {
    let mut columns = vec![None; plain.len()];
    let mut take = |field: Field, headers: &[&str]| {
        let place = headers
            .iter()
            .filter_map(|header| plain.iter().position(|name| name == header))
            .find(|place| columns[*place].is_none());
        match place {
            Some(place) if !columns.contains(&Some(field)) => columns[place] = Some(field),
            _ => {}
        }
    };
    for field in Field::ALL {
        take(*field, field.headers());
    }
    // A list that names sites has its rooms in Location, as our own export does; so has one of no client's name, whose
    // client and site are chosen for all of it. In Snipe-IT's a location of a company is its site.
    let has = |headers: &[&str]| {
        headers
            .iter()
            .any(|header| plain.iter().any(|name| name == header))
    };
    let names_clients = has(Field::Client.headers()) || has(USUAL_PLACE);
    if has(Field::Site.headers()) || !names_clients {
        take(Field::Room, PLACE);
    } else {
        take(Field::Site, PLACE);
    }
    take(Field::Site, USUAL_PLACE);
    if has(CHECKED_OUT) {
        take(Field::CheckedOutToType, SORT);
    } else {
        take(Field::Category, SORT);
    }
    if has(Field::Record.headers()) {
        take(Field::PartOf, PART_OF);
        let seen = plain
            .iter()
            .find(|name| SEEN.iter().any(|seen| name.starts_with(seen)));
        if let Some(seen) = seen {
            take(Field::SeenAt, &[seen]);
        }
    }
    columns
}

/// A header without what people vary: case, spaces and punctuation.
fn plain(header: &str) -> String {
    words_of(header).join(" ")
}

/// The columns of one file.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    fields: BTreeMap<Field, usize>,
}

impl Header {
    /// Assigns the columns.
    pub(super) fn of(record: &csv::StringRecord, mapping: Option<&Mapping>) -> Result<Header, Problem> {
        let names: Vec<String> = record
            .iter()
            .enumerate()
            .map(|(index, name)| super::line(name).unwrap_or_else(|| format!("column {}", index + 1)))
            .collect();
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        if let Some(missing) = mapping
            .into_iter()
            .flat_map(|mapping| mapping.0.keys())
            .find(|column| !plain.contains(column))
        {
            let why = "the mapping names this column, and the file has none of this name".to_owned();
            return Err(Problem::new(Reason::Unreadable(why)).column(missing.as_str()));
        }
        let by_hand = |column: &String| mapping.and_then(|mapping| mapping.0.get(column)).copied();
        let mut fields = BTreeMap::new();
        for (index, column) in plain.iter().enumerate() {
            if let Some(Some(field)) = by_hand(column) {
                fields.entry(field).or_insert(index);
            }
        }
        for (index, field) in by_names(&plain).into_iter().enumerate() {
            if let (Some(field), None) = (field, by_hand(&plain[index])) {
                fields.entry(field).or_insert(index);
            }
        }
        let known = [Field::AssetTag, Field::Serial, Field::Id, Field::Name];
        if !known.iter().any(|field| fields.contains_key(field)) {
            let why = "the first line is no header of an asset list: none of asset tag, serial, id or name stands in it";
            return Err(Problem::new(Reason::Unreadable(why.to_owned())));
        }
        Ok(Header { names, fields })
    }

    /// Whether the file is a list of ours come back: then each of its words means one thing.
    pub(super) fn is_ours(&self) -> bool {
        self.column(Field::Record).is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.fields.get(&field).copied()
    }

    /// What the file calls a field, or what it should have been called.
    pub(super) fn name(&self, field: Field) -> &str {
        self.column(field)
            .and_then(|index| self.names.get(index))
            .map_or(field.name(), String::as_str)
    }

    /// The columns to keep as they are: those that became no field, and those whose words were only interpreted.
    pub(super) fn kept(&self) -> impl Iterator<Item = (usize, &str)> {
        let ours = self.is_ours();
        let exact = move |field: &Field| ours && matches!(field, Field::Category | Field::Status);
        let interpreted = move |field: &Field| INTERPRETED.contains(field) && !exact(field);
        let stored = move |index: usize| {
            self.fields
                .iter()
                .any(|(field, taken)| *taken == index && !interpreted(field))
        };
        self.names
            .iter()
            .enumerate()
            .filter(move |(index, _)| !stored(*index))
            .map(|(index, name)| (index, name.as_str()))
    }

    /// What the file calls the fields, for messages.
    pub(super) fn names(&self) -> BTreeMap<String, String> {
        self.fields
            .keys()
            .filter_map(|field| Some((field.asset_field()?.to_owned(), self.name(*field).to_owned())))
            .collect()
    }
}
