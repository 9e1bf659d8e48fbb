import type { WriteStream } from "node:tty";
import type { FoundLine } from "./log-line.ts";
import { type LogSearch, searchLogs } from "./search-logs.ts";
import type { SearchWindow } from "./search-window.ts";

/** Reports which logs a search will scan, and how much that was. */
export class SearchProgress {
  readonly #out: Pick<WriteStream, "write"> & { isTTY?: boolean };
  readonly #window: SearchWindow;
  #queries = 0;
  #bytes = 0;

  constructor(out: Pick<WriteStream, "write"> & { isTTY?: boolean }, window: SearchWindow) {
    this.#out = out;
    this.#window = window;
  }

  /** The lines from a point in time until now that contain one of these strings. */
  async search(
    { logs, groups, from }: Pick<LogSearch, "logs" | "groups" | "from">,
    texts: readonly string[],
  ): Promise<FoundLine[]> {
    if (texts.length === 0) return [];
    const count = Object.keys(groups).length;
    if (this.#queries === 0) {
      this.#out.write(
        `searching ${count} log groups of up to ${this.#window.name}, from ${new Date(from).toISOString()}\n`,
      );
    }
    this.#queries += 1;
    return searchLogs(
      {
        logs,
        groups,
        from,
        to: Date.now(),
        onQuery: ({ bytes, over }) => {
          if (over) this.#bytes += bytes;
          const scanned = byteText(over ? this.#bytes : this.#bytes + bytes);
          if (this.#out.isTTY) {
            this.#out.write(`\r\u001b[K  query ${this.#queries}: ${scanned} scanned`);
          }
        },
      },
      texts,
    );
  }

  /** Clears the progress line. */
  pause(): void {
    if (this.#out.isTTY) this.#out.write("\r\u001b[K");
  }

  /** Reports how much was scanned. */
  end(): void {
    const queries = `${this.#queries} ${this.#queries === 1 ? "query" : "queries"}`;
    this.#out.write(`scanned ${byteText(this.#bytes)} with ${queries}\n\n`);
  }
}

/** A number of bytes, formatted. */
export function byteText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
