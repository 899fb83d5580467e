/** The app can be installed, and starts without a network and without its server. */
import assert from "node:assert/strict";

export default async function play(stage) {
  const phone = await stage.phone();
  await phone.go();
  const { page } = phone;
  await page.getByRole("heading", { name: "Onsite" }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);

  const manifest = await (await page.request.get(await page.locator("link[rel=manifest]").evaluate((link) => link.href))).json();
  assert.equal(manifest.display, "standalone");
  assert.ok(manifest.name && manifest.short_name && manifest.start_url && manifest.theme_color && manifest.background_color);
  for (const size of ["192x192", "512x512"]) {
    const icon = manifest.icons.find(({ sizes }) => sizes === size);
    assert.ok(icon, `an icon of ${size}`);
    const file = await page.request.get(new URL(icon.src, stage.url).href);
    assert.equal(file.status(), 200, icon.src);
    assert.equal(file.headers()["content-type"], icon.type);
  }
  const browser = await phone.context.newCDPSession(page);
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  // A profile that is thrown away is no place to install to; all else counts.
  const hindrances = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assert.deepEqual(hindrances, []);
  stage.say("The browser would install the app.");

  await phone.goOffline();
  await stage.ask("the server dies");
  await page.reload();
  await page.getByRole("heading", { name: "Onsite" }).waitFor();
  await page.close();
  phone.watch(await phone.context.newPage());
  await phone.go();
  await phone.page.getByRole("heading", { name: "Onsite" }).waitFor();
  stage.say("It starts without a network and without its server.");

  await phone.isAccessible("the start screen");
}
