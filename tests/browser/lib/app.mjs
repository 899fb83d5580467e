/** The app as its user handles it: the few gestures that scenarios are made of, by the words on the screen (English). */

export class App {
  /** @param {import("./phone.mjs").Phone} phone */
  constructor(phone) {
    this.phone = phone;
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
    await this.field("E-mail").fill(email);
    await this.field("Password").fill(password);
    await this.button("Log in").click();
    await this.page.getByRole("heading", { name: "Today" }).waitFor();
  }

  /** Waits until everything the server has for this phone is read; in either language. */
  async hasReadAll() {
    await this.phone.go("/sync");
    await this.page.getByText(/^(Last sync|上次同步)/).waitFor();
  }

  /** Waits until that is so, and everything entered is sent. */
  async isInStep() {
    await this.hasReadAll();
    await this.sees("Everything you entered is on the server.");
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

  /** A finger draws a signature. */
  async draw() {
    const box = await this.page.locator("canvas.pad").boundingBox();
    const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
    await this.page.mouse.move(...at(0.2, 0.7));
    await this.page.mouse.down();
    for (const [x, y] of [[0.3, 0.2], [0.4, 0.8], [0.5, 0.3], [0.6, 0.7], [0.75, 0.4]]) {
      await this.page.mouse.move(...at(x, y), { steps: 6 });
    }
    await this.page.mouse.up();
  }
}
