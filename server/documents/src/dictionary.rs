//! Every fixed word of the documents, in both languages, side by side.
use onsite_model::asset::AssetKind;
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Language;
use onsite_model::sheet_content::Severity;
use onsite_model::visit::VisitKind;

/// A title or label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Absent,
    Address,
    Advice,
    AdviceText,
    Attention,
    Client,
    ClientSignature,
    Consent,
    Contact,
    Date,
    Description,
    Device,
    DeviceOverview,
    Devices,
    DevicesInspected,
    Failed,
    Fingerprint,
    InspectionDetails,
    InspectionRecord,
    Item,
    Kind,
    Minutes,
    NoAdvice,
    NoAnswers,
    NotApplicable,
    NotChecked,
    Note,
    Number,
    NumberSign,
    Part,
    Parts,
    Passed,
    Phone,
    PhotoFingerprint,
    Photos,
    Quantity,
    Rating,
    Reading,
    Reason,
    Refused,
    Result,
    ScanToVerify,
    ServiceContent,
    ServiceSheet,
    ServiceTime,
    Severity,
    SignOff,
    Site,
    Solution,
    Summary,
    Tag,
    Technician,
    TechnicianSignature,
    Total,
    Version,
    VisitKind,
    Work,
}

impl Label {
    /// The label in `language`.
    pub(crate) fn text(self, language: Language) -> &'static str {
        let (en, zh_cn) = match self {
            Label::Absent => ("Client absent", "客户不在场"),
            Label::Address => ("Address", "地址"),
            Label::Advice => ("Optimisation advice", "优化建议"),
            Label::AdviceText => ("Advice", "建议"),
            Label::Attention => ("Attention", "需关注"),
            Label::Client => ("Client", "客户名称"),
            Label::ClientSignature => ("Client's signature", "客户签字"),
            Label::Consent => ("Statement", "确认声明"),
            Label::Contact => ("Contact", "联系人"),
            Label::Date => ("Time", "时间"),
            Label::Description => ("Description", "说明"),
            Label::Device => ("Device", "设备"),
            Label::DeviceOverview => ("Overview of devices", "设备一览"),
            Label::Devices => ("Devices inspected", "巡检设备"),
            Label::DevicesInspected => ("Devices inspected", "已巡检设备"),
            Label::Failed => ("Fail", "异常"),
            Label::Fingerprint => ("SHA-256", "SHA-256"),
            Label::InspectionDetails => ("Inspection by device", "逐台巡检结果"),
            Label::InspectionRecord => ("Inspection record", "巡检表"),
            Label::Item => ("Item", "检查项"),
            Label::Kind => ("Kind", "类型"),
            Label::Minutes => ("Minutes", "用时（分钟）"),
            Label::NoAdvice => ("No optimisation advice was given.", "本次没有优化建议。"),
            Label::NoAnswers => ("Nothing was recorded for this device.", "该设备没有检查记录。"),
            Label::NotApplicable => ("Not applicable", "不适用"),
            Label::NotChecked => ("Not checked", "未检查"),
            Label::Note => ("Note", "备注"),
            Label::Number => ("No.", "编号"),
            Label::NumberSign => ("#", "序号"),
            Label::Part => ("Part", "配件"),
            Label::Parts => ("Parts used", "使用配件"),
            Label::Passed => ("Pass", "正常"),
            Label::Phone => ("Phone", "联系电话"),
            Label::PhotoFingerprint => ("Fingerprint (SHA-256)", "指纹（SHA-256）"),
            Label::Photos => ("Photos", "现场照片"),
            Label::Quantity => ("Quantity", "数量"),
            Label::Rating => ("Client's rating", "客户评价"),
            Label::Reading => ("Reading", "读数"),
            Label::Reason => ("Reason", "原因"),
            Label::Refused => ("Signature refused", "客户拒绝签字"),
            Label::Result => ("Result", "结果"),
            Label::ScanToVerify => ("Scan to verify this sheet", "扫码核验本服务单"),
            Label::ServiceContent => ("Service content", "服务内容"),
            Label::ServiceSheet => ("Service sheet", "服务单"),
            Label::ServiceTime => ("Service time", "服务时间"),
            Label::Severity => ("Severity", "重要程度"),
            Label::SignOff => ("Sign-off", "签字确认"),
            Label::Site => ("Site", "站点"),
            Label::Solution => ("Concrete solution", "具体解决方案"),
            Label::Summary => ("Summary", "概要"),
            Label::Tag => ("Tag", "服务标签"),
            Label::Technician => ("Technician", "服务工程师"),
            Label::TechnicianSignature => ("Technician's signature", "工程师签字"),
            Label::Total => ("Total", "合计"),
            Label::Version => ("Version", "版本"),
            Label::VisitKind => ("Kind of visit", "上门类型"),
            Label::Work => ("Work done", "工作记录"),
        };
        language.pick(en, zh_cn)
    }
}

