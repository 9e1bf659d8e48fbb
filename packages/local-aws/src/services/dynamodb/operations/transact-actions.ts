import { hash } from "node:crypto";
import { validationError } from "../dynamo-error.ts";
import { readWrite, type Write, type WriteKind } from "./write-item.ts";

type Input = Record<string, unknown>;

const KINDS: readonly WriteKind[] = ["ConditionCheck", "Put", "Delete", "Update"];
const MAX_ACTIONS = 100;
const MAX_TOKEN = 36;

/** The actions of a transaction. @throws ServiceError where there are none, or too many. */
export function actionsIn({ TransactItems }: Input): unknown[] {
  const list = Array.isArray(TransactItems) ? TransactItems : [];
  if (list.length === 0) {
    throw validationError(
      "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (list.length > MAX_ACTIONS) {
    throw validationError(
      `1 validation error detected: Value '[${list.length} members]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ACTIONS}`,
    );
  }
  return list;
}

/** The request's idempotency token. @throws ServiceError where it is too long or empty. */
export function tokenOf({ ClientRequestToken: token }: Input): string | undefined {
  if (token == null) return undefined;
  const text = String(token);
  if (text.length >= 1 && text.length <= MAX_TOKEN) return text;
  const limit = text === "" ? "greater than or equal to 1" : `less than or equal to ${MAX_TOKEN}`;
  throw validationError(
    `1 validation error detected: Value '${text}' at 'clientRequestToken' failed to satisfy constraint: Member must have length ${limit}`,
  );
}

/** A digest that is independent of the order of a request's members. */
export function digestOf(requests: unknown[]): string {
  const text = JSON.stringify(requests, (_name, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return hash("sha256", text, "base64");
}

/** One action of TransactWriteItems. @throws ServiceError where it has none, or more than one. */
export function readAction(request: unknown): { table: unknown; write: Write } {
  const given = (request ?? {}) as Record<string, Input>;
  const kinds = KINDS.filter((kind) => given[kind] != null);
  const [kind] = kinds;
  if (!kind) {
    throw validationError(
      "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
    );
  }
  if (kinds.length > 1) {
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const action = given[kind] as Input;
  if (kind === "ConditionCheck" && action["ConditionExpression"] == null) {
    throw validationError(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  return { table: action["TableName"], write: readWrite(kind, action) };
}
