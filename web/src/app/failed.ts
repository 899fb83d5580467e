/** What is shown when the app can't start at all: no words have been loaded then, so both languages are here. */
import "./failed.css";

type Line = [tag: "h1" | "p" | "code", text: string];

function show(lines: Line[]): HTMLElement {
  const box = document.createElement("main");
  box.className = "failed";
  for (const [tag, text] of [["h1", "Onsite"] as Line, ...lines]) {
    const element = document.createElement(tag);
    element.textContent = text;
    box.append(element);
  }
  document.body.replaceChildren(box);
  return box;
}

/** Says that the app can't start, why as far as that is known, and that nothing was deleted. */
export function failed(error: unknown): void {
  console.error(error);
  show([
    ["p", "应用无法启动。您的工作没有被删除。请关闭其他标签页，重新打开此页面；如仍不行，请重启浏览器。"],
    ["p", "The app can't start. Nothing of your work was deleted. Close its other tabs and open this page again; if that does not help, restart the browser."],
    ["code", error instanceof Error ? error.message : String(error)],
  ]);
}

/** Says what a browser withholds from a page that came by plain http, and leads to the instructions of a server that has some. */
export async function insecure(): Promise<void> {
  const box = show([
    ["p", "此页面通过普通 http 打开，浏览器因此不提供密钥、离线功能和摄像头，应用无法工作。请通过 https 打开。"],
    ["p", "This page came by plain http, so the browser withholds keys, offline work and the camera, and the app can't work. Open it by https."],
  ]);
  const instructions = await fetch("/trust", { method: "HEAD" });
  if (!instructions.ok) return;
  const link = document.createElement("a");
  link.href = "/trust";
  link.textContent = "如何打开 · How to open it";
  box.append(link);
}
