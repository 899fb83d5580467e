/**
 * Stands between a browser and the server, as a proxy of the provider's may: it can hold the API back while the app's own
 * files come through, and serve another build of the app. All else passes as it is.
 */
import { createServer, request } from "node:http";

/** What another build shows in its page. */
const MARK = 'data-build="next"';

export class Middle {
  /** The API answers nothing but 503. */
  isHeldBack = false;
  /** The app is another build: its page is marked, and its service worker belongs to another version. */
  isNext = false;

  /** Starts it before a server. */
  static async before(url) {
    const middle = new Middle();
    middle.server = createServer((incoming, outgoing) => middle.pass(new URL(url), incoming, outgoing));
    await new Promise((resolve) => middle.server.listen(0, "127.0.0.1", resolve));
    middle.url = `http://127.0.0.1:${middle.server.address().port}`;
    return middle;
  }

  pass({ hostname, port }, incoming, outgoing) {
    const { method, url, headers } = incoming;
    if (this.isHeldBack && url.startsWith("/v1/")) {
      outgoing.writeHead(503, { "Content-Type": "text/plain" }).end("held back");
      return;
    }
    const changed = this.isNext && { "/": this.marked, "/worker.js": this.renamed }[url];
    // What is changed has to be read, and what is read must not be compressed.
    const wanted = changed ? { ...headers, "accept-encoding": "identity", "if-none-match": "" } : headers;
    const passed = request({ hostname, port, method, path: url, headers: wanted }, (answer) => {
      if (!changed) {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const { "content-length": _, "content-encoding": __, etag: ___, ...rest } = answer.headers;
        outgoing.writeHead(answer.statusCode, rest).end(changed(Buffer.concat(parts).toString()));
      });
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  }

  marked = (page) => page.replace("<html", `<html ${MARK}`);

  renamed = (worker) => worker.replace(/(version\\*"\s*:\s*\\*")([0-9a-f]{16})/, (_, before) => `${before}${"f".repeat(16)}`);

  /** Waits until a page is of the next build. */
  async reaches(page) {
    await page.locator(`html[${MARK}]`).waitFor({ state: "attached" });
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
