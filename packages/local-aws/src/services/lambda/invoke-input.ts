import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";

type Input = Record<string, unknown>;

/** One call of Invoke, checked. */
export interface InvokeInput {
  type: "RequestResponse" | "Event" | "DryRun";
  /** The event as JSON text. */
  event: string;
  clientContext?: string | undefined;
  /** Whether the response contains the end of the log. */
  tail: boolean;
}

const SYNC_BYTES = 6 * 1024 * 1024;
const ASYNC_BYTES = 1024 * 1024;

/** Reads the input of Invoke. @throws ServiceError where Lambda would refuse it. */
export function readInvokeInput(input: Input): InvokeInput {
  const type = (input["InvocationType"] ?? "RequestResponse") as InvokeInput["type"];
  const event = String(input["Payload"] || "{}");
  checkEvent(event, type === "Event" ? ASYNC_BYTES : SYNC_BYTES);
  const clientContext = readClientContext(input["ClientContext"]);
  const tail = input["LogType"] === "Tail" && type === "RequestResponse";
  return { type, event, tail, ...(clientContext && { clientContext }) };
}

/** A function as an API call names it. */
export interface FunctionReference {
  name: string;
  /** A version or an alias; undefined for `$LATEST`. */
  qualifier?: string;
}

/** Reads a name, a partial ARN, or a whole one, each with or without a version or an alias. */
export function functionReferenceIn(nameOrArn: unknown): FunctionReference {
  const text = String(nameOrArn ?? "");
  const [, name = text, qualifier] =
    /^(?:(?:.*:)?function:)?([^:]*)(?::([^:]+))?$/.exec(text) ?? [];
  return { name, ...(qualifier && qualifier !== "$LATEST" && { qualifier }) };
}

function checkEvent(event: string, mostBytes: number): void {
  const bytes = Buffer.byteLength(event);
  if (bytes > mostBytes) {
    throw new ServiceError(
      "RequestTooLargeException",
      `Request must be smaller than ${mostBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  try {
    parseJson(event);
  } catch (error) {
    throw invalid(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function readClientContext(encoded: unknown): string | undefined {
  if (!encoded) return undefined;
  const text = Buffer.from(String(encoded), "base64").toString("utf8");
  try {
    parseJson(text);
    return text;
  } catch {
    throw invalid(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
    );
  }
}

function invalid(code: string, message: string): ServiceError {
  return new ServiceError(code, message, 400, { Type: "User" });
}
