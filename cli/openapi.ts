import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "command-text";
import { apiDocuments } from "../infra/api-documents.ts";
import { command } from "./command.ts";

const HELP = `Writes the OpenAPI document of each API to docs/.

  npm run openapi -- [options]

  --check   write nothing; fail when a document is not up to date
  --help    this text
`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      check: { type: "boolean", default: false },
    },
  });
  for (const [file, document] of Object.entries(apiDocuments())) {
    const path = join("docs", file);
    const text = `${JSON.stringify(document, undefined, 2)}\n`;
    if (!values.check) {
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    } else if (text !== written(path)) {
      throw new Error(`${path} is not up to date; write it with: npm run openapi`);
    }
  }
});

function written(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
