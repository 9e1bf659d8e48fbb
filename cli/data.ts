import { parseArgs } from "node:util";
import { checkData, compactData, exportData, importData } from "local-aws/data";
import { command } from "./command.ts";
import { dataReport, megabytes } from "./data/report.ts";

const HELP = `Looks after the folder that npm start -- --data DIR keeps everything in. The stack must not run meanwhile.

  npm run data -- check DIR            what is in it, and whether it holds together; exit code 1 where it does not
  npm run data -- compact DIR          gives back the room of what was deleted
  npm run data -- export DIR FILE      writes everything to a new file, a line of JSON for each row
  npm run data -- import DIR FILE      puts such a file into an empty folder
  npm run data -- --help               this text
`;

await command(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [action, folder, file, ...rest] = positionals;
  if (values.help || action === undefined) return void process.stdout.write(HELP);
  const needsFile = action === "export" || action === "import";
  if (!["check", "compact", "export", "import"].includes(action)) {
    throw new Error(`${action}: give check, compact, export or import; --help says more`);
  }
  if (!folder || (needsFile ? !file : file !== undefined) || rest.length > 0) {
    throw new Error(`give npm run data -- ${action} DIR${needsFile ? " FILE" : ""}`);
  }
  if (action === "check") {
    const report = checkData(folder);
    console.log(dataReport(folder, report));
    if (report.problems.length > 0) process.exitCode = 1;
  } else if (action === "compact") {
    const { before, after } = compactData(folder);
    console.log(`${folder}: ${megabytes(before)} before, ${megabytes(after)} now`);
  } else if (action === "export") {
    console.log(`${exportData(folder, String(file))} rows of ${folder} are in ${file}`);
  } else {
    console.log(`${await importData(folder, String(file))} rows of ${file} are in ${folder}`);
  }
});
