import type { ServiceError } from "../kernel/service-error.ts";
import type { WireAnswer, WireCall } from "./json-rpc.ts";

/** A request of a service whose operations are paths. */
export interface RestRequest {
  method: string;
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

interface RestRoute {
  method: string;
  path: RegExp;
  service: string;
  operation: string;
}

// Path parameters are named groups; their names are the members of the operation's input.
const ROUTES: RestRoute[] = [
  lambda("POST", "/2015-03-31/functions/(?<FunctionName>[^/]+)/invocations", "Invoke"),
  lambda("GET", "/2015-03-31/functions/?", "ListFunctions"),
  lambda("GET", "/2015-03-31/functions/(?<FunctionName>[^/]+)", "GetFunction"),
  lambda(
    "GET",
    "/2015-03-31/functions/(?<FunctionName>[^/]+)/configuration",
    "GetFunctionConfiguration",
  ),
  lambda("GET", "/2015-03-31/functions/(?<FunctionName>[^/]+)/policy", "GetPolicy"),
  lambda("GET", "/2015-03-31/event-source-mappings/?", "ListEventSourceMappings"),
  route("pipes", "GET", "/v1/pipes/?", "ListPipes"),
  route("pipes", "GET", "/v1/pipes/(?<Name>[^/]+)", "DescribePipe"),
  route("pipes", "POST", "/v1/pipes/(?<Name>[^/]+)/start", "StartPipe"),
  route("pipes", "POST", "/v1/pipes/(?<Name>[^/]+)/stop", "StopPipe"),
  route("apigateway", "GET", "/restapis/?", "GetRestApis"),
  route("apigateway", "GET", "/restapis/(?<restApiId>[^/]+)/stages/?", "GetStages"),
  route("apigateway", "GET", "/apikeys/?", "GetApiKeys"),
  route("apigateway", "GET", "/usageplans/?", "GetUsagePlans"),
];

function route(service: string, method: string, path: string, operation: string): RestRoute {
  return { service, method, path: new RegExp(`^${path}$`), operation };
}

function lambda(method: string, path: string, operation: string): RestRoute {
  return route("lambda", method, path, operation);
}

/** Reads a call whose operation is told by method and path; undefined when no operation matches. */
export function readRestCall(request: RestRequest): WireCall | undefined {
  for (const { method, path, service, operation } of ROUTES) {
    if (request.method !== method) continue;
    const match = path.exec(request.url.pathname);
    if (!match) continue;
    const parameters = Object.entries(match.groups ?? {});
    const input: Record<string, unknown> = Object.fromEntries([
      ...request.url.searchParams,
      ...parameters.map(([name, value]) => [name, decodeURIComponent(value)]),
    ]);
    if (operation === "Invoke") {
      input["Payload"] = request.body;
      input["InvocationType"] = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
      input["LogType"] = request.headers["x-amz-log-type"];
      input["ClientContext"] = request.headers["x-amz-client-context"];
    } else if (request.body) {
      Object.assign(input, JSON.parse(request.body));
    }
    return { service, operation, input };
  }
  return undefined;
}

/** Writes an answer; an invocation's payload is the body itself, the rest goes into headers. */
export function writeRestAnswer(call: WireCall, output: unknown): WireAnswer {
  if (call.operation !== "Invoke") {
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(output ?? {}),
    };
  }
  const invocation = output as Record<string, unknown>;
  const headers: Record<string, string> = { "content-type": "application/json" };
  const carried: [string, string][] = [
    ["FunctionError", "x-amz-function-error"],
    ["LogResult", "x-amz-log-result"],
    ["ExecutedVersion", "x-amz-executed-version"],
  ];
  for (const [member, header] of carried) {
    const value = invocation[member];
    if (typeof value === "string") headers[header] = value;
  }
  return {
    status: Number(invocation["StatusCode"]),
    headers,
    body: String(invocation["Payload"] ?? ""),
  };
}

/** Writes an error; SDKs find its code in a header. */
export function writeRestError(error: ServiceError): WireAnswer {
  const { code, message, status, details } = error;
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ ...details, message, Message: message }),
  };
}
