import type { OperationModel, ServiceModel } from "../kernel/models/service-model.ts";
import type { ServiceError } from "../kernel/service-error.ts";

/** A request as the endpoint received it. */
export interface WireRequest {
  method: string;
  /** The path as it was sent, not decoded. */
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** A call as the wire carries it, ready for the dispatcher. */
export interface WireCall {
  /** The operation's name; AWS may have none of this name. */
  operation: string;
  /** Its model, where the operation is served. */
  model: OperationModel | undefined;
  /** Reads the input. @throws WireTypeError or SyntaxError where it cannot be read. */
  input(): unknown;
}

/** A response ready for the wire. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** The called service: one that is served, with its model, or one that is known by name only. */
export interface Answering {
  /** As AWS calls it: `CloudWatch Logs`. */
  name: string;
  /** The dispatcher's name, where it is served. */
  service?: string;
  model?: ServiceModel;
}

/** One of AWS's protocols: how a response and an error are written. */
export interface WireProtocol {
  /** Whether a response may be a `JsonText`. */
  takesText?: boolean;
  answer(by: Answering, call: WireCall, output: unknown, requestId: string): WireAnswer;
  error(by: Answering, error: ServiceError, requestId: string): WireAnswer;
}

/** A header's value; of one that comes twice the first. */
export function header(request: Pick<WireRequest, "headers">, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The AWS-compatible endpoint without a network: responds to a whole request, under an id that the caller provides. */
export type AwsEndpoint = (request: WireRequest, requestId: string) => Promise<WireAnswer>;
