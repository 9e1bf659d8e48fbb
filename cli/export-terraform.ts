import { join } from "node:path";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { exportTerraform } from "./export/export-terraform.ts";
import { recordedStack } from "./export/recorded-stack.ts";
import { STACK_OPTIONS, stackOf } from "./export/stack-options.ts";

const HELP = `Writes a stack as a Terraform configuration, for tools that read nothing else: Checkov, Trivy, Infracost. It needs
no account and no Terraform. Do not deploy it: the stack is Pulumi's.

  npm run export:terraform -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated
  --help              this text
  --out FOLDER        where to write main.tf.json and functions/   (dist/terraform/NAME)
`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: { ...STACK_OPTIONS, out: { type: "string" } },
  });
  const options = stackOf(values);
  const { stack } = options;
  const out = values.out ?? join("dist", "terraform", stack);
  const recording = await recordedStack(options);
  const { files } = await exportTerraform(recording, out);
  console.log(`${recording.resources.length} resources, ${files.size} packages: ${out}`);
  for (const component of recording.components) {
    console.log(`not exported: ${component}, which its own plugin creates from other resources`);
  }
});
