/** Somebody logs in for the first time, has their sites on the phone, and is still there after closing the app. */
import assert from "node:assert/strict";

export default async function play(stage) {
  const app = await stage.app();
  const { phone, words } = app;
  await phone.go();
  await app.tryToLogIn(stage.technician, "not the password");
  await app.sees(words.errors.bad_credentials);
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();

  await phone.go("/assets");
  const shown = await app.page.getByText(/^[\d,]+ assets?$/).innerText();
  const { assets } = await stage.ask("what the technician holds");
  assert.equal(Number(shown.replace(/\D/g, "")), assets);
  stage.say(`All ${assets} assets of the technician's sites are on the phone.`);

  await phone.restart();
  await phone.go();
  await app.page.getByRole("heading", { name: words.today.title, exact: true }).waitFor();
  stage.say("Closed and opened again, the phone knows who it belongs to.");
}
