import type * as v from "valibot";
import { details, MAX_BODY_BYTES } from "./contract.ts";
import { check } from "./field-errors.ts";
import { HttpError } from "./http-error.ts";
import { parseStrictJson } from "./strict-json.ts";

/** The parts of a request that REST APIs and HTTP APIs (payload format 2.0) share. */
export interface GatewayRequest {
  headers: Record<string, string | undefined>;
  pathParameters?: Record<string, string | undefined> | null | undefined;
  body?: string | null | undefined;
  isBase64Encoded: boolean;
  requestContext: { requestId: string };
}

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * A path parameter.
 *
 * @throws HttpError `invalid_parameter` when it does not fit the schema.
 */
export function pathParameter<S extends v.GenericSchema>(
  event: GatewayRequest,
  name: string,
  schema: S,
): v.InferOutput<S> {
  const checked = check(schema, percentDecoded(event.pathParameters?.[name] ?? ""));
  if (checked.errors) {
    throw new HttpError("invalid_parameter", `${name} ${checked.errors[0]?.message}`);
  }
  return checked.value;
}

/** Whether the request has a body at all. */
export function hasBody(event: GatewayRequest): boolean {
  return (event.body ?? "") !== "";
}

/**
 * The JSON body of a request.
 *
 * @throws HttpError `unsupported_media_type`, `payload_too_large`, `invalid_json`, or `validation_failed` with every
 * field that does not fit the schema.
 */
export function jsonBody<S extends v.GenericSchema>(
  event: GatewayRequest,
  schema: S,
): v.InferOutput<S> {
  requireJson(event);
  const checked = check(schema, parsed(bodyText(event)));
  if (checked.errors) throw invalidBody(checked.errors);
  return checked.value;
}

/** The error for a body of which some fields do not fit. */
export function invalidBody(errors: NonNullable<HttpError["options"]["errors"]>): HttpError {
  const detail =
    errors.length === 1 ? details.oneFieldInvalid : `${errors.length} fields are invalid`;
  return new HttpError("validation_failed", detail, { errors });
}

/** The value of a header; its name is matched without case. */
export function header(event: GatewayRequest, name: string): string | undefined {
  const entry = Object.entries(event.headers).find(([key]) => key.toLowerCase() === name);
  return entry?.[1];
}

function requireJson(event: GatewayRequest): void {
  const type = header(event, "content-type");
  if (type !== undefined && !JSON_TYPE.test(type.trim())) {
    throw new HttpError("unsupported_media_type", details.mediaType);
  }
  const encoding = header(event, "content-encoding");
  if (encoding !== undefined && encoding.trim().toLowerCase() !== "identity") {
    throw new HttpError("unsupported_media_type", "The body must not be compressed.");
  }
}

function bodyText(event: GatewayRequest): string {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MAX_BODY_BYTES) {
    throw new HttpError("payload_too_large", details.bodyTooLarge);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HttpError("invalid_json", "The body is not UTF-8.");
  }
}

function parsed(text: string): unknown {
  // A gateway that decodes the body replaces bytes that are not UTF-8 with this character.
  if (text.includes("\uFFFD")) throw new HttpError("invalid_json", "The body is not UTF-8.");
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new HttpError("invalid_json", `The body cannot be read: ${error.message}.`);
  }
}

/** REST APIs pass path parameters on as they were sent. An invalid encoding stays as it is, and then fits no schema. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
