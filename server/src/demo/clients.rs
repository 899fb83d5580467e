//! The demo's clients with their sites and contacts.
use super::Seeder;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use onsite_model::client::Client;
use onsite_model::contact::Contact;
use onsite_model::language::Language;
use onsite_model::site::Site;
use onsite_services::ServiceError;
use uuid::Uuid;

/// A site with whom to meet there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) key: &'static str,
    pub(crate) client: Uuid,
    pub(crate) site: Uuid,
    pub(crate) contact: Uuid,
    pub(crate) person: &'static str,
    pub(crate) language: Language,
    pub(crate) zone: Tz,
}

impl Place {
    /// A time of day there; none where clocks leave it out or have it twice.
    pub(super) fn at(&self, date: NaiveDate, hour: u32, minute: u32) -> Option<DateTime<Utc>> {
        let local = date.and_hms_opt(hour, minute, 0)?;
        let there = self.zone.from_local_datetime(&local).single()?;
        Some(there.with_timezone(&Utc))
    }
}

type ContactRow = (&'static str, &'static str, &'static str, &'static str);
type SiteRow = (
    &'static str,
    &'static str,
    &'static str,
    Tz,
    &'static str,
    ContactRow,
);

/// Code, name, phone, language, and sites: key, name, address, zone, access notes, contact.
const CLIENTS: [(&str, &str, &str, Language, &[SiteRow]); 6] = [
    (
        "HHWJ",
        "恒辉五金制品有限公司",
        "0512-6688 2100",
        Language::ZhCn,
        &[
            (
                "hh-office",
                "总部办公楼",
                "苏州市工业园区星湖街 328 号 5 号楼",
                Tz::Asia__Shanghai,
                "前台登记换访客证，地下车库 B 区可停车。",
                ("王芳", "行政主管", "138 1288 6021", "wang.fang@hhwj.example"),
            ),
            (
                "hh-plant",
                "一号厂房",
                "苏州市吴中区甪直镇凌港路 66 号",
                Tz::Asia__Shanghai,
                "进车间须穿防砸鞋，弱电间钥匙在门卫。",
                ("赵国强", "设备科长", "139 1555 8870", "zhao.gq@hhwj.example"),
            ),
        ],
    ),
    (
        "MERI",
        "Meridian Freight Forwarding",
        "021-5876 4400",
        Language::En,
        &[
            (
                "me-pudong",
                "Pudong office",
                "1188 Century Avenue, Tower B, floor 21, Shanghai",
                Tz::Asia__Shanghai,
                "Reception on floor 21; the server closet is behind the print room.",
                (
                    "Claire Dubois",
                    "Office manager",
                    "136 0188 4410",
                    "claire.dubois@meridian.example",
                ),
            ),
            (
                "me-waigaoqiao",
                "Waigaoqiao warehouse",
                "39 Huashen Road, Free Trade Zone, Shanghai",
                Tz::Asia__Shanghai,
                "Bring ID for the zone gate. No signal in halls 2 and 3.",
                (
                    "Jason Qian 钱杰",
                    "Warehouse lead",
                    "135 2461 7703",
                    "jason.qian@meridian.example",
                ),
            ),
        ],
    ),
    (
        "QSYY",
        "青松口腔医院",
        "025-8452 9011",
        Language::ZhCn,
        &[(
            "qs-clinic",
            "新街口院区",
            "南京市玄武区中山东路 18 号 3 层",
            Tz::Asia__Shanghai,
            "营业时间不得停网，12:00–13:30 可重启设备。",
            ("孙丽娟", "护士长", "137 7062 3319", "sun.lj@qsyy.example"),
        )],
    ),
    (
        "NORD",
        "Nordlicht Design Studio",
        "021-6215 7788",
        Language::En,
        &[
            (
                "no-studio",
                "Jing'an studio",
                "850 Julu Road, building 3, Shanghai",
                Tz::Asia__Shanghai,
                "Ring twice; the dog is friendly.",
                (
                    "Lena Hoffmann",
                    "Studio manager",
                    "133 9144 0266",
                    "lena@nordlicht.example",
                ),
            ),
            (
                "no-hamburg",
                "Hamburg office",
                "Große Elbstraße 42, 22767 Hamburg",
                Tz::Europe__Berlin,
                "Key box at the side door.",
                (
                    "Jonas Petersen",
                    "Producer",
                    "+49 40 5550 127",
                    "jonas@nordlicht.example",
                ),
            ),
        ],
    ),
    (
        "BYXX",
        "博雅实验小学",
        "0571-8790 3300",
        Language::ZhCn,
        &[
            (
                "by-school",
                "教学楼",
                "杭州市西湖区文三路 259 号",
                Tz::Asia__Shanghai,
                "上课时间勿进教室，联系信息中心带路。",
                ("周敏", "信息中心主任", "158 6710 2245", "zhou.min@byxx.example"),
            ),
            (
                "by-library",
                "图书馆",
                "杭州市西湖区文三路 261 号",
                Tz::Asia__Shanghai,
                "周一闭馆，可安排停机作业。",
                ("何静", "馆员", "150 6812 9034", "he.jing@byxx.example"),
            ),
        ],
    ),
    (
        "TIDE",
        "Tidewater Legal",
        "010-6505 1818",
        Language::En,
        &[(
            "ti-beijing",
            "Guomao chambers",
            "1 Jianguomenwai Avenue, tower 2, floor 33, Beijing",
            Tz::Asia__Shanghai,
            "Confidential floor: always accompanied.",
            (
                "Priya Raman",
                "Office manager",
                "186 1011 5720",
                "priya.raman@tidewater.example",
            ),
        )],
    ),
];

/// Adds all of them.
pub(crate) fn add(seeder: &mut Seeder<'_, '_>) -> Result<Vec<Place>, ServiceError> {
    let mut places = Vec::new();
    for (code, name, phone, language, sites) in CLIENTS {
        let client = seeder.add(
            code,
            &Client {
                name: name.to_owned(),
                code: Some(code.to_owned()),
                address: sites.first().map(|site| site.2.to_owned()),
                phone: Some(phone.to_owned()),
                language,
                notes: None,
            },
        )?;
        for (key, name, address, zone, access, (person, position, phone, email)) in sites {
            let site = seeder.add(
                key,
                &Site {
                    client_id: client,
                    name: (*name).to_owned(),
                    address: (*address).to_owned(),
                    time_zone: zone.name().to_owned(),
                    access_notes: Some((*access).to_owned()),
                },
            )?;
            let contact = seeder.add(
                email,
                &Contact {
                    client_id: client,
                    name: (*person).to_owned(),
                    position: Some((*position).to_owned()),
                    phone: Some((*phone).to_owned()),
                    email: Some((*email).to_owned()),
                    language,
                },
            )?;
            places.push(Place {
                key,
                client,
                site,
                contact,
                person,
                language,
                zone: *zone,
            });
        }
    }
    Ok(places)
}
