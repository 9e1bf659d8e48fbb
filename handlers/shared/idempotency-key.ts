import { details, IDEMPOTENCY_KEY } from "./contract.ts";
import { HttpError } from "./http-error.ts";

/** The parts of an event, of a REST API or an HTTP API, that a key is read from. */
export interface KeyedRequest {
  headers: Record<string, string | undefined>;
  multiValueHeaders?: Record<string, string[] | undefined> | null;
}

const HEADER = "idempotency-key";

/**
 * The request's `Idempotency-Key`; undefined where there is none. A quoted key, as the IETF draft has it, is the same
 * as the bare one.
 *
 * @throws HttpError `idempotency_key_invalid` when it is empty, too long, or more than one.
 */
export function idempotencyKey(request: KeyedRequest): string | undefined {
  const sent = valuesOf(request).map(unquote);
  const [key] = sent;
  if (key === undefined) return undefined;
  if (!IDEMPOTENCY_KEY.test(key) || sent.some((other) => other !== key)) {
    throw new HttpError("idempotency_key_invalid", details.keyInvalid);
  }
  return key;
}

/**
 * The request's `Idempotency-Key`.
 *
 * @throws HttpError `idempotency_key_missing` or `idempotency_key_invalid`.
 */
export function requiredIdempotencyKey(request: KeyedRequest): string {
  const key = idempotencyKey(request);
  if (key !== undefined) return key;
  throw new HttpError("idempotency_key_missing", details.keyMissing);
}

function valuesOf({ headers, multiValueHeaders }: KeyedRequest): string[] {
  const isKey = ([name]: [string, unknown]) => name.toLowerCase() === HEADER;
  const many = Object.entries(multiValueHeaders ?? {}).filter(isKey);
  if (many.length > 0) return many.flatMap(([, values]) => values ?? []);
  return Object.entries(headers)
    .filter(isKey)
    .flatMap(([, value]) => value ?? []);
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return /^"[^"]*"$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
