import type { ServiceError } from "../../../kernel/service-error.ts";
import { validationError } from "../dynamo-error.ts";
import { constraintError } from "../request-names.ts";
import type {
  AttributeDefinition,
  IndexSettings,
  KeyElement,
  KeyType,
  StreamViewType,
  TableSettings,
  Throughput,
} from "./table-settings.ts";

type Input = Record<string, unknown>;

/** CreateTable's input, as far as it is served. */
export interface CreateTableInput {
  TableName?: string;
  KeySchema?: KeyElement[];
  AttributeDefinitions?: AttributeDefinition[];
  LocalSecondaryIndexes?: IndexSettings[];
  GlobalSecondaryIndexes?: IndexSettings[];
  BillingMode?: "PROVISIONED" | "PAY_PER_REQUEST";
  ProvisionedThroughput?: Throughput;
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: StreamViewType };
  DeletionProtectionEnabled?: boolean;
  Tags?: { Key: string; Value: string }[];
}

const INVALID = "One or more parameter values were invalid: ";
const MAX_LOCAL = 5;
const MAX_GLOBAL = 20;
const MAX_PROJECTED = 100;
const MAX_UNITS = 1_000_000_000_000;
const TYPES: readonly KeyType[] = ["B", "N", "S"];
const NO_THROUGHPUT = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** The settings of a table that a request asks for, without its stream. @throws ServiceError */
export function settingsOf(input: Input, created: { id: string; at: number }): TableSettings {
  const request = input as CreateTableInput;
  const { TableName: name, BillingMode: billingMode = "PROVISIONED" } = request;
  if (name === undefined) {
    throw validationError(
      "The parameter 'TableName' is required but was not present in the request",
    );
  }
  const throughput = checkThroughput(request.ProvisionedThroughput, billingMode);
  const { KeySchema: keySchema = [], AttributeDefinitions: attributeDefinitions = [] } = request;
  checkDefinitions(attributeDefinitions);
  if (keySchema.length > 2) throw tooManyKeys(keySchema);
  checkKeySchema(keySchema, attributeDefinitions);
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = request;
  if (local) checkLocal(local, keySchema, attributeDefinitions);
  if (global) checkGlobal(global, attributeDefinitions, billingMode);
  const indexes = [...(local ?? []), ...(global ?? [])];
  checkNames(indexes);
  checkProjectedCount(indexes);
  checkDefinitionsUsed(attributeDefinitions, [keySchema, ...indexes.map((it) => it.KeySchema)]);
  const { StreamEnabled, StreamViewType } = request.StreamSpecification ?? {};
  if (StreamEnabled === true && !StreamViewType) {
    throw validationError(
      `${INVALID}Table is being created with a stream but StreamViewType is not specified`,
    );
  }
  return {
    name,
    tableId: created.id,
    createdAt: created.at,
    keySchema,
    attributeDefinitions,
    localIndexes: local ?? [],
    globalIndexes: global ?? [],
    billingMode,
    ...(billingMode === "PAY_PER_REQUEST" && { onDemandSince: created.at }),
    throughput,
    deletionProtection: request.DeletionProtectionEnabled === true,
    tags: Object.fromEntries((request.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}

/** @throws ServiceError where an attribute is of a type that no key has. */
export function checkDefinitions(definitions: readonly AttributeDefinition[]): void {
  for (const [index, { AttributeType: type }] of definitions.entries()) {
    if (TYPES.includes(type)) continue;
    const path = `attributeDefinitions.${index + 1}.member.attributeType`;
    const rule = `Member must satisfy enum value set: [${TYPES.join(", ")}]`;
    throw constraintError(type, path, rule);
  }
}

function tooManyKeys(schema: KeyElement[]): ServiceError {
  const shown = schema.map(
    ({ AttributeName, KeyType }) =>
      `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  const rule = "Member must have length less than or equal to 2";
  return constraintError(`[${shown.join(", ")}]`, "keySchema", rule);
}

function checkThroughput(given: Throughput | undefined, billingMode: string): Throughput {
  if (billingMode === "PAY_PER_REQUEST") {
    if (!given) return NO_THROUGHPUT;
    throw validationError(
      `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (!given?.ReadCapacityUnits || !given.WriteCapacityUnits) {
    throw validationError(
      `${INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    );
  }
  checkUnits(given);
  return given;
}

/** @throws ServiceError where capacity units are more than any table may have. */
export function checkUnits(throughput: Throughput): void {
  for (const name of ["ReadCapacityUnits", "WriteCapacityUnits"] as const) {
    if (throughput[name] <= MAX_UNITS) continue;
    throw validationError(`Given value ${throughput[name]} for ${name} is out of bounds`);
  }
}

/** @throws ServiceError where a key schema is not one of defined attributes, in order. */
function checkKeySchema(
  schema: readonly KeyElement[],
  definitions: readonly AttributeDefinition[],
  isIndex = false,
): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  if (!isIndex && keys.length > defined.length) {
    throw validationError("Invalid KeySchema: Some index key attribute have no definition");
  }
  if (keys.some((name) => !defined.includes(name))) {
    throw validationError(
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    );
  }
  if (keys.length > 1 && keys[0] === keys[1]) {
    throw validationError(
      "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    );
  }
  if (schema[0]?.KeyType !== "HASH") {
    throw validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema[1] && schema[1].KeyType !== "RANGE") {
    throw validationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (schema.length > 2) {
    throw validationError(
      "Invalid KeySchema: keys of more than one attribute each are not served by the local runtime",
    );
  }
}

function checkLocal(
  indexes: IndexSettings[],
  keySchema: KeyElement[],
  definitions: AttributeDefinition[],
): void {
  if (indexes.length === 0) {
    throw validationError(`${INVALID}List of LocalSecondaryIndexes is empty`);
  }
  if (keySchema.length < 2) {
    throw validationError(
      `${INVALID}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    );
  }
  const partition = keySchema[0]?.AttributeName;
  for (const { IndexName: name, KeySchema: schema, Projection } of indexes) {
    checkKeySchema(schema, definitions, true);
    if (schema.length < 2) {
      throw validationError(
        `${INVALID}Index KeySchema does not have a range key for index: ${name}`,
      );
    }
    if (schema[0]?.AttributeName !== partition) {
      throw validationError(
        `${INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${schema[0]?.AttributeName}, table hash key: ${partition}`,
      );
    }
    checkProjection(Projection);
  }
  if (indexes.length > MAX_LOCAL) {
    throw validationError(
      `${INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL}`,
    );
  }
}

function checkGlobal(
  indexes: IndexSettings[],
  definitions: AttributeDefinition[],
  billingMode: string,
): void {
  if (indexes.length === 0) {
    throw validationError(`${INVALID}List of GlobalSecondaryIndexes is empty`);
  }
  for (const index of indexes) checkGlobalIndex(index, definitions, billingMode);
  if (indexes.length > MAX_GLOBAL) {
    throw validationError(
      `${INVALID}GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL}`,
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
    throw validationError(
      `${INVALID}ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (billingMode !== "PAY_PER_REQUEST" && !ProvisionedThroughput) {
    throw validationError(
      `${INVALID}ProvisionedThroughput is not specified for index: ${IndexName}`,
    );
  }
}

function checkProjection({ ProjectionType, NonKeyAttributes }: IndexSettings["Projection"]): void {
  if (!ProjectionType) throw validationError(`${INVALID}Unknown ProjectionType: null`);
  if (ProjectionType === "INCLUDE" && !NonKeyAttributes) {
    throw validationError(
      `${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    );
  }
  if (ProjectionType !== "INCLUDE" && NonKeyAttributes) {
    throw validationError(
      `${INVALID}ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`,
    );
  }
}

function checkNames(indexes: IndexSettings[]): void {
  const names = indexes.map(({ IndexName }) => IndexName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw validationError(`${INVALID}Duplicate index name: ${repeated}`);
}

function checkProjectedCount(indexes: IndexSettings[]): void {
  const count = indexes.reduce(
    (sum, { Projection }) => sum + (Projection.NonKeyAttributes?.length ?? 0),
    0,
  );
  if (count <= MAX_PROJECTED) return;
  throw validationError(
    `${INVALID}Number of projected attributes across all indexes exceeds the per-table limit of ${MAX_PROJECTED}`,
  );
}

function checkDefinitionsUsed(definitions: AttributeDefinition[], schemas: KeyElement[][]): void {
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  if (definitions.every(({ AttributeName }) => used.has(AttributeName))) return;
  if (schemas.length === 1) {
    throw validationError(
      `${INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
  }
  throw validationError(
    `${INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [${definitions.map(({ AttributeName }) => AttributeName).join(", ")}], keys used: [${[...used].join(", ")}]`,
  );
}
