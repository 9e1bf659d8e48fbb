import { type ChildProcess, spawn } from "node:child_process";

// Reads "+ pid" and "- pid"; when every writer has exited, ends the groups that remain.
const SCRIPT = `
groups=""
while read -r sign pid; do
  if [ "$sign" = "+" ]; then groups="$groups $pid"; continue; fi
  left=""
  for group in $groups; do [ "$group" = "$pid" ] || left="$left $group"; done
  groups="$left"
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

/**
 * Ends process groups when this process has exited, however it ended. A function that spins never notices that its parent
 * has been killed. On Windows there is nothing as simple, and such a function would spin on there.
 */
export class ProcessGuard {
  #shell: ChildProcess | undefined;

  watch(pid: number): void {
    this.#tell(`+ ${pid}\n`);
  }

  forget(pid: number): void {
    this.#tell(`- ${pid}\n`);
  }

  stop(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(line: string): void {
    if (process.platform === "win32") return;
    this.#shell ??= startShell();
    this.#shell.stdin?.write(line);
  }
}

function startShell(): ChildProcess {
  const stdio: ["pipe", "ignore", "ignore"] = ["pipe", "ignore", "ignore"];
  // A process group of its own, so that Ctrl-C and the end of the parent's group do not end it before its last task.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], { stdio, detached: true, env: {} });
  // Without a shell, functions still end with their channel unless they spin.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  return shell;
}
