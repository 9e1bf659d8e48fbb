import { ServiceError } from "../../kernel/service-error.ts";

export type ApiInput = Record<string, unknown>;

/** @throws ServiceError with AWS's wording for a member that does not satisfy its constraint. */
export function invalid(member: string, value: unknown, constraint: string): ServiceError {
  const shown = value === undefined || value === null ? "null" : `'${String(value)}'`;
  return new ServiceError(
    "ValidationException",
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** An optional string. */
export function optionalText(input: ApiInput, member: string): string | undefined {
  const value = input[member];
  return value === undefined ? undefined : String(value);
}

/** A member that must be an ARN. */
export function requiredArn(input: ApiInput, member: string): string {
  const arn = String(input[member]);
  if (!arn.startsWith("arn:")) {
    throw new ServiceError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  }
  return arn;
}

/** `maxResults` of an operation that lists: 100 where it is omitted or 0. */
function pageSize(input: ApiInput): number {
  return Number(input.maxResults ?? 0) || 100;
}

/**
 * One page of the members, and the token of the next one.
 * `keyOf` must identify each member and never change.
 */
export function pageOf<Member>(
  members: readonly Member[],
  keyOf: (member: Member) => string | number,
  input: ApiInput,
): { page: Member[]; nextToken?: string } {
  const size = pageSize(input);
  const start = startOf(members, keyOf, optionalText(input, "nextToken"));
  const rest = members.slice(start);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || rest.length <= size) return { page };
  return { page, nextToken: tokenAfter(keyOf(last)) };
}

/** One page of members that count down, and the token of the next one. `list` gives those before a number. */
export function pageBefore<Member extends { order: number }>(
  input: ApiInput,
  list: (before: number, limit: number) => Member[],
): { page: Member[]; nextToken?: string } {
  const size = pageSize(input);
  const token = optionalText(input, "nextToken");
  const before = token === undefined ? Number.MAX_SAFE_INTEGER : lastKey(token);
  if (typeof before !== "number") throw invalidToken();
  const found = list(before, size + 1);
  const page = found.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || found.length <= size) return { page };
  return { page, nextToken: tokenAfter(last.order) };
}

function tokenAfter(key: string | number): string {
  return Buffer.from(JSON.stringify({ after: key })).toString("base64url");
}

function invalidToken(): ServiceError {
  return new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
}

function startOf<Member>(
  members: readonly Member[],
  keyOf: (member: Member) => string | number,
  token: string | undefined,
): number {
  if (token === undefined) return 0;
  const after = lastKey(token);
  const index = members.findIndex((member) => keyOf(member) === after);
  if (index < 0) throw invalidToken();
  return index + 1;
}

function lastKey(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()).after;
  } catch {
    // A token that was not issued here: no member has this key, and the caller reports it.
    return undefined;
  }
}
