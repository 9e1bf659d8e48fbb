import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { writeProjectName } from "./project/project-name.ts";

const HELP = `Writes the project's name from Pulumi.yaml to the other files that hold it.

  npm run project-name -- [options]

  --check   write nothing; fail when a file holds another name
`;

await command(async () => {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const files = writeProjectName(process.cwd(), !values.check);
  if (values.check && files.length > 0) {
    throw new Error(
      `${files.join(", ")}: not the name of Pulumi.yaml; write it with: npm run project-name`,
    );
  }
  for (const file of files) console.log(`wrote ${file}`);
});
