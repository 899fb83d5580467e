/** Somebody logs in for the first time, has their sites on the phone, and is still there after closing the app. */
import assert from "node:assert/strict";
import { App } from "../lib/app.mjs";

export default async function play(stage) {
  const phone = await stage.phone();
  const app = new App(phone);
  await phone.go();
  await app.field("E-mail").fill(stage.technician);
  await app.field("Password").fill("not the password");
  await app.button("Log in").click();
  await app.sees("E-mail and password don't fit together.");
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();

  await phone.go("/assets");
  const shown = await app.page.getByText(/^[\d,]+ assets?$/).innerText();
  const { assets } = await stage.ask("what the technician holds");
  assert.equal(Number(shown.replace(/\D/g, "")), assets);
  stage.say(`All ${assets} assets of the technician's sites are on the phone.`);

  await phone.restart();
  await phone.go();
  await app.page.getByRole("heading", { name: "Today" }).waitFor();
  stage.say("Closed and opened again, the phone knows who it belongs to.");
}
