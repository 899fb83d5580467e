/** The app as its user handles it: the few gestures that scenarios are made of, by the words on the screen. */

export class App {
  /**
   * @param {import("./phone.mjs").Phone} phone
   * @param {Record<string, any>} words the dictionary of its language
   */
  constructor(phone, words) {
    this.phone = phone;
    this.words = words;
  }

  get page() {
    return this.phone.page;
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Waits until these words show. */
  async sees(words) {
    await this.page.getByText(words).first().waitFor();
  }

  async logIn(email, password) {
    await this.phone.go();
    await this.tryToLogIn(email, password);
    await this.page.getByRole("heading", { name: this.words.today.title, exact: true }).waitFor();
  }

  /** Fills in the login and presses its button. */
  async tryToLogIn(email, password) {
    const { login } = this.words;
    await this.field(login.email).fill(email);
    await this.field(login.password).fill(password);
    await this.button(login.submit).click();
  }

  /** Waits until everything the server has for this phone is read, and everything entered is sent. */
  async isInStep() {
    await this.phone.go("/sync");
    const [beginning] = this.words.sync.lastSync("|").split("|");
    await this.sees(beginning);
    await this.sees(this.words.sync.allSent);
  }

  /** Sets the ticks with these labels. */
  async tick(...labels) {
    for (const label of labels) {
      const tick = this.page.getByRole("checkbox", { name: label });
      await tick.locator("..").click();
      await this.page.locator("label:has(input:checked)", { hasText: label }).waitFor();
    }
  }

  /** Types into a field that saves itself, and leaves it. */
  async write(label, text) {
    await this.field(label).fill(text);
    await this.field(label).blur();
  }

  /** Picks one of a few. */
  async choose(label, within = this.page) {
    await within.locator("label.segment", { hasText: label }).first().click();
  }

  /**
   * Works a visit up to where its sheet can be shown, without having prepared it.
   * @param {string} visit its id
   * @param {string} contact who is met there
   * @param {{ override: string, done: string, isAdHoc?: boolean }} said why it was not prepared, and what was done
   */
  async work(visit, contact, { override, done, isAdHoc = false }) {
    const { phone, words, page } = this;
    await phone.go(`/visits/${visit}`);
    await this.button(words.visit.accept).click();
    await this.button(words.prepare.override).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(words.prepare.overrideReason, { exact: true }).fill(override);
    await dialog.getByRole("button", { name: words.prepare.override }).click();
    await this.sees(words.prepare.overridden(override));
    await this.button(words.visit.setOut).click();
    await this.button(words.visit.arrived).click();
    const met = isAdHoc ? words.work.reporterFound(contact) : words.work.contactMet(contact);
    await this.tick(met, words.work.purposeConfirmed);
    await this.button(words.visit.finish).click();
    await dialog.getByLabel(words.work.solution, { exact: true }).fill(done);
    await dialog.locator("button.button--primary").click();
    await this.tick(words.wrapUp.explained(contact), words.wrapUp.cleaned, words.wrapUp.goodbye);
    await phone.go(`/visits/${visit}/sheet`);
  }

  /** A finger draws a signature. */
  async draw() {
    await draw(this.page, "canvas.pad");
  }
}

/** A finger draws a signature into a canvas. */
export async function draw(page, canvas) {
  await page.locator(canvas).scrollIntoViewIfNeeded();
  const box = await page.locator(canvas).boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.2, 0.7));
  await page.mouse.down();
  for (const [x, y] of [[0.3, 0.2], [0.4, 0.8], [0.5, 0.3], [0.6, 0.7], [0.75, 0.4]]) {
    await page.mouse.move(...at(x, y), { steps: 6 });
  }
  await page.mouse.up();
}
