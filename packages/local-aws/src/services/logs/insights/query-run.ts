import type { LogEvent } from "../log-event.ts";
import type { LogGroup } from "../log-store.ts";
import { EventRow, type Row } from "./rows.ts";
import { compileStage, type Stage } from "./stages.ts";
import type { Command } from "./syntax.ts";
import { textOf } from "./values.ts";

/** One field of a row, as the API returns it. */
export interface ResultField {
  field: string;
  value: string;
}

/** What a query reads. */
export interface QueryScope {
  account: string;
  groups: LogGroup[];
  /** First and last millisecond. */
  from: number;
  to: number;
  /** Most rows in the result. */
  limit: number;
}

interface Line {
  event: LogEvent;
  log: string;
}

// So many lines keep the process for a few milliseconds.
const SLICE = 2000;

/** One run of a query, in slices, so that other work continues meanwhile. */
export class QueryRun {
  /** Complete once {@link step} has answered true. */
  readonly rows: ResultField[][] = [];
  #scanned = 0;
  #matched = 0;
  #bytes = 0;
  readonly #groups: number;
  #lines: Line[];
  #first: Stage | undefined;

  constructor(commands: Command[], { account, groups, from, to, limit }: QueryScope) {
    this.#groups = groups.length;
    // From the oldest to the newest, as the newest are taken from the end first.
    this.#lines = groups
      .flatMap(({ name, events }) => {
        const log = `${account}:${name}`;
        const inRange = events.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
        return inRange.map((event) => ({ event, log }));
      })
      .sort((a, b) => a.event.timestamp - b.event.timestamp || a.event.id - b.event.id);
    this.#first = this.#compile(commands, limit);
  }

  /** The API's statistics of the work done so far. */
  get statistics(): Record<string, number> {
    return {
      recordsMatched: this.#matched,
      recordsScanned: this.#scanned,
      bytesScanned: this.#bytes,
      estimatedRecordsSkipped: 0,
      estimatedBytesSkipped: 0,
      logGroupsScanned: this.#groups,
      resultCount: this.rows.length,
    };
  }

  /** Does the next part of the work; returns true when the result is ready. */
  step(): boolean {
    for (let n = 0; n < SLICE; n++) {
      const line = this.#lines.pop();
      if (!line) {
        this.#first?.end();
        this.release();
        return true;
      }
      this.#scanned++;
      this.#bytes += Buffer.byteLength(line.event.message);
      this.#first?.add(new EventRow(line.event, line.log));
    }
    return false;
  }

  /** Releases everything but the result; the run ends. */
  release(): void {
    this.#lines = [];
    this.#first = undefined;
  }

  #compile(commands: Command[], limit: number): Stage {
    const names = columnsOf(commands);
    let stage: Stage = {
      add: (row) => {
        if (this.rows.length < limit) this.rows.push(shown(row, names));
      },
      end: () => {},
    };
    const counted = lastFilter(commands);
    for (const [n, command] of [...commands.entries()].reverse()) {
      if (n === counted) stage = this.#counting(stage);
      stage = compileStage(command, stage);
    }
    return counted < 0 ? this.#counting(stage) : stage;
  }

  /** What reaches this has matched. */
  #counting(next: Stage): Stage {
    return {
      add: (row) => {
        this.#matched++;
        next.add(row);
      },
      end: () => next.end(),
    };
  }
}

/** The last filter on log events; later ones filter the result of `stats`. */
function lastFilter(commands: Command[]): number {
  const stats = commands.findIndex(({ kind }) => kind === "stats");
  const onEvents = stats < 0 ? commands : commands.slice(0, stats);
  return onEvents.findLastIndex(({ kind }) => kind === "filter");
}

/** The fields that a row of the result shows: those of the last `display`, else all that the query names. */
function columnsOf(commands: Command[]): string[] {
  let names: string[] = [];
  let displayed: string[] | undefined;
  let chosen = false;
  for (const command of commands) {
    if (command.kind === "stats") {
      names = [...command.by, ...command.columns].map(({ name }) => name);
      displayed = undefined;
      chosen = true;
    } else if (command.kind === "fields") {
      names.push(...command.columns.map(({ name }) => name));
      chosen = true;
    } else if (command.kind === "parse") {
      names.push(...command.names);
    } else if (command.kind === "display") {
      displayed = command.columns.map(({ name }) => name);
    }
  }
  if (!chosen) names.unshift("@timestamp", "@message");
  // Rows that stats made have none.
  return [...new Set([...(displayed ?? names), "@ptr"])];
}

/** As on AWS a field that the row lacks is left out. */
function shown(row: Row, names: string[]): ResultField[] {
  return names.flatMap((field) => {
    const value = textOf(row.get(field));
    return value === undefined ? [] : [{ field, value }];
  });
}
