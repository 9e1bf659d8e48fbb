import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import validateAsl from "asl-validator";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { exportCloudFormation } from "./export/export-cloudformation.ts";
import { exportTerraform } from "./export/export-terraform.ts";
import { recordedStack } from "./export/recorded-stack.ts";
import type { Recording } from "./export/recording.ts";
import { STACK_OPTIONS, stackOf } from "./export/stack-options.ts";
import { runCdkNag } from "./scan/cdk-nag.ts";
import { runCfnLint } from "./scan/cfn-lint.ts";
import { runCheckov } from "./scan/checkov.ts";
import type { Report } from "./scan/finding.ts";
import { installed } from "./scan/installed.ts";
import { judge } from "./scan/judgement.ts";
import { runTrivy } from "./scan/trivy.ts";

const HELP = `Checks a stack against public rules. Exits with 1 at a finding that cli/scan/exceptions.ts does not explain.

  npm run scan -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated
  --help              this text

It always validates state machines with asl-validator, and runs cdk-nag over the CloudFormation export. It runs these where
the PATH has them, or a variable with their path:

  cfn-lint  over the CloudFormation export  CFN_LINT  pip install cfn-lint
  checkov   over the Terraform export       CHECKOV   pip install checkov
  trivy     over the Terraform export       TRIVY     https://trivy.dev
`;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: STACK_OPTIONS });
  const options = stackOf(values);
  const { stack } = options;
  const folder = mkdtempSync(join(tmpdir(), "scan-"));
  try {
    const recording = await recordedStack(options);
    checkStateMachines(recording);
    for await (const report of reports(recording, folder)) {
      const { open, excepted, lines } = judge(report.findings, stack);
      for (const line of lines) console.log(line);
      const { scanner, checked } = report;
      const count = `${excepted} are exceptions with a reason, ${open.length} are open`;
      console.log(`${scanner}: ${checked}, ${report.findings.length} findings: ${count}`);
      if (open.length > 0) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function* reports(recording: Recording, folder: string): AsyncGenerator<Report> {
  const terraform = join(folder, "terraform");
  const cloudFormation = join(folder, "cloudformation");
  const template = join(cloudFormation, "template.json");
  await exportTerraform(recording, terraform);
  await exportCloudFormation(recording, cloudFormation);
  const { region } = recording;
  yield runCdkNag(template);
  const programs: [name: string, run: (program: string) => Promise<Report>][] = [
    ["cfn-lint", (program) => runCfnLint(program, { template, region })],
    ["checkov", (program) => runCheckov(program, terraform)],
    ["trivy", (program) => runTrivy(program, terraform)],
  ];
  for (const [name, run] of programs) {
    const program = installed(name);
    if (program) yield run(program);
    else console.log(`${name}: not installed, not run`);
  }
}

/** @throws Error for a state machine that is not valid. */
function checkStateMachines({ resources }: Recording): void {
  const machines = resources.filter(({ type }) => type.endsWith(":StateMachine"));
  for (const { name, inputs } of machines) {
    // The validator knows ARNs by their form.
    const definition = String(inputs["definition"]).replaceAll(/⟦account\.(\w+)⟧/g, (_, fact) =>
      fact === "partition" ? "aws" : "111122223333",
    );
    const { isValid, errorsText } = validateAsl(JSON.parse(definition));
    if (!isValid) throw new Error(`asl-validator: ${name}: ${errorsText()}`);
  }
  console.log(`asl-validator: ${machines.length} state machines are valid`);
}
