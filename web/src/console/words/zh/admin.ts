/** Administration: templates, mails, people, settings, records of what was done. */
import type { ConsoleWords } from "../en";

export const admin: Pick<ConsoleWords, "admin" | "roles"> = {
  roles: { admin: "管理员", manager: "经理", dispatcher: "调度", support: "客服", technician: "工程师" },
  admin: {
    title: "管理",
  },
};
