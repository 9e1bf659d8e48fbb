import { knownName, readArguments } from "command-text";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Prints the outputs of the running stack, as pulumi stack output does.

  npm run outputs -- [NAME] [options]

  NAME            print only the value of this output
  --json          print JSON
  --show-secrets  print secrets in clear
${TARGET_HELP}`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  json: { type: "boolean", default: false },
  "show-secrets": { type: "boolean", default: false },
} as const;

await command(async () => {
  const { values, positionals } = readArguments({
    help: HELP,
    options: OPTIONS,
    maxPositionals: 1,
  });
  const { allOutputs: outputs, secrets } = await findTarget(values);

  const [name] = positionals;
  if (name !== undefined) {
    const value = outputs[knownName("output", name, Object.keys(outputs).sort())];
    // A secret that is named is shown, as Pulumi does.
    console.log(values.json || typeof value !== "string" ? JSON.stringify(value) : value);
    return;
  }
  const shown = Object.entries(outputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]): [string, unknown] => [
      key,
      secrets.has(key) && !values["show-secrets"] ? "[secret]" : value,
    ]);
  if (values.json) {
    console.log(JSON.stringify(Object.fromEntries(shown), undefined, 2));
    return;
  }
  const width = Math.max("OUTPUT".length, ...shown.map(([key]) => key.length));
  console.log(`Current stack outputs (${shown.length}):`);
  console.log(`    ${"OUTPUT".padEnd(width)}  VALUE`);
  for (const [key, value] of shown) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    console.log(`    ${key.padEnd(width)}  ${text}`);
  }
});
