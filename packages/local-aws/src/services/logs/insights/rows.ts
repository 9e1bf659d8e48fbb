import { parseJson } from "../../../kernel/nesting.ts";
import type { LogEvent } from "../log-event.ts";
import { lambdaField } from "./lambda-fields.ts";
import { Instant, type Value } from "./values.ts";

/** What goes through the commands of a query. */
export interface Row {
  /** A field's value; undefined where the row has none. */
  get(field: string): Value;
  /** Gives the row a field, over one that it may have. */
  set(field: string, value: Value): void;
  /** Frees what can be computed again; called for rows that wait for others. */
  release(): void;
}

/** A row that `stats` made. */
export class StatsRow implements Row {
  readonly #fields = new Map<string, Value>();

  get(field: string): Value {
    return this.#fields.get(field);
  }

  set(field: string, value: Value): void {
    this.#fields.set(field, value);
  }

  release(): void {}
}

/** One line of a log: its own fields, those of its JSON with dots between the levels, and given ones. */
export class EventRow implements Row {
  readonly #event: LogEvent;
  readonly #log: string;
  #json: Record<string, unknown> | null | undefined;
  #given: Map<string, Value> | undefined;

  /** @param log the account and the group, `000000000000:/aws/lambda/name` */
  constructor(event: LogEvent, log: string) {
    this.#event = event;
    this.#log = log;
  }

  get(field: string): Value {
    if (this.#given?.has(field)) return this.#given.get(field);
    if (field.startsWith("@")) return this.#system(field);
    return this.#discovered(field);
  }

  set(field: string, value: Value): void {
    this.#given ??= new Map();
    this.#given.set(field, value);
  }

  release(): void {
    this.#json = undefined;
  }

  #system(field: string): Value {
    const { timestamp, message, ingestionTime, stream, id } = this.#event;
    switch (field) {
      case "@timestamp":
        return new Instant(timestamp);
      case "@message":
        return message;
      case "@logStream":
        return stream;
      case "@log":
        return this.#log;
      case "@ingestionTime":
        return new Instant(ingestionTime);
      case "@ptr":
        return Buffer.from(`${this.#log}/${id}`).toString("base64");
    }
    // A field of the JSON that begins with @ gets another one.
    return field.startsWith("@@") ? this.#discovered(field.slice(1)) : lambdaField(message, field);
  }

  #discovered(field: string): Value {
    if (this.#json === undefined) this.#json = jsonOf(this.#event.message);
    return this.#json === null ? undefined : plain(at(this.#json, field));
  }
}

// A function that logs text puts its time, the request and the level before what it logs.
const LAMBDA_PREFIX = /^\S+\t\S+\t[A-Z]+\t[^{]*/;

function jsonOf(message: string): Record<string, unknown> | null {
  const start = message.startsWith("{") ? 0 : (LAMBDA_PREFIX.exec(message)?.[0].length ?? -1);
  if (message[start] !== "{") return null;
  try {
    return parseJson(start === 0 ? message : message.slice(start));
  } catch {
    // Lines that are not JSON have no fields of their own.
    return null;
  }
}

/** Finds `a.b.0`; a key may have dots itself. */
function at(value: unknown, path: string): unknown {
  if (value === null || typeof value !== "object") return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const found = at((value as Record<string, unknown>)[key], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Objects and arrays are no values: only what is in them is. */
function plain(value: unknown): Value {
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  return isPlain ? (value as Value) : undefined;
}
