//! The words of states and kinds as people read them.
use onsite_model::language::Language;

/// A word of the wire, as a field has it, in a language.
pub(crate) fn shown(field: &str, word: &str, language: Language) -> String {
    match (language, chinese(field, word)) {
        (Language::ZhCn, Some(chinese)) => chinese.to_owned(),
        (Language::ZhCn, None) => word.to_owned(),
        (Language::En, _) => english(word),
    }
}

/// The word of the wire that a cell shows, in either language.
pub(crate) fn meant(field: &str, words: &[&'static str], cell: &str) -> Option<&'static str> {
    let says = |word: &str, language| shown(field, word, language).eq_ignore_ascii_case(cell);
    let mut words = words.iter().copied();
    words.find(|word| {
        [Language::En, Language::ZhCn]
            .into_iter()
            .any(|language| says(word, language))
    })
}

fn english(word: &str) -> String {
    match word {
        "ups" => "UPS".to_owned(),
        "en" => "English".to_owned(),
        "zh-CN" => "Chinese".to_owned(),
        _ => {
            let mut letters = word.replace('_', " ").chars().collect::<Vec<_>>();
            if let Some(first) = letters.first_mut() {
                first.make_ascii_uppercase();
            }
            letters.into_iter().collect()
        }
    }
}

fn chinese(field: &str, word: &str) -> Option<&'static str> {
    Some(match word {
        // Of mails; a callback that is due waits for something else.
        "due" if field == "state" => "等待发送",
        "sent" => "已发送",
        "dead" => "已放弃",
        "visit_scheduled" => "上门已安排",
        "visit_moved" => "上门已改期",
        "visit_cancelled" => "上门已取消",
        "briefing" => "工程师任务简报",
        "signed_sheet" => "已签服务单",
        "sheet_unsigned" => "待签服务单",
        "sheet_answered" => "服务单已答复",
        "survey" => "满意度调查",
        "low_score" => "低分提醒",
        "complaint_opened" => "投诉已建立",
        "complaint_escalated" => "投诉已升级",
        "ticket_assigned" => "工单已分派",
        "fault_received" => "报修已收到",
        // Of devices.
        "active" => "使用中",
        "silent" => "未联系",
        "revoked" => "已吊销",
        // What the audit log tells of.
        "asset_merged" => "合并设备",
        "client_absent" => "客户不在场",
        "complaint_closed" => "关闭投诉",
        "device_revoked" if field == "reason" => "终端已吊销",
        "device_revoked" => "吊销终端",
        "device_wipe_ordered" => "下令清除终端",
        "fault_reported" => "报修",
        "logged_in" => "登录",
        "logins_throttled" => "登录受限",
        "mail_template_changed" => "修改邮件模板",
        "notification_resent" => "重新发送邮件",
        "password_changed" => "修改密码",
        "password_reset" => "重设密码",
        "password_set" => "设置密码",
        "quarantine_applied" => "应用保留的编辑",
        "quarantine_discarded" => "放弃保留的编辑",
        "quarantine_restored" => "恢复已放弃的编辑",
        "settings_changed" => "修改设置",
        "sheet_link_sent" => "发送服务单签字链接",
        "sheet_refused" => "服务单被拒签",
        "sheet_refused_by_link" => "服务单被拒签（链接）",
        "sheet_remarked_by_link" => "服务单有留言（链接）",
        "sheet_signed" => "服务单已签署",
        "sheet_signed_by_link" => "服务单已签署（链接）",
        "token_reused" => "会话令牌被重复使用",
        "user_access_changed" => "变更角色或权限",
        "user_added" => "添加人员",
        "user_details_changed" => "修改人员资料",
        // What was kept and why.
        "create" => "新建",
        "update" => "修改",
        "delete" => "删除",
        "undecodable" => "无法读取",
        "too_large" => "内容过大",
        "unknown_entity" => "未知的记录类型",
        "invalid" => "值不符合要求",
        "unknown_row" => "记录不存在",
        "out_of_scope" => "不在其负责范围",
        "not_permitted" => "无此权限",
        "dependency" => "所依赖的内容未被接受",
        "group" => "同组的内容未被接受",
        "gone" => "记录早已删除",
        "login_due" => "需要重新登录",
        "settings" => "设置",
        "mail_template" => "邮件模板",
        "en" => "英语",
        "zh-CN" => "中文",
        // Roles.
        "admin" => "管理员",
        "manager" => "经理",
        "dispatcher" => "调度",
        "support" => "客服",
        "technician" => "工程师",
        // Kinds and states of assets.
        "computer" => "台式机",
        "laptop" => "笔记本电脑",
        "server" => "服务器",
        "switch" => "交换机",
        "router" => "路由器",
        "firewall" => "防火墙",
        "access_point" => "无线接入点",
        "printer" => "打印机",
        "ups" => "UPS",
        "camera" => "摄像头",
        "phone" => "电话",
        "monitor" => "显示器",
        "storage" => "存储设备",
        "other" => "其他",
        "in_service" => "使用中",
        "spare" => "备用",
        "in_repair" => "维修中",
        "missing" => "丢失",
        "retired" => "已报废",
        // States of tickets and visits.
        "new" => "新建",
        "assigned" => "已分派",
        "in_progress" => "处理中",
        "pending" => "等待中",
        "solved" => "已解决",
        "closed" => "已关闭",
        "reopened" => "已重开",
        "cancelled" => "已取消",
        "planned" => "已计划",
        "scheduled" => "已安排",
        "accepted" => "已接受",
        "travelling" => "途中",
        "on_site" => "现场",
        "finished" => "已完成",
        "declined" => "已拒绝",
        "aborted" => "已中止",
        "low" => "低",
        "normal" => "普通",
        "medium" => "中",
        "high" => "高",
        "urgent" => "紧急",
        "first" => "首次上门",
        "routine" => "例行巡检",
        "ad_hoc" => "临时上门",
        // Work, inspections and advice.
        "note" => "备注",
        "time" => "工时",
        "part" => "配件",
        "pass" => "正常",
        "flag" => "关注",
        "fail" => "异常",
        "not_applicable" => "不适用",
        "proposed" => "已提出",
        "done" => "已完成",
        "account" => "账号",
        "password" => "密码",
        "topology" => "网络拓扑",
        "key" => "钥匙",
        "document" => "文件",
        // Sheets, callbacks and conflicts.
        "draft" => "草稿",
        "presented" => "已出示",
        "signed" => "已签署",
        "refused" => "拒签",
        "absent" => "客户不在",
        "dismissed" => "已驳回",
        "client" => "客户",
        "due" => "待回访",
        "attempted" => "已尝试",
        "unreachable" => "无法联系",
        "open" => "待处理",
        "resolved" => "已处理",
        "field" => "字段",
        "status" => "状态",
        "acknowledged" => "已受理",
        "quality" => "服务质量",
        "punctuality" => "准时",
        "conduct" => "服务态度",
        "communication" => "沟通",
        "billing" => "费用",
        "complaint" => "投诉",
        "duplicate_tag" => "标签重复",
        "deleted" => "已删除",
        // Records.
        "site" => "站点",
        "contact" => "联系人",
        "user" => "用户",
        "tag_range" => "标签号段",
        "asset" => "资产",
        "checklist_template" => "检查表模板",
        "ticket" => "工单",
        "worklog_entry" => "工作记录",
        "visit" => "上门",
        "inspection" => "巡检",
        "inspection_answer" => "巡检结果",
        "advice" => "优化建议",
        "handover_item" => "移交事项",
        "service_sheet" => "服务单",
        "signature" => "签名",
        "sheet_amendment" => "服务单修订",
        "attachment" => "附件",
        "callback" => "回访",
        "conflict" => "冲突",
        "receipt" => "回执",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::columns;
    use onsite_model::asset::Asset;
    use onsite_model::callback::Callback;
    use onsite_model::complaint::Complaint;
    use onsite_model::conflict::Conflict;
    use onsite_model::handover_item::HandoverItem;
    use onsite_model::inspection_answer::InspectionAnswer;
    use onsite_model::listing::{ColumnKind, Listed, Listing};
    use onsite_model::service_sheet::ServiceSheet;
    use onsite_model::ticket::Ticket;
    use onsite_model::user::User;
    use onsite_model::visit::Visit;
    use onsite_model::worklog_entry::WorklogEntry;

    #[test]
    fn every_word_of_a_list_has_a_chinese_one() {
        let listings: [&Listing; 11] = [
            &Asset::LISTING,
            &Callback::LISTING,
            &Complaint::LISTING,
            &Conflict::LISTING,
            &HandoverItem::LISTING,
            &InspectionAnswer::LISTING,
            &ServiceSheet::LISTING,
            &Ticket::LISTING,
            &User::LISTING,
            &Visit::LISTING,
            &WorklogEntry::LISTING,
        ];
        let of_records = listings.iter().flat_map(|listing| listing.columns);
        let of_others = [
            columns::AUDIT_ENTRIES,
            columns::DEVICES,
            columns::NOTIFICATIONS,
            columns::QUARANTINE,
        ];
        for column in of_records.chain(of_others.into_iter().flatten()) {
            if let ColumnKind::Word(words) = column.kind {
                assert!(!words.is_empty(), "{}", column.field);
                for word in words {
                    let chinese = chinese(column.field, word);
                    assert!(chinese.is_some(), "{}: {word}", column.field);
                }
            }
        }
    }
}
