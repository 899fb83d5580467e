//! What the files of those lists show that are of no records: the audit log, devices, the mail outbox, quarantine.
//! Their rows have the fields the lists of the API give; what no cell can show, and what a mail says, is left out.
use crate::audit::ACTIONS;
use onsite_mail::MailKind;
use onsite_model::entity::EntityKind;
use onsite_model::language::Language;
use onsite_model::listing::Column;

/// The names of [`sync_protocol::codes::QuarantineReason`].
const REASONS: &[&str] = &[
    "undecodable",
    "too_large",
    "unknown_entity",
    "invalid",
    "unknown_row",
    "out_of_scope",
    "not_permitted",
    "device_revoked",
    "dependency",
    "group",
    "gone",
    "login_due",
];

pub const AUDIT_ENTRIES: &[Column] = &[
    Column::number("seq", "No.", "序号"),
    Column::time("at", "Time", "时间"),
    Column::refers("user_id", EntityKind::User, "Who", "人员"),
    Column::word("action", ACTIONS, "What", "操作"),
    Column::key("subject_id", "About (id)", "对象编号"),
    Column::text("detail", "Details", "详情"),
    Column::text("previous_hash", "Hash of the entry before", "上一条的哈希"),
    Column::text("hash", "Hash", "哈希"),
];

pub const DEVICES: &[Column] = &[
    Column::text("name", "Name", "名称"),
    Column::refers("user_id", EntityKind::User, "User", "使用人"),
    Column::word("state", &["active", "silent", "revoked"], "State", "状态"),
    Column::text("platform", "Platform", "平台"),
    Column::text("app_version", "App version", "应用版本").at(&["report", "app_version"]),
    Column::time("last_seen_at", "Last seen", "最近联系"),
    Column::number("unsent", "Unsent edits", "未发送的编辑").at(&["report", "unsent"]),
    Column::time("oldest_unsent_at", "Oldest of them", "其中最早").at(&["report", "oldest_unsent_at"]),
    Column::number("skew_millis", "Clock ahead (ms)", "时钟偏快（毫秒）"),
    Column::yes_no("has_key", "Has a key", "有密钥"),
    Column::time("enrolled_at", "Enrolled", "登记时间"),
    Column::time("revoked_at", "Revoked", "吊销时间"),
    Column::time("wiped_at", "Order to wipe delivered", "清除指令送达").at(&["wipe", "delivered_at"]),
];

pub const NOTIFICATIONS: &[Column] = &[
    Column::time("created_at", "Written", "生成时间"),
    Column::word("kind", &MailKind::NAMES, "Mail", "邮件"),
    Column::text("recipient", "To", "收件人"),
    Column::word("language", Language::TAGS, "Language", "语言"),
    Column::word("state", &["due", "sent", "dead"], "State", "状态"),
    Column::number("attempts", "Attempts", "尝试次数"),
    Column::time("sent_at", "Sent", "发送时间"),
    Column::time("next_at", "Next attempt", "下次尝试"),
    Column::text("error", "What the last attempt failed with", "最近一次失败原因"),
    Column::refers("visit_id", EntityKind::Visit, "Visit", "上门"),
    Column::refers("sheet_id", EntityKind::ServiceSheet, "Service sheet", "服务单"),
    Column::text("message_id", "Message id", "邮件标识"),
];

pub const QUARANTINE: &[Column] = &[
    Column::time("received_at", "Received", "收到时间"),
    Column::refers("user_id", EntityKind::User, "Who", "人员"),
    Column::word("reason", REASONS, "Why", "原因"),
    Column::text("detail", "Reason in words", "原因说明"),
    Column::word("kind", &["create", "update", "delete"], "What", "操作").at(&["operation", "kind"]),
    Column::word("entity", EntityKind::NAMES, "Record", "记录类型").at(&["operation", "entity"]),
    Column::key("row", "Record (id)", "记录编号").at(&["operation", "row"]),
    Column::time("occurred_at", "Done at", "发生时间").at(&["operation", "occurred_at"]),
    Column::yes_no("applied", "Applied", "已应用").at(&["decision", "applied"]),
    Column::refers("decided_by", EntityKind::User, "Decided by", "处理人").at(&["decision", "user_id"]),
    Column::time("decided_at", "Decided", "处理时间").at(&["decision", "at"]),
    Column::text("decision_reason", "Reason of the decision", "处理说明").at(&["decision", "reason"]),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::REASONS;
    use std::collections::BTreeSet;
    use sync_protocol::codes::QuarantineReason;

    #[test]
    fn every_reason_of_quarantine_is_among_the_words() {
        let schema = schemars::schema_for!(QuarantineReason).to_value();
        let variants = schema["oneOf"].as_array().unwrap();
        let named: BTreeSet<&str> = variants
            .iter()
            .map(|variant| variant["const"].as_str().unwrap())
            .collect();
        assert_eq!(named, REASONS.iter().copied().collect());
    }
}
