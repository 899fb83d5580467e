/** A label before the camera opens its device; one that nobody knows begins a new device. */
import assert from "node:assert/strict";
import { App } from "../lib/app.mjs";

async function lookAt(stage, label) {
  const phone = await stage.phone({ camera: label });
  const app = new App(phone);
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await phone.goOffline();
  await phone.go("/scan");
  return app;
}

export default async function play(stage) {
  const known = await lookAt(stage, stage.known.picture);
  await known.sees(`Found: ${stage.known.name}`);
  await known.page.getByRole("heading", { name: stage.known.name }).waitFor();
  await known.sees(stage.known.tag);
  await known.phone.close();
  stage.say("A label of the site opens its device, offline.");

  const unknown = await lookAt(stage, stage.unknown.picture);
  await unknown.sees(`${stage.unknown.tag} is not on this phone`);
  await unknown.phone.isAccessible("a label nobody knows");
  await unknown.page.getByRole("link", { name: "Add it as a new asset" }).click();
  assert.equal(await unknown.field("Service label").inputValue(), stage.unknown.tag);
  stage.say("A label nobody knows begins a new device that carries it.");
}
