/** Every page of the inbox, the devices, the callback desk, the complaints and the administration, in both languages, light and
 * dark, wide and narrow: accessible by all rules there are, and nothing sticks out at the side. */
import { join } from "node:path";

const LOOKS = [
  { language: "en", scheme: "light" },
  { language: "zh-CN", scheme: "dark" },
  { language: "zh-CN", scheme: "light", screen: { width: 390, height: 844 }, isDesk: false },
  { language: "en", scheme: "dark", screen: { width: 390, height: 844 }, isDesk: false },
];

const pages = ({ conflict, kept, callback, complaint, device, user, template }) => ({
  inbox: "/inbox",
  conflict: `/inbox?id=${conflict}`,
  quarantine: "/inbox?view=quarantine",
  kept: `/inbox?view=quarantine&id=${kept}`,
  decided: "/inbox?view=decided",
  devices: "/devices",
  device: `/devices?id=${device}`,
  callbacks: "/callbacks",
  callback: `/callbacks?id=${callback}`,
  complaints: "/complaints",
  complaint: `/complaints?id=${complaint}`,
  templates: "/admin/templates",
  template: `/admin/templates/${template}`,
  users: "/admin/users",
  user: `/admin/users?id=${user}`,
  settings: "/admin/settings",
  words: "/admin/words?id=survey",
  outbox: "/admin/outbox",
  audit: "/admin/audit",
  system: "/admin/system",
});

export default async function play(stage) {
  for (const { language, ...look } of LOOKS) {
    const desk = await stage.desk({ language, ...look });
    await desk.logIn(stage.admin, stage.password);
    await desk.page.evaluate((chosen) => localStorage.setItem("onsite.language", chosen), language);
    await desk.page.reload();
    for (const [name, place] of Object.entries(pages(stage.places))) {
      const about = `${name}-${language}-${look.scheme}-${look.screen ? "narrow" : "wide"}`;
      await desk.go(place);
      await desk.page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
      await desk.phone.picture(join(stage.folder, `${about}.png`));
      await desk.phone.isAccessible(about);
      await desk.phone.fits(about);
    }
    await desk.phone.close();
    stage.say(`${language}, ${look.scheme}: every page is accessible and fits.`);
  }
}
