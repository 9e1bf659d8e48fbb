import { statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import * as assert from "uvu/assert";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "docs", "images");
const MAX_BYTES = 300_000;

/** Takes a picture for the README, where `PICTURES` asks for it: no two are the same to the byte. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env["PICTURES"]) return;
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path });
  assert.ok(statSync(path).size < MAX_BYTES, `${path} is larger than ${MAX_BYTES} bytes`);
}
