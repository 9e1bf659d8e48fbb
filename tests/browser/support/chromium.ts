import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** How to get a browser, in one line. */
export const NO_CHROMIUM =
  "no Chromium found: install one (apt-get install chromium; brew install --cask chromium), or name it with CHROMIUM=/path/to/chromium";

/** The Chromium that is named by `CHROMIUM` or stands on the path; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM, PATH = "" } = env;
  if (CHROMIUM) return isProgram(CHROMIUM) ? CHROMIUM : undefined;
  const suffixes = process.platform === "win32" ? [".exe"] : [""];
  for (const folder of PATH.split(delimiter)) {
    for (const name of NAMES) {
      const file = suffixes.map((suffix) => join(folder, `${name}${suffix}`)).find(isProgram);
      if (file) return file;
    }
  }
  return undefined;
}

/** Starts the browser. @throws Error that says how to get one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(NO_CHROMIUM);
  // As root, as in most containers, Chromium has no sandbox; it loads nothing but this machine's pages.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, chromiumSandbox: !isRoot });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
