import { type GatewayRequest, header } from "./request.ts";

const HEADER = "x-correlation-id";
const ID = /^[A-Za-z0-9][A-Za-z0-9._=:-]{0,127}$/;

/**
 * What all that belongs to a request is marked with: the header `x-correlation-id`, where it has one that is 1 to 128
 * letters, digits, and . _ = : -, and otherwise the request's own id.
 */
export function correlationId(event: GatewayRequest): string {
  const given = header(event, HEADER);
  return given && isCorrelationId(given) ? given : event.requestContext.requestId;
}

/** Whether a string may be a correlation id. */
export function isCorrelationId(text: string): boolean {
  return ID.test(text);
}
