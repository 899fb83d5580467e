/** A mail shown as it looks: its styles are taken out of the markup, and nothing of it can run. */
import { describe, expect, it } from "vitest";
import { readMail } from "../../src/console/admin/mail-page";

describe("the markup of a mail", () => {
  it("gives its styles into a list, by the element they are of", () => {
    const { body, styles } = readMail('<body style="margin:0"><p style="color:#123456">Hello</p></body>');
    expect(body.textContent).toBe("Hello");
    expect(body.querySelector("[style]")).toBeNull();
    expect([...styles.values()].sort()).toEqual(["color:#123456", "margin:0"]);
  });

  it("loses what could run or fetch", () => {
    const { body } = readMail('<p onclick="x()">a</p><script>x()</script><style>p{}</style><iframe></iframe><form action="/x"></form>');
    expect(body.querySelector("script, style, iframe, form")).toBeNull();
    expect(body.querySelector("p")?.hasAttribute("onclick")).toBe(false);
  });
});
