/** Simplified Chinese. */
import type { Dictionary } from "../en";
import { assets } from "./assets";
import { common } from "./common";
import { day } from "./day";
import { sheet } from "./sheet";
import { sync } from "./sync";
import { words } from "./words";
import { work } from "./work";

export const zh: Dictionary = { ...common, ...words, ...sync, ...day, ...work, ...assets, ...sheet };