/// The word for a kind of device.
pub fn asset_kind(kind: AssetKind, language: Language) -> &'static str {
    let (en, zh_cn) = match kind {
        AssetKind::Computer => ("Computer", "电脑"),
        AssetKind::Laptop => ("Laptop", "笔记本电脑"),
        AssetKind::Server => ("Server", "服务器"),
        AssetKind::Switch => ("Switch", "交换机"),
        AssetKind::Router => ("Router", "路由器"),
        AssetKind::Firewall => ("Firewall", "防火墙"),
        AssetKind::AccessPoint => ("Access point", "无线接入点"),
        AssetKind::Printer => ("Printer", "打印机"),
        AssetKind::Ups => ("UPS", "UPS电源"),
        AssetKind::Camera => ("Camera", "摄像机"),
        AssetKind::Phone => ("Phone", "电话"),
        AssetKind::Monitor => ("Monitor", "显示器"),
        AssetKind::Storage => ("Storage", "存储设备"),
        AssetKind::Other => ("Other", "其他"),
    };
    language.pick(en, zh_cn)
}

/// The word for a kind of visit.
pub fn visit_kind(kind: VisitKind, language: Language) -> &'static str {
    let (en, zh_cn) = match kind {
        VisitKind::First => ("First visit", "首次上门"),
        VisitKind::Routine => ("Routine inspection", "例行巡检"),
        VisitKind::AdHoc => ("Ad-hoc visit", "临时上门"),
    };
    language.pick(en, zh_cn)
}

/// The word for an answer's outcome; `None` is an item left open.
pub(crate) fn outcome(outcome: Option<Outcome>, language: Language) -> &'static str {
    let label = match outcome {
        Some(Outcome::Pass) => Label::Passed,
        Some(Outcome::Flag) => Label::Attention,
        Some(Outcome::Fail) => Label::Failed,
        Some(Outcome::NotApplicable) => Label::NotApplicable,
        None => Label::NotChecked,
    };
    label.text(language)
}

/// The word for how soon advice should be followed.
pub fn severity(severity: Severity, language: Language) -> &'static str {
    let (en, zh_cn) = match severity {
        Severity::High => ("High", "高"),
        Severity::Medium => ("Medium", "中"),
        Severity::Low => ("Low", "低"),
    };
    language.pick(en, zh_cn)
}

/// "Page 2 of 5".
pub(crate) fn page_of(page: usize, pages: usize, language: Language) -> String {
    match language {
        Language::En => format!("Page {page} of {pages}"),
        Language::ZhCn => format!("第 {page} 页，共 {pages} 页"),
    }
}

/// A device's title where its answers go on after a page break.
pub(crate) fn continued(title: &str, language: Language) -> String {
    match language {
        Language::En => format!("{title} (continued)"),
        Language::ZhCn => format!("{title}（续）"),
    }
}

/// "2, amends 9f2c 41ab": which version of a sheet this is.
pub(crate) fn version(version: u32, amends: Option<&str>, language: Language) -> String {
    match (amends, language) {
        (None, _) => version.to_string(),
        (Some(hash), Language::En) => format!("{version}, amends {hash}"),
        (Some(hash), Language::ZhCn) => format!("{version}，修订自 {hash}"),
    }
}

/// "3 of 4": a part of a whole, as in devices inspected.
pub(crate) fn part_of(part: usize, whole: usize, language: Language) -> String {
    match language {
        Language::En => format!("{part} of {whole}"),
        Language::ZhCn => format!("{part} / {whole}"),
    }
}
