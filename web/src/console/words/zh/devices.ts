/** Words of devices. */
import type { ConsoleWords } from "../en";

export const devices: Pick<ConsoleWords, "devices"> = { devices: {} };
