/** A demo that certified itself: how a device comes to trust it, and that it is worth the trust. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { connect } from "node:tls";

const WORDS = { "en-GB": "Certificate Trust Settings", "zh-CN": "证书信任设置" };

/** The certificate a server shows to whoever trusts these authorities. */
function shown(address, authorities) {
  const { hostname: host, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca: authorities, servername: "" }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.end();
    });
    socket.on("error", reject);
  });
}

export default async function play(stage) {
  let certificate = "";
  for (const locale of Object.keys(WORDS)) {
    for (const scheme of ["light", "dark"]) {
      const phone = await stage.phone({ locale, scheme });
      const { page } = phone;
      await page.goto(`${stage.url}/trust`);
      for (const device of await page.locator("summary").all()) await device.click();
      await page.getByText(WORDS[locale]).waitFor();
      for (const screen of [page.viewportSize(), { width: 1440, height: 900 }]) {
        await page.setViewportSize(screen);
        const about = `the trust page in ${locale}, ${scheme}, ${screen.width} wide`;
        await phone.isAccessible(about);
        await phone.fits(about);
      }
      assert.equal(await page.getByRole("link", { name: stage.secure }).getAttribute("href"), stage.secure);
      const file = await page.request.get(await page.locator("a[href$='.crt']").evaluate((link) => link.href));
      certificate = await file.text();
      assert.ok(new X509Certificate(certificate).ca);
      await phone.close();
    }
  }
  stage.say("The page explains itself in both languages and hands out the authority's certificate.");

  const elsewhere = new URL(stage.url);
  elsewhere.hostname = "onsite.test";
  const lost = await stage.phone({ url: elsewhere.origin, flags: ["--host-resolver-rules=MAP onsite.test 127.0.0.1"] });
  await lost.go();
  await lost.page.getByText("This page came by plain http").waitFor();
  await lost.isAccessible("the app by plain http");
  await lost.page.getByRole("link", { name: "How to open it" }).click();
  await lost.page.getByRole("heading", { name: "Open Onsite on this device" }).waitFor();
  await lost.close();
  stage.say("Opened by plain http, the app says what is missing and leads there.");

  const own = await shown(stage.secure, certificate);
  await assert.rejects(shown(stage.secure, []));
  stage.say("Whoever trusts the authority trusts the server; nobody else does.");

  const key = own.publicKey.export({ type: "spki", format: "der" });
  const trusted = createHash("sha256").update(key).digest("base64");
  const phone = await stage.phone({ url: stage.secure, flags: [`--ignore-certificate-errors-spki-list=${trusted}`] });
  await phone.go();
  const { page } = phone;
  assert.ok(await page.evaluate(() => isSecureContext && Boolean(crypto.subtle) && Boolean(navigator.mediaDevices)));
  const health = await page.request.get(`${stage.secure}/v1/health`, { ignoreHTTPSErrors: true });
  assert.equal(health.status(), 200);
  assert.equal(health.headers()["strict-transport-security"], undefined);
  stage.say("Over HTTPS the browser gives the app keys and the camera.");
}
