/** The icon set: one stroke weight, drawn on a 24-unit grid, in the colour of the text beside it. */
import "./icon.css";

const paths = {
  today: "M7 3v3M17 3v3M4 9h16M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 14.5l2 2 4-4",
  calendar: "M7 3v3M17 3v3M4 9h16M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z",
  asset: "M4 5h16v11H4zM9 20h6M12 16v4",
  ticket: "M4 7h16v3.5a1.7 1.7 0 0 0 0 3.4V17H4v-3.1a1.7 1.7 0 0 0 0-3.4ZM14 8v1.5M14 11.3v1.5M14 14.6V16",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  flag: "M6 21V4M6 5h11l-2.5 3.750L17 12.5H6",
  fail: "M7 7l10 10M17 7 7 17",
  minus: "M6 12h12",
  plus: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16.2 16.2 21 21",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1ZM12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6Z",
  phone: "M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2 2A16.5 16.5 0 0 1 4 5.5a2 2 0 0 1 2-2Z",
  mail: "M4 6h16v12H4zM4.5 7l7.5 6 7.5-6",
  pin: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  key: "M8.5 18a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM11.7 10.3 20 4M16.5 6.7l2.5 3",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2",
  car: "M5 16h14M4 16v-3.5L6 7.5A2 2 0 0 1 7.9 6h8.2A2 2 0 0 1 18 7.5l2 5V16a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1ZM4.5 12h15M6.5 17v2M17.5 17v2",
  tools: "M14.5 6.5a4 4 0 0 1 5-1l-2.7 2.7 1 1L20.5 6.5a4 4 0 0 1-5.4 5l-7 7a2 2 0 0 1-2.8-2.8l7-7a4 4 0 0 1 2.2-2.2Z",
  coffee: "M5 9h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4ZM16 10.5h2a2 2 0 0 1 0 4.5h-2M8.5 3v2.5M12.5 3v2.5",
  sheet: "M6 3h8l4 4v14H6ZM14 3v4h4M9 12h6M9 15.5h6",
  sign: "M4 19c3-1 3.5-9 6-11 1.6-1.3 2.8.6 1.5 3-1 2-2.8 4.5-1.7 5.6 1.2 1.2 3-2.6 4.2-2 .9.5-.2 2.3.9 2.7.8.3 1.6-.5 2.6-1.3M4 21.5h16",
  wifi: "M3 9a13 13 0 0 1 18 0M6 12.5a8.5 8.5 0 0 1 12 0M9 16a4.2 4.2 0 0 1 6 0M12 19.2v.1",
  offline: "M3 3l18 18M6 12.5a8.5 8.5 0 0 1 4-2.2M3 9a13 13 0 0 1 4.5-3M11 5.2A13 13 0 0 1 21 9M14.5 10.7A8.5 8.5 0 0 1 18 12.5M9 16a4.2 4.2 0 0 1 6 0M12 19.2v.1",
  sync: "M20 11a8 8 0 0 0-14.5-3.5L4 9M4 4.5V9h4.5M4 13a8 8 0 0 0 14.5 3.5L20 15M20 19.5V15h-4.5",
  upload: "M12 16V5M7 10l5-5 5 5M5 19.5h14",
  warning: "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.1",
  info: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5M12 8v.1",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19ZM14 7l3 3",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  more: "M5.5 12v.1M12 12v.1M18.5 12v.1",
  advice: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9c.7.6 1 1.1 1 2.1h5c0-1 .3-1.5 1-2.1A6 6 0 0 0 12 3Z",
  label: "M4 5v6.5L12.5 20l7.5-7.5L11.5 4H5a1 1 0 0 0-1 1ZM8.3 8.3v.1",
  history: "M4 5v4.5h4.5M4.5 9.5A8.3 8.3 0 1 1 4 13M12 8v4.5l3 2",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7l5.9-.8Z",
  building: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
  rack: "M5 3.5h14v17H5ZM5 9h14M5 14.5h14M8 6.2v.1M8 11.7v.1M8 17.5v.1",
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  print: "M7 9V4h10v5M7 17H4v-7a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v7h-3M7 14h10v6H7Z",
  share: "M12 15V4M8 7.5 12 3.5l4 4M6 11H5v9.5h14V11h-1",
  sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2.5V4M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1",
  globe: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.5c2.3 2.3 3.5 5.2 3.5 8.5s-1.2 6.2-3.5 8.5c-2.3-2.3-3.5-5.2-3.5-8.5S9.7 5.8 12 3.5Z",
  logout: "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
  torch: "M8 3h8v4l-2 3v11h-4V10L8 7ZM12 13v2",
  undo: "M4 9h10a5.5 5.5 0 0 1 0 11h-3M8 4.5 3.5 9 8 13.5",
  send: "M4 12 20 4l-5 16-3.5-6.5ZM11.5 13.5 20 4",
  box: "M4 8l8-4 8 4v8.5l-8 4-8-4ZM4 8l8 4 8-4M12 12v8.5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** An icon; decorative unless it is given a label. */
export function Icon({ name, label, large }: { name: IconName; label?: string; large?: boolean }) {
  return (
    <svg
      class={large ? "icon icon--large" : "icon"}
      viewBox="0 0 24 24"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : "true"}
    >
      <path d={paths[name]} />
    </svg>
  );
}
