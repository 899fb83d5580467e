/**
 * What a device needs from around it. The browser gives all of it; a test gives its own storage, network and clock.
 */

export interface Outside {
  /** The server's address, without a slash at the end. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  readonly indexedDB: IDBFactory;
  readonly IDBKeyRange: typeof IDBKeyRange;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** `undefined` where the browser has no Web Locks: each tab syncs for itself then, which is safe but busier. */
  readonly locks: LockManager | undefined;
  /** Names storage, locks and channels apart. */
  readonly scope: string;
  /** For the list of devices. */
  readonly deviceName: string;
  /** Whether somebody looks at this tab: only then it listens for news. */
  readonly visible: () => boolean;
  /** Calls back when the tab is shown or hidden, or the network comes; returns how to stop that. */
  readonly onWake: (wake: () => void) => () => void;
}

/** The browser this runs in. */
export function browser(): Outside {
  return {
    origin: location.origin,
    fetch: (...request) => fetch(...request),
    indexedDB,
    IDBKeyRange,
    now: Date.now,
    locks: navigator.locks,
    scope: "onsite",
    deviceName: deviceName(navigator.userAgent),
    visible: () => document.visibilityState === "visible",
    onWake(wake) {
      addEventListener("online", wake);
      addEventListener("pageshow", wake);
      document.addEventListener("visibilitychange", wake);
      return () => {
        removeEventListener("online", wake);
        removeEventListener("pageshow", wake);
        document.removeEventListener("visibilitychange", wake);
      };
    },
  };
}

/** A name its owner knows the device by, such as `Chrome · Android`. */
function deviceName(agent: string): string {
  const first = (names: [RegExp, string][]) => names.find(([pattern]) => pattern.test(agent))?.[1];
  const program = first([[/Edg\//, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"]]);
  const system = first([[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]]);
  return [program, system].filter((part) => part !== undefined).join(" · ") || "Browser";
}
