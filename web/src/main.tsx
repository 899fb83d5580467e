/** The start: theme and words before the first paint, then the phone's storage, then the screens. No network is waited for. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { openDevice } from "./device/open";
import { preferred, speak, type Language } from "./i18n";
import { startClock } from "./app/model/clock";
import { inOrder } from "./app/model/order";
import { connect } from "./app/phone";
import { recall, startTheme } from "./app/preferences";
import { idle, loadAhead } from "./app/screens";
import { App } from "./app/shell";
import { failed, insecure } from "./app/failed";
import "./ui";

async function start(): Promise<void> {
  if (!isSecureContext) return insecure();
  const holder = document.getElementById("app");
  if (!holder) throw new Error("the page has no place for the app");
  startTheme();
  const chosen = recall("language") as Language | null;
  const [device] = await Promise.all([openDevice(), speak(chosen ?? preferred(navigator.languages))]);
  connect(device);
  startClock();
  // The account's own language counts until the user chose another on this phone.
  effect(() => {
    const account = device.session.user.value;
    if (account && !recall("language")) void speak(account.language);
  });
  render(<App />, holder);
  loadAhead();
  // Thousands of assets are put in order before somebody asks for the list, but after the first screen.
  idle(() =>
    effect(() => {
      const assets = device.records.list("asset").value;
      idle(() => inOrder(assets));
    }),
  );
}

start().catch(failed);
