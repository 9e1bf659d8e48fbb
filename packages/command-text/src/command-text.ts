/** Text for people at a terminal. */
export { didYouMean, knownName, nearestName } from "./nearest-name.ts";
export { type CommandConfig, parseCommand, readArguments } from "./read-arguments.ts";
export { shellWords } from "./shell-words.ts";
export { UsageError } from "./usage-error.ts";
export { terminalColumns, wrap, wrapCommand } from "./wrap.ts";
