/** The console around its pages: who is logged in, the places with what waits there, live state, and what lies over every page. */
import { useEffect, useState } from "preact/hooks";
import { place, to } from "../app/router";
import { choose, remember, theme, type Theme } from "../app/preferences";
import { language, speak, t, type Language } from "../i18n";
import { Button, Dialog, Empty, Icon, IconButton, LinkButton, List, Row, Segmented, Toasts } from "../ui";
import { CollisionDialog } from "./collision";
import { clear, follow, loginDue, logout, online, unanswered, user } from "./data";
import { Login, LoginAgain } from "./login";
import { useLater } from "../app/later";
import { Current } from "./pages";
import { spots, useCounts, type Spot } from "./places";
import { c } from "./words";
import "./shell.css";

function Link({ spot, count }: { spot: Spot; count: number }) {
  const words = c().shell;
  const { path } = place.value;
  const current = path === spot.path || path.startsWith(`${spot.path}/`);
  return (
    <a class="side__place" href={to(spot.path)} aria-current={current ? "page" : undefined}>
      <Icon name={spot.icon} />
      <span class="side__name">{words[spot.name]}</span>
      {count ? (
        <span class="side__count number">
          <span aria-hidden="true">{count > 999 ? "999+" : count}</span>
          <span class="sr-only">{words.waiting(count)}</span>
        </span>
      ) : null}
    </a>
  );
}

function Settings({ onClose }: { onClose: () => void }) {
  const words = c().shell;
  const { me, ui } = t();
  return (
    <Dialog title={user.value?.name ?? words.account} onClose={onClose} closeLabel={ui.close}>
      <p class="muted small">{user.value?.email}</p>
      <Segmented<Language>
        label={me.language}
        value={language()}
        options={[
          { value: "zh-CN", label: "中文" },
          { value: "en", label: "English" },
        ]}
        onChange={(next) => {
          remember("language", next);
          return speak(next);
        }}
      />
      <Segmented<Theme>
        label={me.theme}
        value={theme.value}
        options={[
          { value: "auto", label: me.auto },
          { value: "light", label: me.light },
          { value: "dark", label: me.dark },
        ]}
        onChange={choose}
      />
      <div class="line line--wrap">
        <LinkButton icon="handset" href="/">
          {words.app}
        </LinkButton>
        <Button icon="logout" onClick={() => void logout()}>
          {words.logout}
        </Button>
      </div>
    </Dialog>
  );
}

const loadPalette = () => import("./palette/palette");

/** Search over everything, loaded when it is first opened; Ctrl+K anywhere. */
function PaletteAt({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { component: Palette } = useLater(loadPalette);
  return isOpen && Palette ? <Palette onClose={onClose} /> : null;
}

/** Whether changes of others come by themselves; without a session none do. */
function Live() {
  const words = c().shell;
  const [isLive, name, text] = !online.value
    ? [false, words.offline, words.offlineText]
    : loginDue.value
      ? [false, words.ended, words.loginAgain]
      : unanswered.value > 0
        ? [false, words.unanswered, words.unansweredText]
        : [true, words.live, words.liveText];
  return (
    <p class={isLive ? "side__live" : "side__live side__live--off"} role="status" title={text}>
      <Icon name={isLive ? "wifi" : "offline"} />
      <span>{name}</span>
    </p>
  );
}

function Places({ onSearch }: { onSearch: () => void }) {
  const words = c().shell;
  const counts = useCounts();
  const [shown, setShown] = useState<"settings" | "more" | null>(null);
  const of = (spot: Spot) => counts[spot.name] ?? 0;
  const rest = spots.filter((spot) => !spot.isMain);
  return (
    <>
      <nav class="side" aria-label={words.places}>
        <p class="side__brand">
          <Icon name="pin" />
          <span>Onsite</span>
        </p>
        <button type="button" class="side__place side__search" onClick={onSearch} aria-keyshortcuts="Control+K">
          <Icon name="search" />
          <span class="side__name">{words.search}</span>
          <kbd class="side__key" aria-hidden="true">
            Ctrl K
          </kbd>
        </button>
        {spots.map((spot) => (
          <Link key={spot.path} spot={spot} count={of(spot)} />
        ))}
        <div class="side__end">
          <Live />
          <button type="button" class="side__place" onClick={() => setShown("settings")}>
            <Icon name="person" />
            <span class="side__name">{user.value?.name}</span>
          </button>
        </div>
      </nav>
      <nav class="foot" aria-label={words.places}>
        {spots.filter((spot) => spot.isMain).map((spot) => (
          <Link key={spot.path} spot={spot} count={of(spot)} />
        ))}
        <button type="button" class="side__place" onClick={() => setShown("more")}>
          <Icon name="menu" />
          <span class="side__name">{words.more}</span>
        </button>
      </nav>
      {shown === "settings" ? <Settings onClose={() => setShown(null)} /> : null}
      {shown === "more" ? (
        <Dialog title={words.more} onClose={() => setShown(null)} closeLabel={t().ui.close}>
          <div onClick={(event) => event.target instanceof Element && event.target.closest("a") && setShown(null)}>
            <List label={words.places}>
              <Row
                icon="search"
                title={words.search}
                onClick={() => {
                  setShown(null);
                  onSearch();
                }}
              />
              {rest.map((spot) => (
                <Row key={spot.path} icon={spot.icon} title={words[spot.name]} href={to(spot.path)} meta={of(spot) ? <span class="number">{of(spot)}</span> : undefined} />
              ))}
              <Row icon="person" title={words.account} subtitle={user.value?.name} onClick={() => setShown("settings")} />
            </List>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

function Desk() {
  const words = c().shell;
  const [isSearching, setSearching] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) setSearching(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    const end = new AbortController();
    const run = async () => {
      // Without a connection at the start it begins when there is one.
      while (!end.signal.aborted) {
        await follow(end.signal).catch((error: unknown) => console.error(error));
        await new Promise((resolve) => setTimeout(resolve, 3000));
      }
    };
    void run();
    return () => {
      end.abort();
      clear();
    };
  }, []);
  return (
    <div class="desk">
      <a class="skip" href="#content" onClick={(event) => {
        // The part behind # is the page's address, so the focus is moved by hand.
        event.preventDefault();
        document.getElementById("content")?.focus();
      }}>
        {words.skip}
      </a>
      <Places onSearch={() => setSearching(true)} />
      <div class="desk__page">
        {online.value && !unanswered.value ? null : (
          <p class="desk__offline" role="alert">
            <Icon name="offline" />
            {online.value ? words.unansweredText : words.offlineText}
          </p>
        )}
        <Current />
      </div>
      <PaletteAt isOpen={isSearching} onClose={() => setSearching(false)} />
    </div>
  );
}

function NotDesk() {
  const words = c().shell;
  return (
    <main class="not-desk">
      <Empty
        icon="handset"
        title={words.notDesk}
        text={words.notDeskText}
        action={
          <div class="line">
            <LinkButton kind="primary" href="/">
              {words.toApp}
            </LinkButton>
            <IconButton icon="logout" label={words.logout} onClick={() => void logout()} />
          </div>
        }
      />
    </main>
  );
}

/** The dispatcher's console. */
export function Console() {
  const who = user.value;
  return (
    <>
      {!who ? <Login /> : who.role === "technician" ? <NotDesk /> : <Desk key={who.userId} />}
      <CollisionDialog />
      <LoginAgain />
      <Toasts />
    </>
  );
}
