import type { Runtime } from "../runtime/runtime.ts";

/** What `npm start` prints once the stack answers. */
export function greeting(runtime: Runtime, ms: number, verbose: boolean): string {
  const { program, outputs, notes, awsEndpoint } = runtime;
  const count = (type: string) => program.resources.filter((r) => r.type === type).length;
  const texts = Object.entries(outputs).filter(([, value]) => typeof value === "string");
  const width = Math.max(...texts.map(([name]) => name.length));
  const lines = [
    "",
    `${program.project}, stack ${program.stack}: ${program.resources.length} resources from index.ts, ` +
      `${count("aws:lambda/function:Function")} functions, ready in ${(ms / 1000).toFixed(1)} s`,
    "",
    ...texts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    "",
    `  AWS SDK and CLI   --endpoint-url ${awsEndpoint}   (any credentials)`,
    `  mail and SMS      ${awsEndpoint}/_local/mailbox`,
  ];
  if (verbose) lines.push("", ...notes.map((note) => `  note: ${note}`));
  else if (notes.length > 0) {
    lines.push(`  ${notes.length} settings have no effect on this machine; --verbose lists them`);
  }
  lines.push("", "Try it:", "", ...firstCommand(outputs), "", "Ctrl-C stops everything.", "", "");
  return lines.join("\n");
}

function firstCommand(outputs: Readonly<Record<string, unknown>>): string[] {
  const { customersApiUrl, customersApiKey } = outputs;
  return [
    `  curl -i -X PUT -H "x-api-key: ${customersApiKey}" ${customersApiUrl}/customers/demo-123`,
  ];
}
