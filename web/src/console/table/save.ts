/** Files of the server, which are asked for with the session's token and therefore can't be plain links. */
import { explain } from "../../app/model/explain";
import { toast } from "../../ui";
import { getBlob, type Query } from "../data";
import { c } from "../words";

/** How long the browser gets to take a file over, in milliseconds. */
const TAKEN = 60_000;

function hand(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN);
}

/** Saves a file of the server under a name; a refusal is told. */
export async function save(path: string, name: string, query: Query = {}): Promise<void> {
  try {
    hand(await getBlob(path, query), name);
    toast(c().table.exported);
  } catch (error) {
    toast(explain(error), { failed: true });
  }
}
