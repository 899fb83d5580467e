/** English, and the shape every other language has to fill. */
import { assets } from "./assets";
import { common } from "./common";
import { day } from "./day";
import { sheet } from "./sheet";
import { sync } from "./sync";
import { words } from "./words";
import { work } from "./work";

export const en = { ...common, ...words, ...sync, ...day, ...work, ...assets, ...sheet };

/** What a language consists of. */
export type Dictionary = typeof en;
