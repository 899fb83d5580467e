/** Giving a sheet out of the phone while offline: printed, or shared as a page that any browser opens. */
import { h, render } from "preact";
import { handOut } from "../parts/hand-out";
import { Paper, type PaperProps } from "./paper";
import paperStyle from "./paper.css?inline";

/** The browser's own print dialog; the style sheet leaves the paper alone on the page. */
export const print = (): void => window.print();

/** The sheet as a page of its own. */
function page(paper: PaperProps): string {
  const { content, words } = paper;
  const holder = document.createElement("div");
  render(h(Paper, paper), holder);
  const title = `${words.doc.serviceSheet} · ${content.client_name}`;
  const escaped = title.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html><html lang="${content.language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped}</title><style>:root{--s1:.25rem;--s2:.5rem;--s3:.75rem;--s4:1rem;--s5:1.25rem;--t-small:.8125rem;--t-label:.875rem;--t-title:1.25rem;--radius-s:.5rem;--mono:monospace}body{margin:1rem auto;max-width:44rem;font:16px/1.5 system-ui,sans-serif}h2,h3,p,dl,dd,ul,figure{margin:0;padding:0;list-style:none}.prose{white-space:pre-wrap}${paperStyle}</style>${holder.innerHTML}</html>`;
}

/** Hands the sheet to another app, or saves it. @throws as {@link handOut} */
export function share(paper: PaperProps): Promise<void> {
  const { content, words } = paper;
  const name = `${words.doc.serviceSheet}-${content.finished_at.slice(0, 10)}.html`;
  return handOut(new File([page(paper)], name, { type: "text/html" }));
}
