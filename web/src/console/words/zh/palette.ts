/** Searching everything and doing anything, by keyboard. */
import type { ConsoleWords } from "../en";

export const palette: Pick<ConsoleWords, "palette"> = {
  palette: {
    title: "搜索或执行",
    label: "客户、联系人、电话、工单、设备，或想做的事",
    hint: "↑ ↓ 选择 · 回车打开 · Esc 关闭",
    actions: "执行",
    pages: "前往",
    kinds: { client: "客户", site: "地点", contact: "联系人", asset: "资产", ticket: "工单", visit: "上门", service_sheet: "服务单" },
    newTicket: "新建工单（接电话）",
    newVisit: "新建上门",
    newClient: "新建客户",
    today: "今天的排班",
    week: "本周的排班",
    dark: "深色外观",
    light: "浅色外观",
    language: "English",
    nothing: "没有找到",
    nothingText: "输入两个字即可，也可以输入电话号码的一部分。",
    searching: "正在搜索…",
    results: (count) => `${count} 个结果`,
  },
};
