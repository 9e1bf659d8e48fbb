import { readArguments } from "command-text";
import { command } from "./command.ts";
import { recordedStack } from "./export/recorded-stack.ts";
import { STACK_OPTIONS, stackOf } from "./export/stack-options.ts";
import { accountIn } from "./preflight/account.ts";
import { lacks } from "./preflight/lacks.ts";
import { wantsOf } from "./preflight/wants.ts";

const HELP = `Says what your AWS account lacks for a stack, before pulumi up. It reads, and changes nothing. Exits with 1 if something
is missing.

  npm run preflight -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated
  --help              this text
`;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: STACK_OPTIONS });
  const options = stackOf(values);
  const { stack } = options;
  const recording = await recordedStack(options);
  const { region } = recording;
  const account = accountIn(region);
  const id = await account.id().catch((error: Error) => {
    throw new Error(
      `no credentials of an AWS account: ${error.message}; see: aws sts get-caller-identity`,
    );
  });
  const lines = await lacks(account, wantsOf(recording));
  for (const line of lines) console.log(line);
  if (lines.length > 0) process.exitCode = 1;
  else console.log(`account ${id} has all that ${stack} needs in ${region}`);
});
