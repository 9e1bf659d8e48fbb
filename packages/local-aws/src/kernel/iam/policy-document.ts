import { OPERATORS } from "./conditions.ts";

/** One statement of a policy. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  NotPrincipal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<
    string,
    Record<string, string | boolean | number | (string | boolean | number)[]>
  >;
}

/** An IAM policy, as JSON has it. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement | Statement[];
}

/** A value that may be one or many, as many. */
export function many<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * Reads a policy and checks it as IAM does when it is stored.
 *
 * @throws Error naming the policy and what is wrong with it.
 */
export function readPolicy(
  owner: string,
  document: string | PolicyDocument,
  kind: "identity" | "resource" | "trust",
): PolicyDocument {
  const fail = (why: string): never => {
    throw new Error(`${owner}: MalformedPolicyDocument: ${why}`);
  };
  let policy: PolicyDocument;
  try {
    policy = typeof document === "string" ? JSON.parse(document) : document;
  } catch {
    return fail("the policy is not JSON");
  }
  if (policy.Version !== "2012-10-17") fail(`Version must be "2012-10-17"`);
  if (many(policy.Statement).length === 0) fail("there is no statement");
  for (const statement of many(policy.Statement)) {
    const why = mistakeIn(statement, kind);
    if (why) fail(`${why}, in ${JSON.stringify(statement)}`);
  }
  return policy;
}

function mistakeIn(
  statement: Statement,
  kind: "identity" | "resource" | "trust",
): string | undefined {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") return "Effect must be Allow or Deny";
  const actions = [...many(Action), ...many(NotAction)];
  if (actions.length === 0) return "there is no action";
  const strange = actions.find((action) => action !== "*" && !/^[a-z0-9-]+:[\w*?]+$/i.test(action));
  if (strange) return `action ${strange} is not service:Name`;
  const resources = [...many(Resource), ...many(NotResource)];
  if (kind === "identity" && resources.length === 0) return "there is no resource";
  const odd = resources.find((resource) => resource !== "*" && !resource.startsWith("arn:"));
  if (odd !== undefined) return `resource ${odd} is neither an ARN nor *`;
  const named = Principal !== undefined || NotPrincipal !== undefined;
  if (kind === "identity" && named) return "a role's policy names no principal";
  if (kind !== "identity" && !named) return "there is no principal";
  const operator = Object.keys(statement.Condition ?? {}).find((name) => !isOperator(name));
  return operator && `condition operator ${operator} does not exist`;
}

function isOperator(name: string): boolean {
  const bare = name.replace(/^For(AllValues|AnyValue):/, "");
  return bare === "Null" || OPERATORS.has(bare.replace(/IfExists$/, ""));
}
