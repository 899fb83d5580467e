/** Passwords that can be read out over the telephone. */

/** Letters and digits that are not taken for one another. */
const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";

/** Four groups of four: 79 bits. */
export function suggestPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const groups: string[] = [];
  for (let group = 0; group < 4; group++) {
    let text = "";
    while (text.length < 4) {
      const [byte = 0] = random(new Uint8Array(1));
      // A byte beyond the last whole round would make some signs likelier.
      if (byte < 256 - (256 % SIGNS.length)) text += SIGNS[byte % SIGNS.length];
    }
    groups.push(text);
  }
  return groups.join("-");
}
