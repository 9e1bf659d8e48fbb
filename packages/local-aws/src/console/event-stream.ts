import type { IncomingMessage, ServerResponse } from "node:http";

/** What a reader of an event stream gets. */
interface Sent {
  number: number;
  text: string;
}

// A page that was away for a minute gets all that it missed.
const MAX_KEPT = 300;
// Proxies and browsers close a connection that stays silent.
const HEARTBEAT_MS = 15_000;
// A reader with this much unread data is disconnected, and reconnects for the rest.
const MAX_UNREAD_BYTES = 1_000_000;

/**
 * Server-sent events to any number of readers. Each event has an id; a reader that reconnects with the id of the last one
 * that it received gets what it missed, or is told to reload everything.
 */
export class EventStream {
  readonly #readers = new Set<ServerResponse>();
  readonly #kept: Sent[] = [];
  /** Distinguishes the events of this process from those of an earlier one. */
  readonly #run: string;
  readonly #heartbeat: NodeJS.Timeout;
  #number = 0;

  constructor(run: string) {
    this.#run = run;
    this.#heartbeat = setInterval(() => this.#write(": still here\n\n"), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Sends an event to every reader, and keeps it for those that reconnect. */
  send(event: string, data: unknown): void {
    this.#number += 1;
    const text = `id: ${this.#run}-${this.#number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#kept.push({ number: this.#number, text });
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    this.#write(text);
  }

  /** Responds to a reader, from where it was. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.write("retry: 1000\n\n");
    response.write(this.#missedBy(request.headers["last-event-id"]));
    this.#readers.add(response);
    response.once("close", () => this.#readers.delete(response));
  }

  /** Ends every connection. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const reader of this.#readers) reader.end();
  }

  #missedBy(lastId: string | string[] | undefined): string {
    if (typeof lastId !== "string") return "";
    const at = lastId.lastIndexOf("-");
    const number = Number(lastId.slice(at + 1));
    const first = this.#kept[0]?.number ?? this.#number + 1;
    const isKnown = lastId.slice(0, at) === this.#run && number + 1 >= first;
    if (!isKnown) return "event: afresh\ndata: {}\n\n";
    return this.#kept
      .filter((one) => one.number > number)
      .map(({ text }) => text)
      .join("");
  }

  #write(text: string): void {
    for (const reader of this.#readers) {
      if (reader.writableLength > MAX_UNREAD_BYTES) reader.destroy();
      else reader.write(text);
    }
  }
}
