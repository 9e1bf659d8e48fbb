import type { Kernel } from "../kernel/kernel.ts";

/** Calls an operation of an AWS service, with the input and the output of its API. */
export type AwsCall = (service: string, operation: string, input: object) => Promise<unknown>;

const READS = /^(Get|List|Describe|Query$|Scan$|BatchGetItem$|FilterLogEvents$|TestEventPattern$)/;
// They start something that only reads; AWS bills what they scan.
const QUERIES = /^(StartQuery|StopQuery|GetQueryResults)$/;

/** Whether an operation only reads. Unknown operations count as writing. */
export function onlyReads(operation: string): boolean {
  return READS.test(operation) || QUERIES.test(operation);
}

/** Calls the services of this process, as the person at the keyboard. */
export function callsWithin(kernel: Kernel): AwsCall {
  return async (service, operation, input) => {
    const output = await kernel.dispatcher.call(service, operation, input, {
      kind: "administrator",
    });
    return plain(output);
  };
}

/** Bytes as Base64, as every protocol of JSON has them. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
