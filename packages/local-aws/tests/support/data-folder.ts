import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../src/store/store.ts";

/** Folders of data that a test kills and takes up again. */
export interface DataFolders {
  /** The store of this run. */
  readonly store: Store;
  /** The store as a process that starts now would find it, had this one been killed at this moment. */
  killAndOpen(): Promise<Store>;
  remove(): void;
}

/** A store in a folder of its own. */
export function dataFolders(): DataFolders {
  const root = mkdtempSync(join(tmpdir(), "local-aws-data-"));
  const stores: Store[] = [];
  const open = () => {
    const store = new Store(join(root, String(stores.length)));
    stores.push(store);
    return store;
  };
  let store = open();
  return {
    get store() {
      return store;
    },
    async killAndOpen() {
      await store.durable();
      const from = join(root, String(stores.length - 1));
      // What a process has on disk while it runs, its write-ahead log too.
      cpSync(from, join(root, String(stores.length)), { recursive: true });
      store = open();
      return store;
    },
    remove() {
      for (const one of stores) one.close();
      rmSync(root, { recursive: true });
    },
  };
}
