/** Labels for all devices of a site, printed from the console on a sheet whose first places are used up already. */
import assert from "node:assert/strict";
import { join } from "node:path";

export default async function play(stage) {
  const desk = await stage.desk();
  const { own, page } = desk;
  const words = own.labels;
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go("/labels");
  await desk.pick(words.site, stage.site);
  await desk.button(words.all).click();
  const chosen = await page.getByRole("checkbox", { checked: true }).count();
  assert.equal(chosen, stage.labels);
  await desk.button(words.place(stage.skip + 1)).click();
  const picture = page.getByRole("img", { name: words.preview });
  await picture.waitFor();
  await page.waitForFunction((img) => img.complete && img.naturalWidth > 0, await picture.elementHandle());
  await desk.phone.isAccessible("labels to print");

  const opening = page.context().waitForEvent("page");
  await desk.button(words.print).click();
  const tab = await opening;
  await tab.waitForURL(/^blob:/);
  // Saved, as from the tab that shows it.
  const saving = page.waitForEvent("download");
  await page.evaluate((href) => Object.assign(document.createElement("a"), { href, download: "labels.pdf" }).click(), tab.url());
  const file = join(stage.folder, "labels.pdf");
  await (await saving).saveAs(file);
  assert.deepEqual(await stage.ask("what the codes say", { file }), stage.codes);
  stage.say(`${chosen} labels were printed; each code leads to its device.`);
}
