import type { GatewayError } from "../../gateway/gateway-error.ts";
import { readVariable } from "../../gateway/read-variable.ts";
import type { GatewayResponse } from "./api-definition.ts";
import type { Exchange, GatewayAnswer } from "./exchange.ts";
import { evaluateExpression } from "./mapping-expression.ts";

const DEFAULT_TEMPLATES = { "application/json": '{"message":$context.error.messageString}' };
// Not VTL: AWS substitutes variables and knows nothing else here.
const VARIABLE =
  /\$(?:(context|stageVariables)\.(\w+(?:[.-]\w+)*)|method\.request\.(path|querystring|header)\.([\w-]+))/g;

/**
 * What the API returns when the gateway refuses or fails: its response for the type, else its `DEFAULT_4XX` or
 * `DEFAULT_5XX`, else AWS's own.
 */
export function answerGatewayError(
  error: GatewayError,
  exchange: Exchange,
  declared: Readonly<Record<string, GatewayResponse>>,
): GatewayAnswer {
  exchange.fail(error);
  const fallback = error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  // API Gateway does not allow this one to be customised, not even by its defaults.
  const isFixed = error.type === "REQUEST_TOO_LARGE";
  const response = isFixed ? undefined : (declared[error.type] ?? declared[fallback]);
  const templates =
    response && Object.keys(response.templates).length > 0 ? response.templates : DEFAULT_TEMPLATES;
  const [contentType, template] = chooseTemplate(templates, exchange);

  const headers = new Map([
    ["content-type", ["Content-Type", contentType]],
    ["x-amzn-errortype", ["x-amzn-ErrorType", error.errorType]],
  ]);
  for (const [name, expression] of Object.entries(response?.headers ?? {})) {
    const value = evaluateExpression(expression, exchange);
    if (value !== undefined) headers.set(name.toLowerCase(), [name, value]);
  }
  return {
    status: response?.status ?? error.status,
    headers: [...headers.values()].map(([name = "", value = ""]) => [name, value]),
    body: substitute(template, exchange),
  };
}

function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  exchange: Exchange,
): [contentType: string, template: string] {
  const accept = exchange.request.headers.last("accept") ?? "";
  const entries = Object.entries(templates);
  return (
    entries.find(([type]) => type === accept) ??
    entries.find(([type]) => type === "application/json") ??
    entries[0] ?? ["application/json", ""]
  );
}

function substitute(template: string, exchange: Exchange): string {
  const scope = { context: exchange.context, stageVariables: exchange.stageVariables };
  return template.replace(VARIABLE, (_all, root, path, place, name) => {
    const value = root ? readVariable(scope, `${root}.${path}`) : exchange.parameter(place, name);
    return value === undefined || value === null ? "" : String(value);
  });
}
