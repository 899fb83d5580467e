/** Simplified Chinese. */
import type { ConsoleWords } from "../en";
import { admin } from "./admin";
import { callbacks } from "./callbacks";
import { complaints } from "./complaints";
import { devices } from "./devices";
import { inbox } from "./inbox";
import { shell } from "./shell";
import { table } from "./table";

export const zh: ConsoleWords = { ...shell, ...table, ...inbox, ...devices, ...callbacks, ...complaints, ...admin };
