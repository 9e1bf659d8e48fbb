import { conditionFailed, validationError } from "../dynamo-error.ts";
import { applyUpdate, UpdateError } from "../expressions/apply-update.ts";
import type { UpdateAction } from "../expressions/bind-update.ts";
import { type Condition, holds } from "../expressions/condition.ts";
import { project, projectionOf } from "../expressions/projection.ts";
import { newItem, type StoredItem } from "../items/stored-item.ts";
import { attributeUpdates } from "../legacy/attribute-updates.ts";
import { expectedCondition } from "../legacy/conditions.ts";
import type { Table } from "../tables/table.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkItem, ValueError } from "../values/check-value.ts";
import { DecimalError } from "../values/decimal.ts";
import { itemSize } from "../values/item-size.ts";
import { checkedItem, checkItemKeys, checkKey, checkUpdatedKeys } from "./keys.ts";
import { RequestExpressions } from "./request-expressions.ts";

type Input = Record<string, unknown>;

export type WriteKind = "Put" | "Update" | "Delete" | "ConditionCheck";

/** A write whose request was checked, apart from what only the table knows. */
export interface Write {
  kind: WriteKind;
  /** Of a Put the item, of the others the key; canonical. */
  item: Item;
  condition: Condition | undefined;
  actions: readonly UpdateAction[];
  returnOld: boolean;
}

/** What a write does to its item. */
export interface Outcome {
  key: Buffer;
  before: StoredItem | undefined;
  after: StoredItem | undefined;
}

const MAX_ITEM_BYTES = 400 * 1024;
const NOTHING: Item = {};

/** Reads one write from a request, or from an action of a transaction. @throws ServiceError */
export function readWrite(kind: WriteKind, input: Input): Write {
  const isUpdate = kind === "Update";
  const expressions = new RequestExpressions(
    input,
    isUpdate ? ["UpdateExpression", "ConditionExpression"] : ["ConditionExpression"],
    isUpdate ? ["AttributeUpdates", "Expected"] : ["Expected"],
  );
  const item = checkedItem(kind === "Put" ? input["Item"] : input["Key"]);
  if (kind === "Put" && itemSize(item) > MAX_ITEM_BYTES) {
    throw validationError("Item size has exceeded the maximum allowed size");
  }
  const { AttributeUpdates, Expected, ConditionalOperator } = input;
  if (ConditionalOperator != null && Expected == null) {
    throw validationError("ConditionalOperator cannot be used without Filter or Expected");
  }
  const legacyActions = AttributeUpdates == null ? [] : attributeUpdates(AttributeUpdates);
  const legacyCondition =
    Expected == null ? undefined : expectedCondition(Expected, ConditionalOperator);
  const actions = (isUpdate ? expressions.update() : undefined) ?? legacyActions;
  const condition = expressions.condition("ConditionExpression") ?? legacyCondition;
  expressions.checkAllUsed();
  const returnOld = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD";
  return { kind, item, condition, actions, returnOld };
}

/** @throws ServiceError where a write does not fit its table's keys. */
export function checkWriteKeys(table: Table, { kind, item, actions }: Write): void {
  if (kind === "Put") {
    checkItemKeys(table, item);
    return;
  }
  for (const { path } of actions) {
    if (!table.keys.some(({ name }) => name === path[0])) continue;
    throw validationError(
      `One or more parameter values were invalid: Cannot update attribute ${path[0]}. This attribute is part of the key`,
    );
  }
  checkKey(table, item);
}

/**
 * What a write leaves, once its condition held; nothing is written yet.
 *
 * @throws ServiceError where the condition does not hold or the new item is not one that can be stored.
 */
export function outcomeOf(table: Table, write: Write): Outcome {
  const { kind, item, condition, returnOld } = write;
  const key = table.items.keyOf(item);
  const before = table.items.get(key);
  if (condition && !holds(condition, before?.item ?? NOTHING)) {
    throw conditionFailed(returnOld && before ? { Item: before.item } : {});
  }
  if (kind === "Put") return { key, before, after: newItem(item) };
  if (kind === "Update") return { key, before, after: updated(table, write, before) };
  return { key, before, after: kind === "Delete" ? undefined : before };
}

function updated(table: Table, { item, actions }: Write, before: StoredItem | undefined) {
  const after = update(before?.item ?? item, actions);
  checkUpdatedKeys(table, after);
  const stored = newItem(after);
  if (stored.size > MAX_ITEM_BYTES) {
    throw validationError("Item size to update has exceeded the maximum allowed size");
  }
  return stored;
}

function update(item: Item, actions: readonly UpdateAction[]): Item {
  try {
    const after = applyUpdate(item, actions);
    // Only nested values can end up too deep.
    if (actions.some(({ path }) => path.length > 1)) checkItem(after);
    return after;
  } catch (error) {
    const refused =
      error instanceof UpdateError || error instanceof DecimalError || error instanceof ValueError;
    if (refused) throw validationError(error.message);
    throw error;
  }
}

/** The Attributes of a write's response. */
export function returnedAttributes(
  returnValues: unknown,
  { actions }: Write,
  { before, after }: Outcome,
): { Attributes?: Item } {
  const whole =
    returnValues === "ALL_OLD" ? before : returnValues === "ALL_NEW" ? after : undefined;
  if (whole) return { Attributes: whole.item };
  if (returnValues !== "UPDATED_OLD" && returnValues !== "UPDATED_NEW") return {};
  const source = returnValues === "UPDATED_OLD" ? before : after;
  if (!source) return {};
  const projection = projectionOf(actions.map(({ path }) => path));
  const attributes = project(source.item, projection);
  return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
}
