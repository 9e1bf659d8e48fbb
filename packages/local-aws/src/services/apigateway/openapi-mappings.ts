import { LinearPattern } from "../../kernel/linear-pattern.ts";
import type { IntegrationResponse, MethodParameter } from "./api-definition.ts";
import type { Document, Json } from "./document.ts";
import { checkExpression, namedParameter } from "./mapping-expression.ts";

/** What an integration's mappings may refer to. */
export interface Operation {
  /** Method and path, for complaints. */
  where: string;
  operation: Json;
  parameters: readonly MethodParameter[];
}

/** Refuses what turns text into bytes. */
export function refuseConversion(document: Document, source: Json, where: string): void {
  const { contentHandling = "CONVERT_TO_TEXT" } = source;
  if (contentHandling !== "CONVERT_TO_TEXT") {
    document.fail(
      where,
      `contentHandling ${contentHandling} is not supported by the local runtime`,
    );
  }
}

/** Reads how one outcome of an integration becomes the method's response. */
export function readIntegrationResponse(
  document: Document,
  pattern: string,
  value: unknown,
  { operation, where: method }: Operation,
  where: string,
): IntegrationResponse {
  const source = document.object(value, where);
  document.onlyKeys(
    source,
    ["statusCode", "responseParameters", "responseTemplates", "contentHandling"],
    where,
  );
  refuseConversion(document, source, where);
  const status = String(source["statusCode"]);
  const declared = document.object(operation["responses"], `${method}: responses`);
  if (!Object.hasOwn(declared, status)) {
    document.fail(
      where,
      `statusCode ${status} is not among the method's responses; declare it there`,
    );
  }
  const headers = Object.keys(
    document.object(document.resolve(declared[status], method)["headers"], `${method}: headers`),
  ).map((name) => name.toLowerCase());
  const parameters = document.strings(source["responseParameters"], `${where}.responseParameters`);
  for (const [target, expression] of Object.entries(parameters)) {
    const header = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
    if (!header || !headers.includes(header.toLowerCase())) {
      document.fail(
        `${where}.responseParameters`,
        `invalid mapping expression parameter: ${target}; declare the header in the method's ${status} response`,
      );
    }
    const problem = checkExpression(expression, [
      "integration.response",
      "context",
      "stageVariables",
    ]);
    if (problem) document.fail(`${where}.responseParameters.${target}`, problem);
  }
  return {
    pattern: readPattern(document, pattern, where),
    status: Number(status),
    parameters,
    templates: byLowerCase(document.strings(source["responseTemplates"], where)),
  };
}

function readPattern(
  document: Document,
  pattern: string,
  where: string,
): LinearPattern | undefined {
  if (pattern === "default" || pattern === "") return undefined;
  try {
    return new LinearPattern(pattern);
  } catch (error) {
    return document.fail(where, (error as Error).message);
  }
}

/** Reads which parts of the method's request the integration's request gets. */
export function readRequestParameters(
  document: Document,
  source: Json,
  { parameters, where: method }: Operation,
  where: string,
): Record<string, string> {
  const mappings = document.strings(source["requestParameters"], `${where}.requestParameters`);
  for (const [target, expression] of Object.entries(mappings)) {
    const place = `${where}.requestParameters.${target}`;
    if (!/^integration\.request\.(header|querystring)\.[\w!#$%&'*+.^`|~-]+$/.test(target)) {
      document.fail(
        place,
        "must be integration.request.header.NAME or integration.request.querystring.NAME",
      );
    }
    const problem = checkExpression(expression, ["method.request", "context", "stageVariables"]);
    if (problem) document.fail(place, problem);
    const wanted = namedParameter(expression);
    if (!wanted) continue;
    const declared = parameters.some(
      ({ place: at, name }) => at === wanted.place && name === wanted.name,
    );
    if (!declared) {
      document.fail(
        place,
        `invalid mapping expression parameter: ${expression}; declare it in the parameters of ${method}`,
      );
    }
  }
  return mappings;
}

/** Templates by content type, regardless of its case. */
export function byLowerCase(templates: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([type, template]) => [type.toLowerCase(), template]),
  );
}
