import { GatewayError } from "../../gateway/gateway-error.ts";
import type { IntegrationResponse } from "./api-definition.ts";
import type { Exchange, GatewayAnswer } from "./exchange.ts";
import type { IntegrationTemplates } from "./integration-request.ts";
import { evaluateExpression } from "./mapping-expression.ts";

/** What the backend of an integration answered. */
export interface BackendAnswer {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * The method's response: the first integration response whose pattern matches the backend's status, else the default one.
 *
 * @throws GatewayError `API_CONFIGURATION_ERROR` when none fits.
 */
export async function mapIntegrationResponse(
  backend: BackendAnswer,
  responses: readonly IntegrationResponse[],
  templates: IntegrationTemplates,
  exchange: Exchange,
): Promise<GatewayAnswer> {
  const response = selectResponse(responses, String(backend.status));
  if (!response) {
    throw new GatewayError("API_CONFIGURATION_ERROR", {
      reason: `no integration response fits the status ${backend.status}, and there is no default`,
    });
  }
  const headers = new Map<string, [string, string]>();
  const put = (name: string, value: string) => headers.set(name.toLowerCase(), [name, value]);
  const [contentType, template] = chooseTemplate(response.templates, exchange);
  put("Content-Type", contentType);
  for (const [target, expression] of Object.entries(response.parameters)) {
    const value = evaluateExpression(expression, {
      context: exchange.context,
      stageVariables: exchange.stageVariables,
      parameter: (place, name) => exchange.parameter(place, name),
      requestBody: () => exchange.requestBody(),
      response: { header: (name) => backend.headers[name.toLowerCase()], body: backend.body },
    });
    if (value !== undefined) put(target.replace("method.response.header.", ""), value);
  }
  let { status } = response;
  let body = backend.body;
  if (template !== undefined) {
    body = (await templates.render(template, exchange, backend.body)).text;
  }
  // The template of the request may have set them, too.
  const override = exchange.overrides.responseOverride;
  status = overriddenStatus(override.status) ?? status;
  for (const [name, value] of Object.entries(override.header)) put(name, String(value));
  return { status, headers: [...headers.values()], body };
}

function selectResponse(
  responses: readonly IntegrationResponse[],
  status: string,
): IntegrationResponse | undefined {
  return (
    responses.find(({ pattern }) => pattern?.fits(status)) ??
    responses.find(({ pattern }) => pattern === undefined)
  );
}

function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  exchange: Exchange,
): [contentType: string, template: string | undefined] {
  const accept = exchange.request.headers.last("accept") ?? "";
  const entries = Object.entries(templates);
  return (
    entries.find(([type]) => type === accept) ??
    entries.find(([type]) => type === "application/json") ??
    entries[0] ?? ["application/json", undefined]
  );
}

/** AWS ignores an override that is not a status. */
function overriddenStatus(value: unknown): number | undefined {
  const status = typeof value === "string" ? Number(value) : value;
  const valid = typeof status === "number" && Number.isInteger(status);
  return valid && status >= 200 && status <= 599 ? status : undefined;
}
