import { invalidParameter } from "../dynamo-error.ts";
import { checkKeySchema } from "./check-keys.ts";
import type { AttributeDefinition, IndexSettings, KeyElement } from "./table-settings.ts";

const MAX_LOCAL = 5;
const MAX_GLOBAL = 20;
const MAX_PROJECTED = 100;

/** @throws ServiceError where a table cannot have these local indexes. */
export function checkLocal(
  indexes: IndexSettings[],
  keySchema: KeyElement[],
  definitions: AttributeDefinition[],
): void {
  if (indexes.length === 0) {
    throw invalidParameter(`List of LocalSecondaryIndexes is empty`);
  }
  if (keySchema.length < 2) {
    throw invalidParameter(
      `Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    );
  }
  const partition = keySchema[0]?.AttributeName;
  for (const { IndexName: name, KeySchema: schema, Projection } of indexes) {
    checkKeySchema(schema, definitions, true);
    if (schema.length < 2) {
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
    }
    if (schema[0]?.AttributeName !== partition) {
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${schema[0]?.AttributeName}, table hash key: ${partition}`,
      );
    }
    checkProjection(Projection);
  }
  if (indexes.length > MAX_LOCAL) {
    throw invalidParameter(
      `Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL}`,
    );
  }
}

/** @throws ServiceError where a table cannot have these global indexes. */
export function checkGlobal(
  indexes: IndexSettings[],
  definitions: AttributeDefinition[],
  billingMode: string,
): void {
  if (indexes.length === 0) {
    throw invalidParameter(`List of GlobalSecondaryIndexes is empty`);
  }
  for (const index of indexes) checkGlobalIndex(index, definitions, billingMode);
  if (indexes.length > MAX_GLOBAL) {
    throw invalidParameter(
      `GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL}`,
    );
  }
}

/** @throws ServiceError where a global index is not one that the table can have. */
export function checkGlobalIndex(
  { IndexName, KeySchema, Projection, ProvisionedThroughput }: IndexSettings,
  definitions: readonly AttributeDefinition[],
  billingMode: string,
): void {
  checkKeySchema(KeySchema, definitions, true);
  checkProjection(Projection);
  if (billingMode === "PAY_PER_REQUEST" && ProvisionedThroughput) {
    throw invalidParameter(
      `ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (billingMode !== "PAY_PER_REQUEST" && !ProvisionedThroughput) {
    throw invalidParameter(`ProvisionedThroughput is not specified for index: ${IndexName}`);
  }
}

function checkProjection({ ProjectionType, NonKeyAttributes }: IndexSettings["Projection"]): void {
  if (!ProjectionType) throw invalidParameter(`Unknown ProjectionType: null`);
  if (ProjectionType === "INCLUDE" && !NonKeyAttributes) {
    throw invalidParameter(`ProjectionType is INCLUDE, but NonKeyAttributes is not specified`);
  }
  if (ProjectionType !== "INCLUDE" && NonKeyAttributes) {
    throw invalidParameter(
      `ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`,
    );
  }
}

/** @throws ServiceError if indexes conflict with each other. */
export function checkAllIndexes(indexes: IndexSettings[]): void {
  checkNames(indexes);
  checkProjectedCount(indexes);
}

function checkNames(indexes: IndexSettings[]): void {
  const names = indexes.map(({ IndexName }) => IndexName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw invalidParameter(`Duplicate index name: ${repeated}`);
}

function checkProjectedCount(indexes: IndexSettings[]): void {
  const count = indexes.reduce(
    (sum, { Projection }) => sum + (Projection.NonKeyAttributes?.length ?? 0),
    0,
  );
  if (count <= MAX_PROJECTED) return;
  throw invalidParameter(
    `Number of projected attributes across all indexes exceeds the per-table limit of ${MAX_PROJECTED}`,
  );
}
