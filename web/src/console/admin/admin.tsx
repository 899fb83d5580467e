/** The administration's parts and who may see them. */
import type { ComponentChildren } from "preact";
import { go } from "../../app/router";
import { Empty } from "../../ui";
import { user } from "../data";
import { Page } from "../page";
import { Views } from "../table/views";
import { c } from "../words";
import "./admin.css";

export type Part = "templates" | "users" | "settings" | "words" | "outbox" | "audit" | "system";

const parts: readonly { part: Part; forManagers: boolean; notForSupport: boolean }[] = [
  { part: "templates", forManagers: false, notForSupport: false },
  { part: "users", forManagers: false, notForSupport: false },
  { part: "settings", forManagers: true, notForSupport: true },
  { part: "words", forManagers: true, notForSupport: true },
  { part: "outbox", forManagers: false, notForSupport: true },
  { part: "audit", forManagers: true, notForSupport: true },
  { part: "system", forManagers: true, notForSupport: true },
];

/** Whether who works here answers for people, devices and the server. */
export const isManager = (): boolean => user.value?.role === "admin" || user.value?.role === "manager";

/** Whether somebody of this role sees a part; the server says the same. */
export function maySee(part: Part): boolean {
  const rule = parts.find((one) => one.part === part);
  if (!rule) return false;
  return (!rule.forManagers || isManager()) && (!rule.notForSupport || user.value?.role !== "support");
}

/** An address of mail; one too long for its place goes on below at its sign, not within a word. */
export function Address({ of }: { of: string }) {
  const at = of.indexOf("@");
  return at < 0 ? (
    <>{of}</>
  ) : (
    <>
      {of.slice(0, at)}
      <wbr />
      {of.slice(at)}
    </>
  );
}

export function AdminPage({ part, actions, fill, children }: { part: Part; actions?: ComponentChildren; fill?: boolean; children: ComponentChildren }) {
  const words = c().admin;
  const names: Record<Part, string> = { ...words, settings: words.settingsPart, words: words.mailWords };
  const shown = parts.map((one) => one.part).filter(maySee);
  return (
    <Page
      title={words.title}
      lead={<Views<Part> label={words.parts} value={part} options={shown.map((value) => ({ value, label: names[value] }))} onChange={(next) => go(`/admin/${next}`)} />}
      actions={actions}
      {...(fill ? { fill } : {})}
    >
      {maySee(part) ? children : <Empty icon="key" title={words.notYours} text={words.notYoursText} />}
    </Page>
  );
}
