import { readVariable } from "../../gateway/read-variable.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { MethodParameter } from "./api-definition.ts";
import { readJsonPath } from "./json-path.ts";

/** Where the values of mapping expressions come from. */
export interface ExpressionScope {
  /** `$context`. */
  context: Readonly<Record<string, unknown>>;
  stageVariables: Readonly<Record<string, string>>;
  /** A request parameter, the last value if it was sent more than once. */
  parameter(place: MethodParameter["place"], name: string): string | undefined;
  requestBody(): string;
  /** The backend's response; only response mappings have one. */
  response?: { header(name: string): string | undefined; body: string };
}

const EXPRESSION =
  /^(?:'([^']*)'|(method\.request)\.(path|querystring|header)\.(.+)|(method\.request|integration\.response)\.body(?:\.(.+))?|(integration\.response)\.header\.(.+)|(context|stageVariables)\.([\w.-]+))$/;

/** Why AWS would refuse the expression, or undefined; `roots` are the sources that it may name beside literals. */
export function checkExpression(expression: string, roots: readonly string[]): string | undefined {
  const match = EXPRESSION.exec(expression);
  const root = match?.[2] ?? match?.[5] ?? match?.[7] ?? match?.[9];
  if (match && (root === undefined || roots.includes(root))) return undefined;
  const sources = roots.map((name) => `${name}.…`).join(", ");
  return `${expression} is not a mapping expression; write a 'literal' in single quotes, or ${sources}`;
}

/** The request parameter that the expression names, e.g. `header` and `x-id`. */
export function namedParameter(
  expression: string,
): Pick<MethodParameter, "place" | "name"> | undefined {
  const match = EXPRESSION.exec(expression);
  if (!match?.[2]) return undefined;
  return { place: match[3] as MethodParameter["place"], name: match[4] ?? "" };
}

/** The value of an expression that {@link checkExpression} passed; undefined where its source has none. */
export function evaluateExpression(expression: string, scope: ExpressionScope): string | undefined {
  const match = EXPRESSION.exec(expression);
  if (!match) return undefined;
  const [, literal, , place, parameter, bodyOwner, bodyPath, , header, root, path] = match;
  if (literal !== undefined) return literal;
  if (parameter) return scope.parameter(place as MethodParameter["place"], parameter);
  if (header) return scope.response?.header(header);
  if (root) return asText(readVariable({ ...scope }, `${root}.${path}`));
  const body = bodyOwner === "method.request" ? scope.requestBody() : scope.response?.body;
  return bodyPath === undefined ? body : fromBody(body ?? "", bodyPath);
}

function fromBody(body: string, path: string): string | undefined {
  try {
    return asText(readJsonPath(parseJson(body), `$.${path}`));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
