/** Words of every table: sorting, choosing, paging, taking out. */
import type { ConsoleWords } from "../en";

export const table: Pick<ConsoleWords, "table"> = {
  table: {
    chooseAll: "全选当前显示",
    choose: (name) => `选择${name}`,
    chosen: (count) => `已选 ${count} 项`,
    chooseNone: "取消选择",
    loading: "正在加载…",
    failedTitle: "无法读取此列表",
    staleTitle: "此列表可能已过时",
    again: "重试",
    shown: (count) => `共 ${count} 行`,
    shownOf: (count, total) => `已显示 ${count} 行，共 ${total} 行`,
    shownOfMore: (count) => `已显示 ${count} 行，还有更多`,
    more: "显示更多",
    nothing: "没有符合条件的内容",
    nothingText: "没有符合当前筛选条件的行。",
    clear: "清除筛选",
    filters: "筛选",
    all: "全部",
    export: "导出",
    csv: "CSV 文件",
    xlsx: "Excel 工作簿",
    exported: "文件已保存到下载文件夹。",
  },
};
