import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { readArguments, shellWords } from "command-text";
import { FetchFailed, pullUsers } from "../handlers/ingest/client/pull.ts";
import { realOutside } from "../handlers/ingest/client/real-outside.ts";
import { clientSettings, SettingsError } from "../handlers/ingest/client/settings.ts";
import { ConsoleProgress, report } from "./ingest/console-progress.ts";

const HELP = `Pulls the users, cleans them, and posts the active ones in batches. A second run stores nothing new.

  [ENV=dev] npm run ingest -- [options]

  --dry-run   fetch and clean, but post nothing
  --verbose   a line for every batch
  --help      this text

Settings come from .env.local, or from .env.NAME with ENV=NAME; variables that are set already win:
  URL_GET, URL_POST     where users come from and go to
  TIMEOUT               seconds for one attempt              (10)
  RETRIES               attempts in all                      (3)
  BACKOFF_BASE_MS       wait before attempt n+1: this × 2^n  (1000)
  BATCH_SIZE            users in one request                 (50)
  API_KEY               sent as x-api-key, where one is asked for

Exit codes: 0 all is stored; 1 a bug; 2 wrong settings or options; 3 the users could not be fetched;
            4 some batches could not be posted
`;

const EXIT = { settings: 2, fetch: 3, post: 4 } as const;

process.exitCode = await run();

async function run(): Promise<number> {
  const options = readOptions();
  try {
    const settings = clientSettings(readEnv());
    console.log(`from ${settings.urlGet}`);
    console.log(`to   ${settings.urlPost}`);
    const progress = new ConsoleProgress(options.verbose);
    const dryRun = options["dry-run"];
    const summary = await pullUsers(settings, realOutside, progress, { dryRun });
    report(summary, dryRun);
    return summary.failed.length > 0 ? EXIT.post : 0;
  } catch (error) {
    if (error instanceof FetchFailed) {
      console.error(`nothing was posted: ${error.message}`);
      return EXIT.fetch;
    }
    if (error instanceof SettingsError) {
      console.error(error.message);
      return EXIT.settings;
    }
    throw error;
  }
}

function readOptions() {
  return readArguments({
    help: HELP,
    options: {
      "dry-run": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  }).values;
}

function readEnv(): Record<string, string | undefined> {
  const name = process.env["ENV"] ?? "local";
  const file = `.env.${name}`;
  if (!existsSync(file)) {
    throw new SettingsError(
      `${file} does not exist; write it with: npm run env${name === "local" ? "" : ` -- ${shellWords("--stack", name)}`}`,
    );
  }
  return { ...parseEnv(readFileSync(file, "utf8")), ...process.env };
}
