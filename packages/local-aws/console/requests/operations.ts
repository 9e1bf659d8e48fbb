/** One operation of an API, ready to be asked for in a form. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: Parameter[];
  /** An example of the body; undefined where there is none. */
  body?: string;
}

/** Something that goes into the path, the query or a header. */
export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description: string;
  example: string;
}

type Json = Record<string, unknown>;

const METHODS = ["get", "put", "post", "delete", "patch"];

/** The operations of an OpenAPI document. */
export function operationsOf(document: unknown): Operation[] {
  const { paths = {} } = document as { paths?: Record<string, Json> };
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): Operation[] => {
      const operation = item[method] as Json | undefined;
      if (!operation) return [];
      const declared = [...list(item["parameters"]), ...list(operation["parameters"])];
      const body = bodyOf(document, operation["requestBody"]);
      return [
        {
          id: String(operation["operationId"] ?? `${method} ${path}`),
          method: method.toUpperCase(),
          path,
          summary: String(operation["summary"] ?? ""),
          description: String(operation["description"] ?? ""),
          parameters: declared.map((one) => parameterOf(resolve(document, one))),
          ...(body !== undefined && { body }),
        },
      ];
    }),
  );
}

function parameterOf(parameter: Json): Parameter {
  const schema = (parameter["schema"] ?? {}) as Json;
  const examples = Object.values((parameter["examples"] ?? {}) as Json) as Json[];
  const example =
    parameter["example"] ??
    examples[0]?.["value"] ??
    schema["example"] ??
    schema["default"] ??
    list(schema["examples"])[0];
  return {
    name: String(parameter["name"]),
    in: parameter["in"] as Parameter["in"],
    required: parameter["required"] === true,
    description: String(parameter["description"] ?? ""),
    example: example === undefined ? "" : String(example),
  };
}

function bodyOf(document: unknown, body: unknown): string | undefined {
  if (!body) return undefined;
  const { content } = resolve(document, body) as { content?: Record<string, Json> };
  const json = content?.["application/json"];
  if (!json) return undefined;
  const examples = Object.values((json["examples"] ?? {}) as Json) as Json[];
  const example = json["example"] ?? examples[0]?.["value"];
  const schema = resolve(document, json["schema"] ?? {});
  return JSON.stringify(
    example ?? schema["example"] ?? list(schema["examples"])[0] ?? {},
    undefined,
    2,
  );
}

/** What a `$ref` within the document stands for. */
function resolve(document: unknown, value: unknown): Json {
  const reference = (value as Json)["$ref"];
  if (typeof reference !== "string") return value as Json;
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((found, name) => (found as Json | undefined)?.[name], document) as Json;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

/** What a form holds. */
export interface Filled {
  values: Record<string, string>;
  body: string;
}

/** A request as it goes out. */
export interface ReadyRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The request that a filled form stands for. */
export function requestOf(
  { method, path, parameters, body }: Operation,
  filled: Filled,
  key: string | undefined,
): ReadyRequest {
  const value = ({ name }: Parameter) => filled.values[name] ?? "";
  const placed = path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(filled.values[name] ?? ""),
  );
  const query = new URLSearchParams(
    parameters
      .filter((one) => one.in === "query" && value(one))
      .map((one): [string, string] => [one.name, value(one)]),
  ).toString();
  const headers = Object.fromEntries(
    parameters
      .filter((one) => one.in === "header" && value(one))
      .map((one) => [one.name, value(one)]),
  );
  return {
    method,
    path: `${placed}${query ? `?${query}` : ""}`,
    headers: {
      ...(key && { "x-api-key": key }),
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    body: body === undefined ? "" : filled.body,
  };
}

/** The `curl` that sends a request, to be pasted into a shell. */
export function curlOf(url: string, { method, path, headers, body }: ReadyRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [
    `curl -i -X ${method} ${quote(`${url}${path}`)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body ? [`-d ${quote(body)}`] : []),
  ];
  return parts.join(" \\\n  ");
}
