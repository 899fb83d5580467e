/**
 * A mail as it looks. Mails are styled in line, which the security policy of this page forbids in markup and allows from
 * script: so the markup is read apart, and each style is set from here. Nothing of it runs or is fetched.
 */
import { useEffect, useRef } from "preact/hooks";

/** A mail in words. */
export interface MailPreview {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Elements that have no business in a picture of a mail. */
const LEFT_OUT = "script, style, link, meta, iframe, object, embed, form, base";

/** Where a style waits: the policy reports styles as soon as markup with them is parsed, wherever that is. */
const STYLE = "data-style";

/** The body of a mail, with its styles taken out of the markup into a list. */
export function readMail(html: string): { body: HTMLElement; styles: Map<Element, string> } {
  const plain = html.replace(/<style\b.*?<\/style\s*>/gis, "");
  const named = plain.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, ` ${STYLE}=`));
  const parsed = new DOMParser().parseFromString(named, "text/html");
  for (const element of parsed.querySelectorAll(LEFT_OUT)) element.remove();
  const styles = new Map<Element, string>();
  for (const element of parsed.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (name.startsWith("on")) element.removeAttribute(name);
    const style = element.getAttribute(STYLE);
    if (!style) continue;
    element.removeAttribute(STYLE);
    styles.set(element, style);
  }
  return { body: parsed.body, styles };
}

export function MailPage({ html, label }: { html: string; label: string }) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    // A shadow keeps the mail's words out of the page's own style.
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const { body, styles } = readMail(html);
    const page = document.createElement("div");
    page.style.cssText = styles.get(body) ?? "";
    page.append(...body.childNodes);
    for (const [part, style] of styles) if (part !== body && part instanceof HTMLElement) part.style.cssText = style;
    root.replaceChildren(page);
  }, [html]);
  return <div ref={holder} class="mail-page" role="group" aria-label={label} tabIndex={0} />;
}
