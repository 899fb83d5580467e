/** English, and the shape every other language has to fill. */
import { admin } from "./admin";
import { clients } from "./clients";
import { tickets } from "./tickets";
import { board } from "./board";
import { parts } from "./parts";
import { callbacks } from "./callbacks";
import { complaints } from "./complaints";
import { devices } from "./devices";
import { inbox } from "./inbox";
import { shell } from "./shell";
import { table } from "./table";

export const en = { ...shell, ...clients, ...tickets, ...board, ...parts, ...table, ...inbox, ...devices, ...callbacks, ...complaints, ...admin };

/** What a language consists of. */
export type ConsoleWords = typeof en;
