/** Words of admin. */
import type { ConsoleWords } from "../en";

export const admin: Pick<ConsoleWords, "admin"> = { admin: {} };
