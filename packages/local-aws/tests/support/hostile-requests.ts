import { encode } from "cborg";
import {
  operationOf,
  type Protocol,
  type Reference,
  type ServiceModel,
  shapeOf,
} from "../../src/kernel/models/service-model.ts";
import type { RawRequest } from "./aws-endpoint.ts";

/** A request of an operation with this input, whatever it holds, in one of the service's protocols. */
export function requestOf(
  model: ServiceModel,
  protocol: Protocol,
  operation: string,
  input: unknown,
): RawRequest {
  const service = model.signingName;
  switch (protocol) {
    case "query":
      return {
        service,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form(model, operation, input),
      };
    case "smithy-rpc-v2-cbor":
      return {
        service,
        path: `/service/${model.targetPrefix}/operation/${operation}`,
        headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
        body: encode(input),
      };
    case "rest-json":
      return rest(model, operation, input);
    default:
      return {
        service,
        headers: {
          "content-type": `application/x-amz-json-${model.jsonVersion}`,
          "x-amz-target": `${model.targetPrefix}.${operation}`,
        },
        body: JSON.stringify(input),
      };
  }
}

function form(model: ServiceModel, operation: string, input: unknown): string {
  const parameters = new URLSearchParams({ Action: operation, Version: model.apiVersion });
  const add = (prefix: string, value: unknown, reference: Reference | undefined) => {
    const shape = reference === undefined ? undefined : shapeOf(model, reference);
    if (typeof value !== "object" || value === null) {
      parameters.append(prefix, String(value));
    } else if (Array.isArray(value)) {
      const flat = shape?.flattened || (typeof reference === "object" && reference.flattened);
      for (const [index, item] of value.slice(0, 12).entries())
        add(`${prefix}${flat ? "" : ".member"}.${index + 1}`, item, shape?.member);
    } else if (shape?.type === "map") {
      for (const [index, [key, inner]] of Object.entries(value).entries()) {
        const at = `${prefix}${shape.flattened ? "" : ".entry"}.${index + 1}`;
        parameters.append(`${at}.${wireName(shape.key, "key")}`, key);
        add(`${at}.${wireName(shape.value, "value")}`, inner, shape.value);
      }
    } else {
      for (const [name, inner] of Object.entries(value)) {
        const member =
          shape?.members && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
        const list = member === undefined ? undefined : shapeOf(model, member);
        const item = list?.flattened ? wireName(list.member, "") : "";
        const own = item || wireName(member, name);
        add(prefix ? `${prefix}.${own}` : own, inner, member);
      }
    }
  };
  add("", typeof input === "object" ? input : { input }, operationOf(model, operation)?.input);
  return parameters.toString();
}

function rest(model: ServiceModel, operation: string, input: unknown): RawRequest {
  const { http, input: inputShape } = operationOf(model, operation) ?? {};
  const shape = inputShape === undefined ? undefined : shapeOf(model, inputShape);
  let path = http?.path ?? "/";
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const content: [string, unknown][] = [];
  let body: string | undefined;
  const members = typeof input === "object" && input !== null ? Object.entries(input) : [];
  for (const [name, value] of members) {
    const reference =
      shape?.members && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    const { location, locationName = name } = typeof reference === "object" ? reference : {};
    if (name === shape?.payload) body = String(value);
    else if (location === "uri") path = path.replace(`{${locationName}}`, encode8(value));
    else if (location === "querystring") query.append(locationName, String(value));
    else if (location === "header") headers[locationName.toLowerCase()] = printable(value);
    else content.push([name, value]);
  }
  path = path.replace(/\{[^}]+\}/g, "x");
  body ??= content.length > 0 ? JSON.stringify(Object.fromEntries(content)) : undefined;
  if (http?.method === "GET" && content.length === 0) body = undefined;
  return {
    service: model.signingName,
    method: http?.method ?? "POST",
    path: query.size > 0 ? `${path}?${query}` : path,
    headers,
    ...(body !== undefined && { body }),
  };
}

function encode8(value: unknown): string {
  const text = String(value);
  return text === "%zz" || text === "//" ? text : encodeURIComponent(text.toWellFormed());
}

/** What Node.js lets a client put in a header. */
function printable(value: unknown): string {
  return String(value)
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 8000);
}

function wireName(reference: Reference | undefined, otherwise: string): string {
  return (typeof reference === "object" && reference.locationName) || otherwise;
}
