import {
  type OperationModel,
  type Reference,
  type ServiceModel,
  type Shape,
  shapeOf,
} from "../../kernel/models/service-model.ts";
import { WireTypeError } from "../../kernel/models/wire-types.ts";
import { header, type WireCall, type WireProtocol, type WireRequest } from "../wire.ts";
import { parseJson } from "./json.ts";
import { fromText, toText } from "./text-values.ts";

interface Route {
  operation: string;
  method: string;
  path: RegExp;
  /** Query parameters that distinguish operations of the same path: `?List=ALL`. */
  query: string[];
  labels: string[];
  model?: OperationModel;
}

const routes = new WeakMap<ServiceModel, Route[]>();

/** REST with JSON: method and path identify the operation. */
export const restJsonProtocol: WireProtocol = {
  answer(by, { model: operation }, output) {
    const { model } = by;
    const content = { ...(output as object) } as Record<string, unknown>;
    const headers: Record<string, string> = { "content-type": "application/json" };
    const shape = model && operation?.output ? shapeOf(model, operation.output) : undefined;
    let status = operation?.http?.status ?? 200;
    for (const [name, reference] of Object.entries(shape?.members ?? {})) {
      const { location, locationName = name } = typeof reference === "object" ? reference : {};
      const value = content[name];
      if (location === undefined) {
        if (locationName === name || value === undefined) continue;
        content[locationName] = value;
      } else if (value === undefined || value === null) continue;
      else if (location === "statusCode") status = Number(value);
      else if (model) headers[locationName.toLowerCase()] = toText(model, reference, value);
      delete content[name];
    }
    const payload = shape?.payload;
    const body = payload ? asPayload(content[payload]) : JSON.stringify(content);
    return { status, headers, body };
  },
  error(_by, error) {
    const { code, message, status, details } = error;
    return {
      status,
      headers: { "content-type": "application/json", "x-amzn-errortype": code },
      body: JSON.stringify({ ...details, message, Message: message }),
    };
  },
};

/** Reads a call that method and path identify; undefined when the service has no operation there. */
export function readRestCall(model: ServiceModel, request: WireRequest): WireCall | undefined {
  for (const route of routesOf(model)) {
    if (route.method !== request.method) continue;
    if (!route.query.every((name) => request.query.has(name))) continue;
    const match = route.path.exec(request.path);
    if (!match) continue;
    const { operation, model: operationModel, labels } = route;
    const parameters = Object.fromEntries(
      labels.map((label, index) => [label, match[index + 1] ?? ""]),
    );
    const input = () => {
      if (!operationModel?.input) return {};
      return readInput(model, shapeOf(model, operationModel.input), request, parameters);
    };
    return { operation, model: operationModel, input };
  }
  return undefined;
}

function readInput(
  model: ServiceModel,
  shape: Shape,
  request: WireRequest,
  labels: Record<string, string>,
): unknown {
  const { payload, members = {} } = shape;
  const read: Record<string, unknown> = {};
  const located: Record<string, unknown> = {};
  const inBody = Object.values(members).some((reference) => !locationOf(reference));
  const body = payload || !inBody ? {} : parseJson(request.body);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new WireTypeError("the body is not a JSON object");
  const sent = body as Record<string, unknown>;
  for (const [name, reference] of Object.entries(members)) {
    const { location, locationName = name } = typeof reference === "object" ? reference : {};
    if (name === payload) {
      if (request.body.length > 0) read[name] = request.body.toString("utf8");
    } else if (location === undefined) {
      if (Object.hasOwn(sent, locationName)) read[name] = sent[locationName];
    } else {
      const value = readLocated(model, reference, location, locationName, request, labels);
      if (value !== undefined) located[name] = value;
    }
  }
  return { ...read, ...located };
}

function readLocated(
  model: ServiceModel,
  reference: Reference,
  location: string,
  name: string,
  { query, headers }: WireRequest,
  labels: Record<string, string>,
): unknown {
  const text = (value: string | null | undefined) =>
    value === null || value === undefined ? undefined : fromText(model, reference, value);
  if (location === "uri") return text(decodeLabel(labels[name] ?? ""));
  if (location === "header") return text(header({ headers }, name.toLowerCase()));
  if (location !== "querystring") return undefined;
  const shape = shapeOf(model, reference);
  if (shape.type !== "list") return text(query.get(name));
  const values = query.getAll(name);
  return values.length > 0
    ? values.map((value) => fromText(model, shape.member ?? "", value))
    : undefined;
}

function decodeLabel(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    throw new WireTypeError(`${label} in the path is not percent-encoded text`);
  }
}

function locationOf(reference: Reference): string | undefined {
  return typeof reference === "object" ? reference.location : undefined;
}

function asPayload(payload: unknown): string {
  if (payload === undefined || payload === null) return "";
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}

function routesOf(model: ServiceModel): Route[] {
  let list = routes.get(model);
  if (!list) {
    const served = Object.entries(model.operations).map(([operation, one]) =>
      route(operation, one.http?.method ?? "", one.http?.path ?? "", one),
    );
    const others = Object.entries(model.notServed).map(([operation, address]) => {
      const [method = "", path = ""] = String(address).split(" ");
      return route(operation, method, path);
    });
    // An operation identified by query parameters comes before the one of the path alone.
    list = [...served, ...others].sort((a, b) => b.query.length - a.query.length);
    routes.set(model, list);
  }
  return list;
}

function route(operation: string, method: string, address: string, model?: OperationModel): Route {
  const labels: string[] = [];
  const [path = "", constants] = address.split("?");
  const query = constants ? constants.split("&").map((one) => one.split("=")[0] ?? "") : [];
  const source = path
    .replace(/\/$/, "")
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("{")) return part.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
      labels.push(part.replace(/[{}+]/g, ""));
      return part.endsWith("+}") ? "(.+)" : "([^/]+)";
    })
    .join("");
  return {
    operation,
    method,
    path: new RegExp(`^${source}/?$`),
    query,
    labels,
    ...(model && { model }),
  };
}
