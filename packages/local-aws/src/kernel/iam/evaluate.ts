import { conditionHolds, type RequestContext, substitute } from "./conditions.ts";
import { like } from "./pattern.ts";
import { many, type PolicyDocument, type Statement } from "./policy-document.ts";

/** The caller, as policies name it. */
export type Principal =
  | { kind: "role"; roleArn: string; sessionArn: string; account: string }
  | { kind: "service"; principal: string };

/** One question to the policies. */
export interface AccessRequest {
  principal: Principal;
  action: string;
  resource: string;
  context: RequestContext;
}

/** One allow or deny that applies. */
export interface Match {
  effect: "Allow" | "Deny";
  /** The action and resource patterns that matched; the resource is absent in resource policies without one. */
  action: string;
  resource: string;
  /** The statement names the principal itself, not only its account. */
  direct: boolean;
}

/** Every statement of a policy that applies to the request. */
export function matchesIn(
  policy: PolicyDocument,
  request: AccessRequest,
  kind: "identity" | "resource",
): Match[] {
  const found: Match[] = [];
  for (const statement of many(policy.Statement)) {
    const who = kind === "identity" ? "direct" : principalIn(statement, request.principal);
    if (who === "no") continue;
    const action = patternFor(statement.Action, statement.NotAction, (pattern) =>
      like(pattern, request.action, true),
    );
    if (action === undefined) continue;
    // Only the newer version of the language fills in variables.
    const fill =
      policy.Version === "2012-10-17"
        ? (text: string) => substitute(text, request.context)
        : (text: string) => text;
    const resource = resourceFor(statement, request, kind, fill);
    if (resource === undefined || !conditionsHold(statement, request.context, fill)) continue;
    found.push({ effect: statement.Effect, action, resource, direct: who === "direct" });
  }
  return found;
}

/** The pattern that matches the value; undefined when none does. */
function patternFor(
  positive: string | string[] | undefined,
  negative: string | string[] | undefined,
  fits: (pattern: string) => boolean,
): string | undefined {
  if (positive !== undefined) return many(positive).find(fits);
  return many(negative).some(fits) ? undefined : "*";
}

function resourceFor(
  statement: Statement,
  request: AccessRequest,
  kind: "identity" | "resource",
  fill: (text: string) => string,
): string | undefined {
  const { Resource, NotResource } = statement;
  if (kind === "resource" && Resource === undefined && NotResource === undefined) return "*";
  // Unlike the Arn conditions, a * at the end of a part may run across colons here.
  return patternFor(Resource, NotResource, (pattern) => like(fill(pattern), request.resource));
}

function conditionsHold(
  statement: Statement,
  context: RequestContext,
  fill: (text: string) => string,
): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      conditionHolds(operator, key, many(values).map(String).map(fill), context),
    ),
  );
}

function principalIn(statement: Statement, principal: Principal): "direct" | "account" | "no" {
  const { Principal: named, NotPrincipal: excluded } = statement;
  if (named !== undefined) return principalMatches(named, principal);
  if (excluded === undefined) return "no";
  return principalMatches(excluded, principal) === "no" ? "direct" : "no";
}

function principalMatches(
  named: NonNullable<Statement["Principal"]>,
  principal: Principal,
): "direct" | "account" | "no" {
  if (named === "*") return "direct";
  let found: "account" | "no" = "no";
  for (const [type, values] of Object.entries(named)) {
    for (const value of many(values)) {
      if (type === "Service" && principal.kind === "service" && principal.principal === value) {
        return "direct";
      }
      if (type !== "AWS") continue;
      if (value === "*") return "direct";
      if (principal.kind !== "role") continue;
      if (value === principal.roleArn || value === principal.sessionArn) return "direct";
      if (value === principal.account || value === `arn:aws:iam::${principal.account}:root`) {
        found = "account";
      }
    }
  }
  return found;
}
