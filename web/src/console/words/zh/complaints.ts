/** Words of complaints. */
import type { ConsoleWords } from "../en";

export const complaints: Pick<ConsoleWords, "complaints"> = { complaints: {} };
