/** Who reported something: a contact, or what somebody wrote at a device's label. */
import { reporterOf } from "../model/reporter";

export function Reporter({ contact, text }: { contact: { name: string; phone?: string | null } | undefined; text: string | null | undefined }) {
  const who = contact ?? (text ? reporterOf(text) : null);
  if (!who) return null;
  return (
    <>
      {who.name} {who.phone ? <a href={`tel:${who.phone.replace(/[^+\d]/g, "")}`}>{who.phone}</a> : null}
    </>
  );
}
