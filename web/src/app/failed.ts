/** What is shown when the app can't start at all: no words have been loaded then, so both languages are here. */
import "./failed.css";

/** Says that the app can't start, why as far as that is known, and that nothing was deleted. */
export function failed(error: unknown): void {
  console.error(error);
  const box = document.createElement("main");
  box.className = "failed";
  const lines: [string, string][] = [
    ["h1", "Onsite"],
    ["p", "应用无法启动。您的工作没有被删除。请关闭其他标签页，重新打开此页面；如仍不行，请重启浏览器。"],
    ["p", "The app can't start. Nothing of your work was deleted. Close its other tabs and open this page again; if that does not help, restart the browser."],
    ["code", error instanceof Error ? error.message : String(error)],
  ];
  for (const [tag, text] of lines) {
    const element = document.createElement(tag);
    element.textContent = text;
    box.append(element);
  }
  document.body.replaceChildren(box);
}
