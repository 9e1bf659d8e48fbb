// Drawn for 16 by 16, with strokes, so that they take the colour of the text beside them.
const PATHS: Record<string, string> = {
  map: "M2 4h4v3H2zM10 2h4v3h-4zM10 11h4v3h-4zM6 5.5h2v-2h2M8 5.5v7h2",
  orders: "M3 2h10v12l-2.5-1.5L8 14l-2.5-1.5L3 14zM5.5 5.5h5M5.5 8h5",
  functions: "M3 14 7 6M5 2h1.5L12 14h1.5",
  queues: "M2 4h12M2 8h12M2 12h7",
  tables: "M2 3h12v10H2zM2 6.5h12M6.5 6.5V13",
  executions: "M4 2.5v11l9-5.5z",
  alarms: "M8 2a4 4 0 0 1 4 4v3l1.5 2.5h-11L4 9V6a4 4 0 0 1 4-4zM6.5 13.5h3",
  mailbox: "M2 3.5h12v9H2zM2 4l6 5 6-5",
  metrics: "M2 13.5V2.5M2 13.5h12M4.5 10.5l3-4 2.5 2 3.5-5",
  requests: "M2 8h11M9.5 4.5 13 8l-3.5 3.5",
  api: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  function: "M3 14 7 6M5 2h1.5L12 14h1.5",
  queue: "M2 4.5h3v7H2zM6.5 4.5h3v7h-3zM11 4.5h3v7h-3z",
  table:
    "M8 2c3.3 0 6 .9 6 2s-2.7 2-6 2-6-.9-6-2 2.7-2 6-2zM2 4v8c0 1.1 2.7 2 6 2s6-.9 6-2V4M2 8c0 1.1 2.7 2 6 2s6-.9 6-2",
  topic: "M3 6v4h2.5L10 13V3L5.5 6zM12 6c.8 1.2.8 2.8 0 4",
  rule: "M2 3h12L9.5 8.5V13L6.5 11.5v-3z",
  bus: "M2 6h12v4H2zM5 6V3M11 6V3M8 10v3",
  pipe: "M2 5v6M14 5v6M2 8h12M5 6v4M11 6v4",
  machine: "M6 2h4v3H6zM2 11h4v3H2zM10 11h4v3h-4zM8 5v3M4 11V8h8v3",
  mail: "M2 3.5h12v9H2zM2 4l6 5 6-5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5 14 14",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  play: "M4 2.5v11l9-5.5z",
};

/** A small picture; the words beside it say what it means. */
export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name] ?? PATHS["map"]} />
    </svg>
  );
}

/** The path of a picture, for drawings of their own. */
export const iconPath = (name: string) => PATHS[name] ?? "";
