import { fault, queryCode, queryMessage } from "../../kernel/models/error-names.ts";
import {
  operationOf,
  type Reference,
  type ServiceModel,
  type Shape,
  shapeOf,
} from "../../kernel/models/service-model.ts";
import type { WireCall, WireProtocol, WireRequest } from "../wire.ts";
import { fromText, toText } from "./text-values.ts";

/** A form's names, taken apart at their dots. */
interface Field {
  value?: string;
  inner: Map<string, Field>;
}

/** AWS query: the operation is `Action`, the input a form, the response XML. */
export const queryProtocol: WireProtocol = {
  answer(by, call, output, requestId) {
    const { model } = by;
    const { operation } = call;
    const shape = call.model?.output;
    const wrapper = call.model?.resultWrapper ?? `${operation}Result`;
    const result = model && shape ? writeStructure(model, shapeOf(model, shape), output ?? {}) : "";
    const body =
      `<?xml version="1.0"?><${operation}Response xmlns="${model?.xmlNamespace ?? ""}">` +
      (shape ? `<${wrapper}>${result}</${wrapper}>` : "") +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
    return { status: 200, headers: { "content-type": "text/xml" }, body };
  },
  error(by, error, requestId) {
    const body =
      `<?xml version="1.0"?><ErrorResponse xmlns="${by.model?.xmlNamespace ?? ""}"><Error>` +
      `<Type>${fault(error)}</Type><Code>${escapeXml(queryCode(by, error))}</Code>` +
      `<Message>${escapeXml(queryMessage(error))}</Message>${by.service === "sqs" ? "<Detail/>" : ""}</Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status: error.status, headers: { "content-type": "text/xml" }, body };
  },
};

/** The parameters of a call: those of the address, and those of a form in the body. */
export function queryParameters({ query, headers, body }: WireRequest): URLSearchParams {
  const type = String(headers["content-type"] ?? "");
  if (body.length === 0 || (type && !type.startsWith("application/x-www-form-urlencoded")))
    return query;
  return new URLSearchParams([...query, ...new URLSearchParams(body.toString("utf8"))]);
}

/** Reads a call of the query protocol; `path` may name the queue of an SQS call. */
export function readQueryCall(
  model: ServiceModel | undefined,
  parameters: URLSearchParams,
  queueUrl: string | undefined,
): WireCall {
  const operation = parameters.get("Action") ?? "";
  const operationModel = model && operationOf(model, operation);
  const input = () => {
    if (!model || !operationModel?.input) return {};
    const shape = shapeOf(model, operationModel.input);
    const read = readStructure(model, shape, takeApart(parameters));
    const takesQueue = shape.members && Object.hasOwn(shape.members, "QueueUrl");
    return takesQueue && queueUrl ? { QueueUrl: queueUrl, ...read } : read;
  };
  return { operation, model: operationModel, input };
}

function takeApart(parameters: URLSearchParams): Field {
  const root: Field = { inner: new Map() };
  for (const [name, value] of parameters) {
    let at = root;
    for (const part of name.split(".")) {
      let next = at.inner.get(part);
      if (!next) {
        next = { inner: new Map() };
        at.inner.set(part, next);
      }
      at = next;
    }
    at.value ??= value;
  }
  return root;
}

function readStructure(model: ServiceModel, shape: Shape, field: Field): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, reference] of Object.entries(shape.members ?? {})) {
    const inner = memberNames(model, name, reference)
      .map((wireName) => field.inner.get(wireName))
      .find((found) => found !== undefined);
    if (inner) read[name] = readField(model, reference, inner);
  }
  return read;
}

function readField(model: ServiceModel, reference: Reference, field: Field): unknown {
  const shape = shapeOf(model, reference);
  switch (shape.type) {
    case "structure":
      return readStructure(model, shape, field);
    case "list": {
      const items = isFlat(reference, shape) ? field : field.inner.get(itemName(shape) ?? "member");
      // `Dimensions=` is an empty list; any other string where a list is expected is refused as a value of the wrong type.
      if (!items || items.inner.size === 0) return field.value ? field.value : [];
      return inOrder(items).map((item) => readField(model, shape.member ?? "", item));
    }
    case "map": {
      const pairs = isFlat(reference, shape) ? field : field.inner.get("entry");
      if (!pairs) return field.value ? field.value : {};
      const entries = inOrder(pairs).map((pair): [string, unknown] => {
        const key = pair.inner.get(nameIn(shape.key) ?? "key")?.value ?? "";
        const value = pair.inner.get(nameIn(shape.value) ?? "value");
        return [key, value && readField(model, shape.value ?? "", value)];
      });
      return Object.fromEntries(entries);
    }
    default:
      return fromText(model, reference, field.value ?? "");
  }
}

function inOrder({ inner }: Field): Field[] {
  return [...inner]
    .filter(([index]) => /^\d+$/.test(index))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, field]) => field);
}

/** What a member is called in a form: a flat list goes by the name of its items. */
function memberNames(model: ServiceModel, name: string, reference: Reference): string[] {
  const shape = shapeOf(model, reference);
  const own = nameIn(reference) ?? name;
  const item = shape.type === "list" && isFlat(reference, shape) ? itemName(shape) : undefined;
  return [item, own, name].filter((wireName) => wireName !== undefined);
}

function isFlat(reference: Reference, shape: Shape): boolean {
  return (
    shape.flattened === true || (typeof reference !== "string" && reference.flattened === true)
  );
}

function itemName(shape: Shape): string | undefined {
  return nameIn(shape.member);
}

function nameIn(reference: Reference | undefined): string | undefined {
  return typeof reference === "object" ? reference.locationName : undefined;
}

function writeStructure(model: ServiceModel, shape: Shape, value: object): string {
  const given = value as Record<string, unknown>;
  return Object.entries(shape.members ?? {})
    .filter(([name]) => given[name] !== undefined && given[name] !== null)
    .map(([name, reference]) => writeMember(model, name, reference, given[name]))
    .join("");
}

function writeMember(
  model: ServiceModel,
  name: string,
  reference: Reference,
  value: unknown,
): string {
  const shape = shapeOf(model, reference);
  const own = nameIn(reference) ?? name;
  const item = shape.type === "map" ? "entry" : (itemName(shape) ?? "member");
  const parts = writeParts(model, shape, value);
  if (!parts) return element(own, writeValue(model, reference, value));
  if (!isFlat(reference, shape))
    return element(own, parts.map((part) => element(item, part)).join(""));
  const flat = shape.type === "map" ? own : (itemName(shape) ?? own);
  return parts.map((part) => element(flat, part)).join("");
}

/** The items of a list or the pairs of a map; undefined for anything else. */
function writeParts(model: ServiceModel, shape: Shape, value: unknown): string[] | undefined {
  if (shape.type === "list") {
    return (value as unknown[]).map((item) => writeValue(model, shape.member ?? "", item));
  }
  if (shape.type !== "map") return undefined;
  return Object.entries(value as object).map(
    ([key, inner]) =>
      element(nameIn(shape.key) ?? "key", escapeXml(key)) +
      element(nameIn(shape.value) ?? "value", writeValue(model, shape.value ?? "", inner)),
  );
}

function writeValue(model: ServiceModel, reference: Reference, value: unknown): string {
  const shape = shapeOf(model, reference);
  if (shape.type === "structure") return writeStructure(model, shape, value as object);
  const parts = writeParts(model, shape, value);
  if (parts) return parts.map((part) => element(itemName(shape) ?? "member", part)).join("");
  return escapeXml(toText(model, reference, value));
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** Text for XML; characters that XML 1.0 has no way to write are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[<>&"'\r]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
}
