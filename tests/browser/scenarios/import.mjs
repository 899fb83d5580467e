/**
 * A list of assets with rows that are wrong is brought in: its columns are told apart, it is checked without changing anything,
 * and brought in. What became of each row is shown and can be downloaded; the same list again changes nothing.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What becomes of the demo's list, by row of the file. */
const FIRST = { 2: "created", 3: "created", 4: "created", 5: "refused", 6: "refused", 7: "duplicate", 8: "refused", 9: "refused", 10: "refused" };
const AGAIN = { ...FIRST, 2: "unchanged", 3: "unchanged", 4: "unchanged" };

/** Each row's outcome, as the table shows it. */
async function outcomes({ page, own }) {
  const named = Object.fromEntries(Object.entries(own.imports.outcome).map(([outcome, name]) => [name, outcome]));
  const rows = await page.locator(".table__row").evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.innerText.trim())),
  );
  return Object.fromEntries(rows.map((cells) => [cells.find((cell) => /^\d+$/.test(cell)), named[cells.find((cell) => named[cell])]]));
}

/** Goes through the file and its columns up to the check, which says `told`. */
async function check(stage, desk, told) {
  const { own, page } = desk;
  const words = own.imports;
  await desk.field(words.chooseFile).setInputFiles(stage.list);
  await desk.button(words.next).click();
  await page.getByText(words.columnsText).waitFor();
  const becomes = (column) => desk.field(`${words.field}: ${column}`);
  assert.equal(await becomes("Client").inputValue(), "client", "a column is guessed by its name");
  assert.equal(await becomes("Service label").inputValue(), "asset_tag");
  // Two columns can't become one field.
  await becomes("Device").selectOption("serial");
  await page.getByText(words.outcome.duplicate).first().waitFor();
  assert.equal(await desk.button(words.check).isDisabled(), true);
  await becomes("Device").selectOption("name");
  await desk.phone.isAccessible("the columns of an import");
  await desk.button(words.check).click();
  await page.getByText(told).waitFor();
  await desk.has(9);
}

export default async function play(stage) {
  const desk = await stage.desk();
  const { own, page } = desk;
  const words = own.imports;
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go("/import");
  await check(stage, desk, words.prospect.something);
  assert.deepEqual(await outcomes(desk), FIRST);
  await page.getByText(words.refusedText(5)).waitFor();
  await desk.phone.isAccessible("what an import would do");
  assert.deepEqual(await stage.ask("what is there"), [], "a check changes nothing");
  stage.say("Columns are told apart, and nothing is changed by a check: three rows would come in, five are wrong, one is there twice.");

  await desk.button(words.run).click();
  await page.getByText(words.doneText).waitFor();
  await desk.has(9);
  assert.deepEqual(await outcomes(desk), FIRST);
  await desk.phone.isAccessible("what an import did");
  const devices = await stage.ask("what is there");
  assert.deepEqual(devices.map(({ tag }) => tag), ["HB-90001", "HB-90002", "HB-90003"]);
  assert.equal(devices[2].name, "质检室交换机");
  await page.getByRole("link", { name: /HB-90003/ }).waitFor();

  await page.getByRole("group").getByRole("button", { name: new RegExp(`^${words.outcome.refused}`) }).click();
  await desk.has(5);
  const saving = page.waitForEvent("download");
  await desk.button(words.download).click();
  const file = join(stage.folder, "outcome.csv");
  await (await saving).saveAs(file);
  const lines = readFileSync(file, "utf8").trim().split(/\r?\n/);
  assert.equal(lines.length, 10, "a line for each row, below the header");
  assert.equal(lines.filter((line) => line.includes("refused")).length, 5);
  assert.ok(lines.some((line) => line.includes("31/02/2025") && line.includes("date")), "why a row was refused");
  stage.say("Three came in; what was refused can be downloaded, with why.");

  // The import stands in the address, and in the list of those so far.
  const address = page.url();
  await page.reload();
  await page.getByText(words.doneText).waitFor();
  await desk.button(words.another).click();
  await page.getByRole("heading", { name: words.earlier, exact: true }).waitFor();
  await desk.has(1);
  await desk.phone.isAccessible("imports so far");
  await desk.rows().getByRole("link").first().click();
  await page.getByText(words.doneText).waitFor();
  assert.equal(page.url(), address);
  await page.goBack();
  stage.say("What was imported is found again, by its address and in the list.");

  await check(stage, desk, words.prospect.refused);
  assert.deepEqual(await outcomes(desk), AGAIN);
  assert.equal(await desk.button(words.run).count(), 0, "what would change nothing is not offered");
  assert.deepEqual(await stage.ask("what is there"), devices, "the same list again changes nothing");
  stage.say("The same list again changes nothing.");
}
