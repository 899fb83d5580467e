/**
 * Every screen in both languages, light and dark, on a common phone and on the smallest one: accessible by all rules
 * there are, and nothing sticks out at the side.
 */
import assert from "node:assert/strict";
import { join } from "node:path";

/** The four ways each screen is looked at; together they meet every language, scheme and size. */
const LOOKS = [
  { language: "en", scheme: "light", screen: { width: 390, height: 844 } },
  { language: "en", scheme: "dark", screen: { width: 360, height: 640 } },
  { language: "zh-CN", scheme: "light", screen: { width: 360, height: 640 } },
  { language: "zh-CN", scheme: "dark", screen: { width: 390, height: 844 } },
];

/** Every place in the app; `visits` are of different states, by which a visit's screen differs most. */
function places({ visits, ticket, asset }) {
  const found = {
    today: "/",
    calendar: "/calendar",
    "ad-hoc": "/visits/new",
    assets: "/assets",
    "new-asset": "/assets/new",
    asset: `/assets/${asset}`,
    "edit-asset": `/assets/${asset}/edit`,
    scan: "/scan",
    tickets: "/tickets",
    "new-ticket": "/tickets/new",
    ticket: `/tickets/${ticket}`,
    sync: "/sync",
    me: "/me",
  };
  for (const [state, visit] of Object.entries(visits)) {
    found[`visit-${state}`] = `/visits/${visit}`;
    found[`devices-${state}`] = `/visits/${visit}/inspect`;
    found[`inspection-${state}`] = `/visits/${visit}/inspect/${asset}`;
    found[`sheet-${state}`] = `/visits/${visit}/sheet`;
  }
  const [any] = Object.values(visits);
  found.stocktake = `/visits/${any}/stocktake`;
  // The last one: its receipts are opened on it.
  found["first-visit"] = `/visits/${visits.first}/first`;
  return found;
}

export default async function play(stage) {
  for (const { language, ...look } of LOOKS) {
    const person = stage.people[language];
    const app = await stage.app({ ...look, language });
    const { page, phone, words } = app;
    const about = `${language}-${look.scheme}-${look.screen.width}`;
    await phone.go();
    await app.field(words.login.email).waitFor();
    await judge(stage, app, `login-${about}`);
    await app.logIn(person.email, stage.password);
    await app.isInStep();
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    for (const [name, place] of Object.entries(places(person))) {
      await phone.go(place);
      await page.locator("main").waitFor();
      await judge(stage, app, `${name}-${about}`);
    }
    await page.getByRole("button", { name: words.first.handover }).click();
    await page.getByText(words.first.kinds.topology).first().waitFor();
    await judge(stage, app, `receipts-${about}`);
    await phone.close();
    stage.say(`${about}: every screen is accessible and fits.`);
  }
}

async function judge(stage, { phone, words }, name) {
  // A screen that is fetched first says so meanwhile.
  await phone.page.getByText(words.ui.loading, { exact: true }).waitFor({ state: "detached" });
  await phone.picture(join(stage.folder, `${name}.png`));
  await phone.isAccessible(name);
  await phone.fits(name);
}
