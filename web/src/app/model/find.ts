/** What a scanned or typed code leads to. */
import type { Entities, Row } from "../../device";
import { fold } from "./search";

type Asset = Row<Entities["asset"]>;

/** The asset with this tag, or else the one with this serial number, among those on the phone. */
export function byCode(code: string, assets: readonly Asset[]): Asset | undefined {
  const wanted = fold(code.trim());
  const is = (value: string | null | undefined) => Boolean(value) && fold(value ?? "") === wanted;
  return assets.find(({ body }) => is(body.tag)) ?? assets.find(({ body }) => is(body.serial));
}
