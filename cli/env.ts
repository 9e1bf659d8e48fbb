import { writeFileSync } from "node:fs";
import { readArguments, shellWords } from "command-text";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Writes the settings of npm run ingest for a stack: .env.NAME for the deployed stack NAME, else .env.local.

  npm run env -- [options]

${TARGET_HELP}`;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: { ...TARGET_OPTIONS } });
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
  console.log(
    `wrote ${file}; run it with: ${shellWords(`ENV=${values.stack ?? "local"}`)} npm run ingest`,
  );
});
