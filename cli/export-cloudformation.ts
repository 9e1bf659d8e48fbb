import { join } from "node:path";
import { readArguments } from "command-text";
import { command } from "./command.ts";
import { exportCloudFormation } from "./export/export-cloudformation.ts";
import { recordedStack } from "./export/recorded-stack.ts";
import { STACK_OPTIONS, stackOf } from "./export/stack-options.ts";

const HELP = `Writes a stack as a CloudFormation template, for tools that read nothing else: cfn-lint, cdk-nag, cfn_nag. It needs
no account. Do not deploy it: the stack is Pulumi's.

  npm run export:cloudformation -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated
  --help              this text
  --out FOLDER        where to write template.json and functions/   (dist/cloudformation/NAME)
`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: { ...STACK_OPTIONS, out: { type: "string" } },
  });
  const options = stackOf(values);
  const { stack } = options;
  const out = values.out ?? join("dist", "cloudformation", stack);
  const recording = await recordedStack(options);
  const { files, omittedOutputs, omittedResources } = await exportCloudFormation(recording, out);
  console.log(`${recording.resources.length} resources, ${files.size} packages: ${out}`);
  if (omittedOutputs.length > 0) {
    console.log(`outputs that CloudFormation does not have: ${omittedOutputs.join(", ")}`);
  }
  if (omittedResources.length > 0) {
    console.log(`resources that CloudFormation has no type for: ${omittedResources.join(", ")}`);
  }
  for (const component of recording.components) {
    console.log(`not exported: ${component}, which its own plugin creates from other resources`);
  }
});
