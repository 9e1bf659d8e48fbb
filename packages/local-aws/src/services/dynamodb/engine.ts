import type { Clock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Store } from "../../store/store.ts";
import type { StreamLog } from "./streams/stream-log.ts";
import { TableCatalog } from "./tables/catalog.ts";

/** The tables and streams of DynamoDB, in one store. */
export class Engine {
  readonly store: Store;
  readonly clock: Clock;
  readonly tables: TableCatalog;

  constructor({ region, account, clock, newId, store }: Kernel) {
    this.store = store;
    this.clock = clock;
    this.tables = new TableCatalog(store, { region, clock, newId }, account);
  }

  /** Every stream that can be read. */
  get streams(): StreamLog[] {
    return this.tables.all.flatMap(({ stream }) => (stream ? [stream] : []));
  }

  /** The stream of a table, where it has one. */
  streamOf(table: string): StreamLog | undefined {
    return this.tables.find(table)?.stream;
  }
}
