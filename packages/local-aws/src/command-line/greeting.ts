import type { Runtime } from "../runtime/runtime.ts";

/** What the greeting is made from. */
export interface GreetingOptions {
  /** How long the start took. */
  ms: number;
  /** Whether it lists every setting without effect. */
  verbose: boolean;
  /** Lines that it offers to paste. */
  firstCommands?: ((outputs: Runtime["outputs"]) => string[]) | undefined;
}

/** What the command line prints once the stack is ready. */
export function greeting(
  runtime: Runtime,
  { ms, verbose, firstCommands }: GreetingOptions,
): string {
  const { program, origin, outputs, notes, awsEndpoint, services } = runtime;
  const count = (type: string) => program.resources.filter((r) => r.type === type).length;
  const texts = Object.entries(outputs).filter(([, value]) => typeof value === "string");
  const width = Math.max(...texts.map(([name]) => name.length));
  const lines = [
    "",
    `${program.project}, stack ${program.stack}: ${program.resources.length} resources from index.ts, ` +
      `${count("aws:lambda/function:Function")} functions, ready in ${(ms / 1000).toFixed(1)} s`,
    originLine(origin),
    "",
    ...texts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    "",
    `  console           ${consoleUrl(awsEndpoint)}`,
    `  AWS SDK and CLI   --endpoint-url ${awsEndpoint}   (any credentials)`,
    `  mail and SMS      ${awsEndpoint}/_local/mailbox`,
    ...debuggerLines(services.lambda.inspectPorts),
  ];
  // A developer who tries a closed stack must not believe that it is closed here.
  const open = notes.filter((note) => note.endsWith("every request is accepted"));
  if (open.length > 0) {
    const names = [...new Set(open.map((note) => note.split(" ")[0]))].join(", ");
    lines.push(
      `  IAM signatures and tokens are not checked on this machine: ${names} accept every request`,
    );
  }
  if (verbose) lines.push("", ...notes.map((note) => `  note: ${note}`));
  else if (notes.length > 0) {
    lines.push(`  ${notes.length} settings have no effect on this machine; --verbose lists them`);
  }
  const commands = firstCommands?.(outputs).map((line) => `  ${line}`) ?? [];
  if (commands.length > 0) lines.push("", "Try it:", "", ...commands);
  lines.push("", "Ctrl-C stops everything.", "", "");
  return lines.join("\n");
}

function originLine({ kept, changed }: Runtime["origin"]): string {
  if (kept) return "The program has not changed since the last start; it was not evaluated again.";
  return changed === undefined
    ? "The program was evaluated; the next start is faster if nothing changes."
    : `The program was evaluated, as ${changed} changed.`;
}

/** Where debuggers attach. */
function debuggerLines(ports: ReadonlyMap<string, number>): string[] {
  return [...ports].map(
    ([name, port], index) =>
      `  ${index === 0 ? "debuggers" : "         "}         127.0.0.1:${port}   ${name}`,
  );
}

/** Where the page is. */
function consoleUrl(awsEndpoint: string): string {
  return `http://localhost:${new URL(awsEndpoint).port}/_local/`;
}
