import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Letter } from "local-aws";

/** What a kill has left in a data folder. */
export interface LeftBehind {
  /** Letters by their number. */
  letters: Map<number, Letter>;
  /**
   * Announcements that are published and not marked as such: a function publishes, and then notes it, in two calls. They
   * are published once more, as nobody can know. By {@link announcementIn}.
   */
  unmarked: Set<string>;
  /** ARNs of Express executions under way. */
  express: string[];
}

/** Reads a folder whose process is gone; changes nothing in it. */
export function readLeftBehind(folder: string): LeftBehind {
  const copy = `${folder}-read`;
  cpSync(folder, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, "stack.db"));
  try {
    const tables = new Set(
      database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .all()
        .map(({ name }) => String(name)),
    );
    const collection = (name: string) =>
      tables.has(`collection_${name}`)
        ? database.prepare(`SELECT key, value FROM collection_${name}`).all()
        : [];
    const letters = new Map(
      collection("mailbox").map(({ key, value }) => [Number(key), JSON.parse(String(value))]),
    );
    const published = [
      ...[...letters.values()].flatMap((letter) => announcementIn(letter) ?? []),
      ...collection("sns_deliveries").flatMap(
        ({ value }) => announcementInText(String(value)) ?? [],
      ),
    ];
    const items = [...tables].filter((name) => /^dynamodb_items_\d+$/.test(name));
    const marked = markedIn(database, items);
    return {
      letters,
      unmarked: new Set(published.filter((one) => !marked.has(one))),
      express: collection("states_express").map(({ value }) => JSON.parse(String(value)).arn),
    };
  } finally {
    database.close();
    rmSync(copy, { recursive: true });
  }
}

/** Whether an execution is one of an Express machine. */
export function isExpress(executionArn: string): boolean {
  return executionArn.includes(":express:");
}

/** The order and the status that an e-mail to the shop announces; undefined for other letters. */
export function announcementIn({ topic, body }: Letter): string | undefined {
  return topic === "" ? undefined : announcementInText(body);
}

function announcementInText(text: string): string | undefined {
  const [, orderId, status] =
    /Order: {4}([0-9a-f-]{36})(?:\n|\\+n)Status: {3}([A-Z]+)/.exec(text) ?? [];
  return orderId && `${orderId} ${status}`;
}

/** The announcements that are marked as published: of an order's first version and of its last, which ends it. */
function markedIn(database: DatabaseSync, tables: readonly string[]): Set<string> {
  const marks = new Set<string>();
  const orders: { orderId: string; status: string; version: string }[] = [];
  for (const table of tables) {
    const rows = database
      .prepare(
        `SELECT item ->> '$.PK.S' AS pk, item ->> '$.SK.S' AS sk, item ->> '$.status.S' AS status,
           item ->> '$.version.N' AS version FROM ${table} WHERE item ->> '$.PK.S' LIKE 'ORDER#%'`,
      )
      .iterate();
    for (const { pk, sk, status, version } of rows) {
      const orderId = String(pk).slice("ORDER#".length);
      const [, number] = /^ANNOUNCED#(\d+)$/.exec(String(sk)) ?? [];
      if (number) marks.add(`${orderId} ${number}`);
      if (pk === sk) orders.push({ orderId, status: String(status), version: String(version) });
    }
  }
  return new Set(
    orders.flatMap(({ orderId, status, version }) => [
      ...(marks.has(`${orderId} 1`) ? [`${orderId} PENDING`] : []),
      ...(marks.has(`${orderId} ${version}`) ? [`${orderId} ${status}`] : []),
    ]),
  );
}
