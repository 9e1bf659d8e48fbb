import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../evaluation/program-cache.ts";
import type { Store } from "../store/store.ts";

const FILE = "secret";

/** The seed of a stack's secrets: random, and kept with its data, so that keys stay the same across starts. */
export function storedSecret(store: Store): string {
  const secrets = store.collection<string>("secrets");
  const kept = secrets.get(FILE);
  if (kept !== undefined) return kept;
  const drawn = drawSecret();
  secrets.put(FILE, drawn);
  return drawn;
}

/** @throws Error naming the file, when it holds no secret. */
function fileSecret(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, FILE);
  try {
    // Readable by its owner alone, and never in place of another.
    writeFileSync(file, `${drawSecret()}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const kept = readFileSync(file, "utf8").trim();
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  throw new Error(`${file} holds no secret of 64 hex digits; remove it to draw a new one`);
}

/** A secret that stays the same for one copy of a program, so that what was evaluated with it can be kept. */
export function checkoutSecret(root: string): string {
  try {
    return fileSecret(cacheFolder(root));
  } catch {
    // A folder that cannot be written: nothing is kept there either.
    return drawSecret();
  }
}

function drawSecret(): string {
  return randomBytes(32).toString("hex");
}
