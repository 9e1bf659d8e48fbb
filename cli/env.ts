import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Writes the settings of npm run ingest for a stack: .env.NAME for the deployed stack NAME, else .env.local.

  npm run env -- [options]

${TARGET_HELP}`;

await command(async () => {
  const { values } = parseArgs({
    options: { ...TARGET_OPTIONS, help: { type: "boolean", default: false } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { outputs, name } = await findTarget(values);
  const { ingestApiUrl, ingestApiKey } = outputs;
  if (!ingestApiUrl) throw new Error(`${name} has no output ingestApiUrl`);
  const file = `.env.${values.stack ?? "local"}`;
  const lines = [
    `URL_GET=${ingestApiUrl}/users`,
    `URL_POST=${ingestApiUrl}/ingest`,
    "TIMEOUT=10",
    ...(ingestApiKey ? [`API_KEY=${ingestApiKey}`] : []),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  console.log(`wrote ${file}; run it with: ENV=${values.stack ?? "local"} npm run ingest`);
});
