import { validationError } from "../dynamo-error.ts";
import type { SetValue, UpdateAction } from "../expressions/bind-update.ts";
import { type AttributeValue, typeOf } from "../values/attribute-value.ts";
import { checkValue, ValueError } from "../values/check-value.ts";

interface AttributeUpdate {
  Action?: "PUT" | "ADD" | "DELETE";
  Value?: unknown;
}

const INVALID = "One or more parameter values were invalid: ";

/** The update that AttributeUpdates describe. @throws ServiceError */
export function attributeUpdates(updates: unknown): UpdateAction[] {
  return Object.entries(updates as Record<string, AttributeUpdate>).map(([name, update]) =>
    actionOf(name, update),
  );
}

function actionOf(name: string, { Action = "PUT", Value }: AttributeUpdate): UpdateAction {
  const path = [name];
  if (Value === undefined || Value === null) {
    if (Action === "DELETE") return { section: "REMOVE", path };
    throw validationError(
      `${INVALID}Only DELETE action is allowed when no attribute value is specified`,
    );
  }
  const value = checkedValue(Value);
  const type = typeOf(value);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  if (Action === "PUT") return { section: "SET", path, value: { kind: "value", value } };
  if (Action === "DELETE") {
    if (isSet) return { section: "DELETE", path, value };
    throw validationError(
      `${INVALID}DELETE action with value is not supported for the type ${type}`,
    );
  }
  if (isSet || type === "N") return { section: "ADD", path, value };
  if (type !== "L") {
    throw validationError(`${INVALID}ADD action is not supported for the type ${type}`);
  }
  const none: SetValue = { kind: "value", value: { L: [] } };
  return {
    section: "SET",
    path,
    value: {
      kind: "list_append",
      first: { kind: "if_not_exists", path, fallback: none },
      second: { kind: "value", value },
    },
  };
}

function checkedValue(value: unknown): AttributeValue {
  try {
    return checkValue(value);
  } catch (error) {
    if (error instanceof ValueError) throw validationError(error.message);
    throw error;
  }
}
