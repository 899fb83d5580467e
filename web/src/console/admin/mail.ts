/** What a mail says, as the outbox keeps it: its fields, one a line. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Names of fields in the order they come, with the names of what they stand in before them. */
export function contentLines(mail: unknown, before = ""): [name: string, value: string][] {
  if (!isObject(mail)) return mail === null || mail === undefined || mail === "" ? [] : [[before || "–", Array.isArray(mail) ? mail.map(String).join(", ") : String(mail)]];
  return Object.entries(mail).flatMap(([name, value]) => {
    const called = name.replaceAll("_", " ");
    return contentLines(value, before ? `${before} · ${called}` : called);
  });
}
