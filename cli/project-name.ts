import { readArguments } from "command-text";
import { command } from "./command.ts";
import { writeProjectName } from "./project/project-name.ts";

const HELP = `Writes the project's name from Pulumi.yaml to the other files that hold it.

  npm run project-name -- [options]

  --check   write nothing; fail when a file holds another name
  --help    this text
`;

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      check: { type: "boolean", default: false },
    },
  });
  const files = writeProjectName(process.cwd(), !values.check);
  if (values.check && files.length > 0) {
    throw new Error(
      `${files.join(", ")}: not the name of Pulumi.yaml; write it with: npm run project-name`,
    );
  }
  for (const file of files) console.log(`wrote ${file}`);
});
