import { parseJson } from "../nesting.ts";
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

/** A policy that IAM would not store. */
export class MalformedPolicyError extends Error {
  override readonly name = "MalformedPolicyError";
}

/** The language's two versions; a policy that names none is of the older one, which has no variables. */
export const POLICY_VERSIONS = ["2008-10-17", "2012-10-17"];

/**
 * Reads a policy and checks it as IAM does when it is stored.
 *
 * @throws MalformedPolicyError naming the policy and what is wrong with it.
 */
export function readPolicy(
  owner: string,
  document: string | PolicyDocument,
  kind: "identity" | "resource" | "trust",
): PolicyDocument {
  const fail = (why: string): never => {
    throw new MalformedPolicyError(`${owner}: MalformedPolicyDocument: ${why}`);
  };
  let policy: unknown;
  try {
    policy = typeof document === "string" ? parseJson(document) : document;
  } catch {
    return fail("the policy is not JSON");
  }
  if (!isRecord(policy)) return fail("the policy is not a JSON object");
  const { Version = POLICY_VERSIONS[0], Statement } = policy;
  if (typeof Version !== "string" || !POLICY_VERSIONS.includes(Version))
    fail(`Version must be "2012-10-17" or "2008-10-17"`);
  const statements = many(Statement);
  if (statements.length === 0) fail("there is no statement");
  for (const statement of statements) {
    const why = isRecord(statement)
      ? mistakeIn(statement, kind)
      : "a statement is not a JSON object";
    if (why) fail(`${why}, in ${JSON.stringify(statement)}`);
  }
  return policy as unknown as PolicyDocument;
}

function mistakeIn(
  statement: Record<string, unknown>,
  kind: "identity" | "resource" | "trust",
): string | undefined {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") return "Effect must be Allow or Deny";
  const actions = [...many(Action), ...many(NotAction)];
  if (actions.length === 0) return "there is no action";
  const strange = actions.find(
    (action) =>
      typeof action !== "string" || (action !== "*" && !/^[a-z0-9-]+:[\w*?]+$/i.test(action)),
  );
  if (strange !== undefined) return `action ${strange} is not service:Name`;
  const resources = [...many(Resource), ...many(NotResource)];
  if (kind === "identity" && resources.length === 0) return "there is no resource";
  // What a resource's own policy names is not looked at: SQS stores any text there.
  const odd = resources.find(
    (resource) =>
      typeof resource !== "string" ||
      (kind !== "resource" && resource !== "*" && !resource.startsWith("arn:")),
  );
  if (odd !== undefined) return `resource ${odd} is neither an ARN nor *`;
  const named = Principal !== undefined || NotPrincipal !== undefined;
  if (kind === "identity" && named) return "a role's policy names no principal";
  if (kind !== "identity" && !named) return "there is no principal";
  if (![Principal, NotPrincipal].every(isPrincipal)) return "a principal must be a string";
  return mistakeInConditions(statement["Condition"] ?? {});
}

function isPrincipal(value: unknown): boolean {
  if (value === undefined || value === "*") return true;
  return (
    isRecord(value) &&
    Object.values(value)
      .flatMap((one) => many(one))
      .every(isText)
  );
}

function mistakeInConditions(conditions: unknown): string | undefined {
  if (!isRecord(conditions)) return "Condition is not a JSON object";
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!isOperator(operator)) return `condition operator ${operator} does not exist`;
    const values = isRecord(keys) ? Object.values(keys).flatMap((one) => many(one)) : [null];
    const odd = values.some((value) => typeof value === "object" || value === undefined);
    if (odd) return `condition operator ${operator} has no keys with values`;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isOperator(name: string): boolean {
  const bare = name.replace(/^For(AllValues|AnyValue):/, "");
  return bare === "Null" || OPERATORS.has(bare.replace(/IfExists$/, ""));
}
