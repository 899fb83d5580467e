/** Pieces several pages use, and the form of a visit. */
import type { ConsoleWords } from "../en";

export const parts: Pick<ConsoleWords, "parts" | "plan"> = {
  parts: {
    nothing: "没有匹配项，请少输入几个字。",
    finding: "正在查找…",
    choose: "请选择一项。",
    since: (when) => `自 ${when}`,
    onTheirWay: "正在上传的文件",
    notSent: (name) => `${name} 未能上传`,
    giveUp: "不再上传",
    notThere: "尚未到达",
    notThereText: "照片尚未到达，待持有它的手机或电脑联网后上传。",
    noCaption: "无说明",
    openTab: "在新标签页打开",
    removePhotoText: "所有人都将看不到它；已签字服务单上的内容不受影响。",
    removeDocumentText: "所有人都将看不到它。",
    removedDocument: "文件已移除",
    open: "打开",
    copy: "复制",
  },
  plan: {
    newVisit: "新建上门",
    editVisit: "编辑上门",
    client: "客户",
    site: "地点",
    contact: "现场联系人",
    nobody: "不指定",
    kind: "类型",
    purpose: "服务内容",
    purposeHint: "客户和工程师都会看到。",
    technician: "工程师",
    unplanned: "暂不指派",
    date: "日期",
    start: "开始",
    duration: "时长",
    minutesLong: (minutes) => {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
      return hours ? `${hours} 小时${rest ? ` ${rest} 分钟` : ""}` : `${rest} 分钟`;
    },
    tickets: "相关工单",
    create: "新建上门",
    created: "已新建上门",
    createdFor: (name) => `已安排给 ${name}`,
    notifies: "客户和工程师会收到邮件通知。",
    notifiesNobody: "指派工程师之前不会通知任何人。",
    dateMissing: "请选择日期和时间。",
    zone: (zone, time) => `当地时间（${zone}）：${time}`,
  },
};
