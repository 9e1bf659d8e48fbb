import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { readArguments } from "command-text";

const STEPS: readonly (readonly [program: string, ...args: string[]])[] = [
  ["tsc"],
  ["tsc", "-p", "packages/local-aws/console"],
  ["tsc", "-p", "storefront"],
  ["biome", "check", "--error-on-warnings", "."],
  ["npm", "run", "check:imports"],
  ["knip"],
];
const HELP = `Everything that is checked without running it, one after the other, up to the first that fails.

  npm run check -- [--help]

${STEPS.map((words) => `  ${words.join(" ")}`).join("\n")}
`;

readArguments({ help: HELP });
for (const [program, ...args] of STEPS) {
  const file = program === "npm" ? program : join("node_modules", ".bin", program);
  // Programs of npm are batch files on Windows.
  const child = spawn(file, args, { stdio: "inherit", shell: process.platform === "win32" });
  const [code] = await once(child, "exit");
  if (code !== 0) {
    console.error(`\n${[program, ...args].join(" ")} failed`);
    process.exit(1);
  }
}
