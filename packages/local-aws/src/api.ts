/** Runs what a Pulumi program for AWS declares on this machine. */
export type { LogLine } from "./kernel/log-line.ts";
export type { Letter } from "./kernel/mailbox.ts";
export type { TraceRecord } from "./kernel/trace.ts";
export { type Runtime, type RuntimeOptions, startRuntime } from "./runtime/runtime.ts";
