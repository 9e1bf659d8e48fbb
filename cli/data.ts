import { knownName, readArguments } from "command-text";
import { checkData, compactData } from "local-aws/data";
import { exportData, importData } from "local-aws/data-transfer";
import { command } from "./command.ts";
import { dataReport, megabytes } from "./data/report.ts";

const HELP = `Looks after the folder that npm start -- --data DIR keeps everything in. The stack must not run meanwhile.

  npm run data -- check DIR            what is in it, and whether it holds together; exit code 1 where it does not
  npm run data -- compact DIR          gives back the room of what was deleted
  npm run data -- export DIR FILE      writes everything to a new file, a line of JSON for each row
  npm run data -- import DIR FILE      puts such a file into a new folder
  npm run data -- --help               this text
`;

await command(async () => {
  const { positionals } = readArguments({ help: HELP, options: {}, maxPositionals: 3 });
  const [action, folder, file] = positionals;
  if (action === undefined) return void process.stdout.write(HELP);
  knownName("action", action, ["check", "compact", "export", "import"]);
  const needsFile = action === "export" || action === "import";
  if (!folder || (needsFile ? !file : file !== undefined)) {
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
