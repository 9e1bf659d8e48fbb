import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "command-text";
import { securityPage } from "./security-page.ts";

readArguments({
  help: `Writes docs/security.md: the rules of public scanners that tests check, and what is excepted.

  npm run security -- [--help]
`,
});

writeFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "security.md"), securityPage());
