import { readdirSync, readFileSync } from "node:fs";
import type { SavedEvent } from "local-aws/console";

const FOLDER = new URL("../../tests/events/", import.meta.url);

/** Events that functions can be invoked with; a file has the name of its function's entry. */
export function savedEvents(): SavedEvent[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const name = file.replace(/\.json$/, "");
      return { name, functionName: name, payload: readFileSync(new URL(file, FOLDER), "utf8") };
    });
}
