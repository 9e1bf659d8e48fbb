/** Runs what a Pulumi program for AWS declares on this machine. */

export type { Letter } from "./kernel/letter.ts";
export type { LogLine } from "./kernel/log-line.ts";
export type { TraceRecord } from "./kernel/trace.ts";
export { type Runtime, type RuntimeOptions, startRuntime } from "./runtime/runtime.ts";
