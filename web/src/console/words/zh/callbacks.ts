/** Words of callbacks. */
import type { ConsoleWords } from "../en";

export const callbacks: Pick<ConsoleWords, "callbacks"> = { callbacks: {} };
