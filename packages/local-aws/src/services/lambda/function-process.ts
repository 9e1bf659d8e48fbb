import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ProcessGuard } from "./process-guard.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.mjs", import.meta.url));

/** What a process of a function is started with. */
export interface ProcessSettings {
  memoryMegabytes: number;
  variables: Record<string, string | undefined>;
  folder?: string;
  /** Whether it starts without a function, which it gets later; these variables apply until then. */
  spare?: boolean;
  /** Where a debugger attaches. */
  inspectPort?: number | undefined;
}

/** Starts the process of a function, in a process group of its own; the guard ends it if this process dies. */
export function startFunctionProcess(
  { memoryMegabytes, variables, folder, spare, inspectPort }: ProcessSettings,
  guard: ProcessGuard,
): ChildProcess {
  const flags = [
    `--max-old-space-size=${memoryMegabytes}`,
    "--enable-source-maps",
    // There are many processes for few cores: each does its minor GC alone, with little memory for it.
    "--single-threaded-gc",
    "--max-semi-space-size=2",
  ];
  const mode = spare ? ["spare"] : inspectPort === undefined ? [] : ["inspect", `${inspectPort}`];
  const child = spawn(process.execPath, [...flags, BOOTSTRAP, ...mode], {
    env: variables,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A process group of its own, so that what the function starts can be ended with it.
    detached: process.platform !== "win32",
  });
  const { pid } = child;
  if (pid) {
    guard.watch(pid);
    child.once("exit", () => guard.forget(pid));
  }
  return child;
}

/** Ends a process immediately, with everything that it started. */
export function killFunctionProcess({ pid }: ChildProcess): void {
  if (!pid) return;
  try {
    if (process.platform !== "win32") process.kill(-pid, "SIGKILL");
    else spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
  } catch {
    // It has exited already, with all that it started.
  }
}
