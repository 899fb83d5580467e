/** The start of the console: theme and words before the first paint, then who is logged in, then the page. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { failed, insecure } from "../app/failed";
import { startClock } from "../app/model/clock";
import { recall, startTheme } from "../app/preferences";
import { preferred, speak, type Language } from "../i18n";
import { openSession, user } from "./data";
import { Console } from "./shell";
import "./words";
import "../ui";
import "./console.css";

async function start(): Promise<void> {
  if (!isSecureContext) return insecure();
  const holder = document.getElementById("app");
  if (!holder) throw new Error("the page has no place for the console");
  startTheme();
  const chosen = recall("language") as Language | null;
  await Promise.all([openSession(), speak(chosen ?? preferred(navigator.languages))]);
  startClock();
  // The account's own language counts until the user chose another in this browser.
  effect(() => {
    if (user.value && !recall("language")) void speak(user.value.language);
  });
  render(<Console />, holder);
}

start().catch(failed);
