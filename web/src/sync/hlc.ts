/**
 * Hybrid logical clock (Kulkarni et al., 2014): 48 bits of milliseconds and 16 bits of counter, as 16 hexadecimal digits,
 * so that text order is stamp order. It orders display; it never decides who wins.
 */

export type Hlc = string;

/** A clock that has never ticked. */
export const START: Hlc = "0".repeat(16);

/** The next stamp of a clock that stands at `hlc` when the wall clock shows `now`, in milliseconds. */
export function tick(hlc: Hlc, now: number): Hlc {
  const wall = BigInt(Math.max(0, Math.trunc(now)) % 2 ** 48) << 16n;
  const next = BigInt(`0x${hlc}`) + 1n;
  return (wall > next ? wall : next).toString(16).padStart(16, "0");
}
