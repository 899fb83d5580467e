/** Somebody of a client, without an account, on a phone: a page behind a mailed link, or behind a label. */
import { draw } from "./app.mjs";

export class Client {
  /** @param {import("./phone.mjs").Phone} phone theirs */
  constructor(phone) {
    this.phone = phone;
  }

  get page() {
    return this.phone.page;
  }

  /** Opens a link; returns the status it was answered with. */
  async opens(link) {
    const answer = await this.page.goto(link);
    return answer.status();
  }

  /** Presses the button that sends the form this field is in, and waits for the page that answers. */
  async sends(field) {
    const answered = this.page.waitForResponse((response) => response.request().method() === "POST");
    await this.page.locator("form", { has: this.page.locator(field) }).locator("button:not([type=button])").click();
    const answer = await answered;
    await answer.finished();
    await this.page.waitForLoadState();
    return answer.status();
  }

  /** Draws under the sheet that is shown, agrees and signs. */
  async signs(name) {
    await this.page.locator("#signing [name=name]").fill(name);
    await draw(this.page, "#pad");
    await this.page.locator("#signing [name=consent]").check();
    return this.sends("#pad");
  }
}
