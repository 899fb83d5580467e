/** The console as its user handles it, by the words on the screen. */

export class Desk {
  /**
   * @param {import("./phone.mjs").Phone} phone the browser
   * @param {Record<string, any>} words the dictionary it shares with the app
   * @param {Record<string, any>} own the console's own
   * @param {string} language theirs
   */
  constructor(phone, words, own, language) {
    this.language = language;
    this.phone = phone;
    this.words = words;
    this.own = own;
  }

  get page() {
    return this.phone.page;
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  field(label, within = this.page) {
    return within.getByLabel(label, { exact: true });
  }

  /** Waits until these words show. */
  async sees(words) {
    await this.page.getByText(words).first().waitFor();
  }

  /** Goes to a place in the console. */
  async go(path = "/") {
    await this.phone.go(path);
  }

  async logIn(email, password) {
    // Chosen in this browser, so that it goes before the account's own.
    await this.page.addInitScript((language) => localStorage.setItem("onsite.language", language), this.language);
    await this.go();
    await this.tryToLogIn(email, password);
    await this.page.getByRole("navigation", { name: this.own.shell.places }).first().waitFor();
  }

  /** Fills in the login and presses its button. */
  async tryToLogIn(email, password, within = this.page) {
    const { login } = this.words;
    await this.field(login.email, within).fill(email);
    await this.field(login.password, within).fill(password);
    await within.getByRole("button", { name: login.submit, exact: true }).click();
  }

  /** Picks something by typing part of it. */
  async pick(label, typed, within = this.page) {
    const field = within.getByRole("combobox", { name: label, exact: true });
    await field.click();
    await field.fill(typed);
    await within.getByRole("option").filter({ hasText: typed }).first().click();
  }

  /** The rows of the table shown. */
  rows() {
    return this.page.locator(".table__row");
  }

  /** Waits until the table has so many rows. */
  async has(count) {
    await this.page.waitForFunction((count) => document.querySelectorAll(".table__row").length === count, count);
  }

  /** Presses Undo where it was just told what was done. */
  async undo() {
    await this.page.locator(".toasts").getByRole("button", { name: this.words.ui.undo, exact: true }).click();
  }

  /** The visit on the board. */
  block(visit) {
    return this.page.locator(`[data-visit="${visit}"]`);
  }

  /** Whose row a visit stands in. */
  async rowOf(visit) {
    return this.block(visit).locator("xpath=ancestor::section").getAttribute("aria-label");
  }

  /** Waits until the visit stands on the board as planned; desks are at UTC. */
  async hasPlanned(visit, { planned_start: start, planned_end: end }) {
    const [day, times] = [String(Number(start.slice(8, 10))), `${start.slice(11, 16)}–${end.slice(11, 16)}`];
    await this.page.waitForFunction(
      ([visit, day, times]) => {
        const said = document.querySelector(`[data-visit="${visit}"]`)?.getAttribute("aria-label") ?? "";
        return said.includes(times) && said.split(/\D+/).includes(day);
      },
      [visit, day, times],
    );
  }

  /** Takes hold of something on the board by keyboard; a list that is still being filled may put another item under the keys. */
  async takeHold(item) {
    const held = this.page.locator(".queue__item--held, .block--held");
    for (let tries = 0; tries < 20; tries += 1) {
      await item.focus();
      await this.page.keyboard.press("Space");
      const isHeld = await held.waitFor({ timeout: 1000 }).then(() => true, () => false);
      if (isHeld) return;
      await this.page.keyboard.press("Escape");
    }
    throw new Error("nothing can be taken hold of");
  }
}
