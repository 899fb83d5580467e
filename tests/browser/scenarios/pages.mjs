/**
 * Every page a client sees without an account, in both languages, light and dark, on a phone and on a desk: accessible by all
 * rules there are, nothing sticks out at the side, links that were used or never existed say so, and looking uses none up.
 */
import assert from "node:assert/strict";
import { join } from "node:path";

/** Together they meet every language, scheme and size; each works through a visit of its own. */
const LOOKS = [
  { language: "en", scheme: "light", screen: { width: 390, height: 844 } },
  { language: "en", scheme: "dark", screen: { width: 1440, height: 900 } },
  { language: "zh-CN", scheme: "light", screen: { width: 1440, height: 900 } },
  { language: "zh-CN", scheme: "dark", screen: { width: 390, height: 844 } },
];

/** A phone number nobody has, and no picture at all. */
const PHONE = "010-5550 0199";
const NO_PICTURE = { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a picture") };

export default async function play(stage) {
  for (const [index, { language, ...look }] of LOOKS.entries()) {
    const { visit, hash, tag } = stage.visits[index];
    const client = await stage.client({ ...look, language, isDesk: look.screen.width > 600 });
    const { page, phone } = client;
    const about = `${language}-${look.scheme}-${look.screen.width}`;
    const looksGood = async (name) => {
      await phone.picture(join(stage.folder, `${name}-${about}.png`));
      await phone.isAccessible(`${name}-${about}`);
      await phone.fits(`${name}-${about}`);
    };
    const shows = async (name, status, answered) => {
      assert.equal(answered, status, `${name}-${about}`);
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      await looksGood(name);
    };
    // A mailed page speaks the language of whom it was mailed to, until its reader chooses the other.
    const mailed = async (kind, part) => `${await stage.ask("the link in the mail", { visit, kind, part })}?lang=${language}`;

    const sheet = await mailed("sheet_unsigned", "/sign/");
    await shows("sheet", 200, await client.opens(sheet));
    for (const summary of await page.locator("summary").all()) await summary.click();
    await looksGood("sheet-open");
    const remark = page.locator("form", { has: page.locator("[value=remark]") });
    await remark.locator("textarea").fill("The door code is 4711.");
    await shows("remark", 200, await client.sends("[value=remark]"));
    await page.locator("summary").first().click();
    await page.locator("form", { has: page.locator("[value=refuse]") }).locator("textarea").fill("The scanner still blinks.");
    await shows("refusal", 200, await client.sends("[value=refuse]"));
    await page.locator("#signing [name=consent]").check();
    await page.locator("#signing [name=name]").fill("Claire Dubois");
    await page.locator("#signing button:not([type=button])").click();
    await page.locator("#empty").waitFor();
    await looksGood("not-drawn");
    await shows("signed", 200, await client.signs("Claire Dubois"));
    await shows("already-signed", 410, await client.opens(sheet));
    await shows("genuine", 200, await client.opens(`${stage.url}/verify/${hash}`));
    await shows("not-ours", 404, await client.opens(`${stage.url}/verify/${"0".repeat(64)}`));

    const survey = await mailed("survey", "/survey/");
    await shows("survey", 200, await client.opens(survey));
    await page.locator("[name=score][value='4'] + span").click();
    await page.locator("[name=comment]").fill("Quick and friendly.");
    await shows("thanks", 200, await client.sends("[name=comment]"));
    await shows("already-answered", 410, await client.opens(survey));

    await shows("briefing", 200, await client.opens(await mailed("briefing", "/briefing/")));
    await shows("briefing-read", 200, await client.sends("button"));
    await shows("unknown", 404, await client.opens(`${stage.url}/sign/nothing`));

    const label = `${stage.url}/a/${tag}`;
    await shows("fault", 200, await client.opens(label));
    const tell = async (photo) => {
      await page.locator("[name=words]").fill("It prints streaks.");
      await page.locator("[name=name]").fill("Claire Dubois");
      await page.locator("[name=phone]").fill(PHONE);
      await page.locator("[name=photo]").setInputFiles(photo);
      return client.sends("[name=words]");
    };
    const refused = await tell(NO_PICTURE);
    assert.ok(refused >= 400 && refused < 500, `no picture was answered with ${refused}`);
    await looksGood("no-picture");
    assert.equal(await page.locator("[name=words]").inputValue(), "It prints streaks.", "what was typed is still there");
    await shows("reported", 200, await tell(stage.photo));
    await shows("unknown-label", 404, await client.opens(`${stage.url}/a/NONE-1`));
    await phone.close();
    stage.say(`${about}: every page is accessible and fits.`);
  }
}
