import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import validateAsl from "asl-validator";
import { command } from "./command.ts";
import { exportTerraform } from "./export/export-terraform.ts";
import { runCheckov } from "./scan/checkov.ts";
import { judge } from "./scan/judgement.ts";

const HELP = `Checks a stack against public rules. Exits with 1 at a finding that cli/scan/suppressions.ts does not explain.

  npm run scan -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated

It always validates state machines with asl-validator. It runs Checkov over the Terraform export where CHECKOV or the PATH
has one: pip install checkov.
`;

const ROOT = join(import.meta.dirname, "..");

await command(async () => {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      config: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { stack, config } = values;
  if (!stack) throw new Error("name the stack: --stack dev");
  const folder = mkdtempSync(join(tmpdir(), "scan-"));
  try {
    const { recording } = await exportTerraform({ root: ROOT, stack, config, out: folder });
    const machines = recording.resources.filter(({ type }) => type.endsWith(":StateMachine"));
    for (const { name, inputs } of machines) {
      // The validator knows ARNs by their form.
      const definition = String(inputs["definition"]).replaceAll(/⟦account\.(\w+)⟧/g, (_, fact) =>
        fact === "partition" ? "aws" : "111122223333",
      );
      const { isValid, errorsText } = validateAsl(JSON.parse(definition));
      if (!isValid) throw new Error(`asl-validator: ${name}: ${errorsText()}`);
    }
    console.log(`asl-validator: ${machines.length} state machines are valid`);
    const checkov = found("checkov", process.env["CHECKOV"]);
    if (!checkov) return console.log("Checkov: not installed, not run");
    const { findings, passed } = await runCheckov(checkov, folder);
    const { open, suppressed, lines } = judge(findings, stack);
    for (const line of lines) console.log(line);
    console.log(
      `Checkov: ${passed} checks passed, ${suppressed} are suppressed with a reason, ${open.length} are open`,
    );
    if (open.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function found(name: string, given: string | undefined): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [given, ...folders.map((folder) => join(folder, name))].find((file) => {
    try {
      accessSync(file ?? "", constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
