/** The public API of the command line. */
export { ConsoleLog } from "./console.ts";
export { greeting } from "./greeting.ts";
export { type CommandLineOptions, runCommandLine } from "./run.ts";
export { watchFolders } from "./watch.ts";
