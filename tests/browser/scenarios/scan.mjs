/** A label before the camera opens its device; one that nobody knows begins a new device. */
import assert from "node:assert/strict";

async function lookAt(stage, label) {
  const app = await stage.app({ camera: label });
  const { phone } = app;
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await phone.goOffline();
  await phone.go("/scan");
  return app;
}

export default async function play(stage) {
  const known = await lookAt(stage, stage.known.picture);
  await known.sees(known.words.scan.found(stage.known.name));
  await known.page.getByRole("heading", { name: stage.known.name }).waitFor();
  await known.sees(stage.known.tag);
  await known.phone.close();
  stage.say("A label of the site opens its device, offline.");

  const unknown = await lookAt(stage, stage.unknown.picture);
  await unknown.sees(unknown.words.scan.unknown(stage.unknown.tag));
  await unknown.phone.isAccessible("a label nobody knows");
  await unknown.page.getByRole("link", { name: unknown.words.scan.create }).click();
  assert.equal(await unknown.field(unknown.words.assets.tag).inputValue(), stage.unknown.tag);
  stage.say("A label nobody knows begins a new device that carries it.");
}
