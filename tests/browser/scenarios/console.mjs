/** Board, tickets, clients, assets and the palette in both languages, light and dark, on a desk and on a phone: accessible, and as wide as its screen. */
import { join } from "node:path";

/** Together they meet every language, scheme and size. */
const LOOKS = [
  { language: "en", scheme: "light", screen: { width: 1440, height: 900 } },
  { language: "en", scheme: "dark", screen: { width: 390, height: 844 } },
  { language: "zh-CN", scheme: "light", screen: { width: 390, height: 844 } },
  { language: "zh-CN", scheme: "dark", screen: { width: 1440, height: 900 } },
];

const places = ({ client, ticket, asset, site, visit, day }) => ({
  "board-week": `/board?view=week&day=${day}`,
  "board-day": `/board?view=day&day=${day}`,
  visit: `/board?view=day&day=${day}&visit=${visit}`,
  tickets: "/tickets",
  "tickets-all": "/tickets?view=all&sort=priority",
  "new-ticket": `/tickets/new?client=${client}`,
  ticket: `/tickets/${ticket}`,
  clients: "/clients",
  client: `/clients/${client}`,
  "client-assets": `/clients/${client}?tab=assets`,
  "client-tickets": `/clients/${client}?tab=tickets`,
  "client-visits": `/clients/${client}?tab=visits`,
  "client-satisfaction": `/clients/${client}?tab=satisfaction`,
  "client-photos": `/clients/${client}?tab=files`,
  assets: "/assets",
  asset: `/assets/${asset}`,
  labels: `/labels?site=${site}`,
  import: "/import",
  nowhere: "/nowhere",
});

export default async function play(stage) {
  for (const { language, ...look } of LOOKS) {
    const desk = await stage.desk({ ...look, language, isDesk: look.screen.width > 600 });
    const { phone, page, own, words } = desk;
    const about = `${language}-${look.scheme}-${look.screen.width}`;
    await desk.go();
    await desk.field(words.login.email).waitFor();
    await phone.isAccessible(`login-${about}`);
    await desk.logIn(stage.manager, stage.password);
    for (const [name, place] of Object.entries(places(stage))) {
      await desk.go(place);
      await page.locator("main").waitFor();
      await page.getByText(own.shell.loading, { exact: true }).first().waitFor({ state: "detached" });
      await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
      await phone.picture(join(stage.folder, `${name}-${about}.png`));
      await phone.isAccessible(`${name}-${about}`);
      await desk.phone.fits(`${name}-${about}`);
    }
    await desk.go("/board");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: own.palette.title }).waitFor();
    await phone.isAccessible(`palette-${about}`);
    await phone.close();
    stage.say(`${about}: every page is accessible and fits.`);
  }
}
