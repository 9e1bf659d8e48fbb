import type { SQLInputValue } from "node:sqlite";

/** A copy of a row. */
export interface FilledRow {
  values: Record<string, SQLInputValue>;
  /** When its item expires, in epoch seconds. */
  expiresAt: number | undefined;
}

type Slot =
  | { kind: "text"; text: string }
  | { kind: "id" }
  /** A time, as milliseconds after the order's own. */
  | { kind: "iso" | "ms" | "s"; after: number };

const TIMES =
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|(?<!\d)1[789]\d{11}(?!\d)|(?<!\d)1[789]\d{8}(?!\d)/;
const EXPIRES = /"expiresAt":\{"N":"(\d+)"\}/;

/** A row in which an order's id and all times can be exchanged fast. */
export class RowTemplate {
  readonly #columns: { name: string; value: SQLInputValue; isBlob: boolean; slots?: Slot[] }[];

  /** @param origin When the order was placed, in epoch milliseconds; times are moved as far as it is. */
  constructor(row: Record<string, SQLInputValue>, orderId: string, origin = Date.now()) {
    const parts = new RegExp(`${orderId}|${TIMES.source}`, "g");
    this.#columns = Object.entries(row).map(([name, value]) => {
      const isBlob = value instanceof Uint8Array;
      if (typeof value !== "string" && !isBlob) return { name, value, isBlob };
      const text = isBlob ? Buffer.from(value).toString("latin1") : value;
      return { name, value, isBlob, slots: slotsOf(text, parts, orderId, origin) };
    });
  }

  fill(id: string, at: number): FilledRow {
    const values: Record<string, SQLInputValue> = {};
    let expiresAt: number | undefined;
    for (const { name, value, isBlob, slots } of this.#columns) {
      if (!slots || (slots.length === 1 && slots[0]?.kind === "text")) {
        values[name] = value;
        continue;
      }
      const text = slots.map((slot) => shown(slot, id, at)).join("");
      values[name] = isBlob ? Buffer.from(text, "latin1") : text;
      if (name === "item") {
        const [, seconds] = EXPIRES.exec(text) ?? [];
        if (seconds) expiresAt = Number(seconds);
      }
    }
    return { values, expiresAt };
  }
}

function slotsOf(text: string, parts: RegExp, orderId: string, origin: number): Slot[] {
  const slots: Slot[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(parts)) {
    if (index > end) slots.push({ kind: "text", text: text.slice(end, index) });
    end = index + found.length;
    if (found === orderId) slots.push({ kind: "id" });
    else if (found.includes("T")) slots.push({ kind: "iso", after: Date.parse(found) - origin });
    else if (found.length === 13) slots.push({ kind: "ms", after: Number(found) - origin });
    else slots.push({ kind: "s", after: Number(found) * 1000 - origin });
  }
  if (end < text.length) slots.push({ kind: "text", text: text.slice(end) });
  return slots;
}

function shown(slot: Slot, id: string, at: number): string {
  switch (slot.kind) {
    case "text":
      return slot.text;
    case "id":
      return id;
    case "iso":
      return new Date(at + slot.after).toISOString();
    case "ms":
      return String(Math.floor(at + slot.after));
    default:
      return String(Math.floor((at + slot.after) / 1000));
  }
}
