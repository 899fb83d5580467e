/** Who reported a fault at a device's label, without being a contact that is known here. */

/** `Claire, 010-5550 0199` as the server writes it, taken apart; the number is `null` where it ends with none. */
export function reporterOf(text: string): { name: string; phone: string | null } {
  const [, name, phone] = /^(.*\S),\s*(\+?\d[\d\s()/.-]{3,})$/s.exec(text) ?? [];
  return name !== undefined && phone !== undefined ? { name, phone } : { name: text, phone: null };
}
