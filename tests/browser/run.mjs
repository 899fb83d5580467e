/**
 * Plays one scenario in Chromium against a server that is running: `node run.mjs SCENARIO SETTINGS`, where SETTINGS is
 * JSON (see `lib/stage.mjs`). It is started by `tests/tests/browser.rs`, which answers what the scenario asks of the
 * world outside the browser and judges what the server holds. It ends with 1 when something is not as it should be,
 * and when its standard input closes, so that it never outlives the test.
 */
import { Stage } from "./lib/stage.mjs";

const [name, settings] = process.argv.slice(2);
const { default: play } = await import(`./scenarios/${name}.mjs`);

const stage = new Stage(JSON.parse(settings));
process.stdin.on("end", () => process.exit(1));
try {
  await play(stage);
  await stage.close();
  process.exit(0);
} catch (error) {
  console.error(error.stack ?? error);
  await stage.tellWhatStood();
  process.exit(1);
}
