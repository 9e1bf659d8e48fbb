import { invalidParameter, notFound, resourceInUse, validationError } from "../dynamo-error.ts";
import { checkGlobalIndex } from "./check-indexes.ts";
import { checkDefinitions } from "./check-keys.ts";
import { checkUnits } from "./create-table.ts";
import type {
  AttributeDefinition,
  IndexSettings,
  StreamViewType,
  TableSettings,
  Throughput,
} from "./table-settings.ts";

interface IndexUpdate {
  Create?: IndexSettings;
  Update?: { IndexName: string; ProvisionedThroughput: Throughput };
  Delete?: { IndexName: string };
}

/** UpdateTable's input, as far as it is served. */
interface UpdateTableInput {
  AttributeDefinitions?: AttributeDefinition[];
  BillingMode?: TableSettings["billingMode"];
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexUpdates?: IndexUpdate[];
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: StreamViewType };
  DeletionProtectionEnabled?: boolean;
}

const SERVED: readonly (keyof UpdateTableInput)[] = [
  "BillingMode",
  "ProvisionedThroughput",
  "GlobalSecondaryIndexUpdates",
  "StreamSpecification",
  "DeletionProtectionEnabled",
];

/** A table's settings after an UpdateTable, without a new stream's name. @throws ServiceError */
export function updatedSettings(
  old: TableSettings,
  input: Record<string, unknown>,
  now: number,
): TableSettings {
  const request = input as UpdateTableInput;
  const updates = request.GlobalSecondaryIndexUpdates;
  if (SERVED.every((name) => request[name] == null) || updates?.length === 0) {
    throw validationError(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  }
  const billed = billedSettings(old, request, now);
  const attributeDefinitions = definitionsOf(old, request);
  const globalIndexes = updates
    ? indexesAfter({ ...billed, attributeDefinitions }, updates)
    : billed.globalIndexes;
  const { DeletionProtectionEnabled: deletionProtection = old.deletionProtection } = request;
  return {
    ...billed,
    attributeDefinitions: usedDefinitions(attributeDefinitions, billed, globalIndexes),
    globalIndexes,
    deletionProtection,
  };
}

function billedSettings(old: TableSettings, request: UpdateTableInput, now: number): TableSettings {
  const { BillingMode: billingMode = old.billingMode, ProvisionedThroughput: given } = request;
  if (billingMode === "PAY_PER_REQUEST") {
    if (given) {
      throw invalidParameter(
        `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
      );
    }
    if (old.billingMode === "PAY_PER_REQUEST") return old;
    const throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
    const globalIndexes = old.globalIndexes.map(({ ProvisionedThroughput, ...index }) => index);
    return { ...old, billingMode, onDemandSince: now, throughput, globalIndexes };
  }
  if (!given) {
    if (request.BillingMode !== "PROVISIONED") return old;
    throw invalidParameter(
      `ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
    );
  }
  checkUnits(given);
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = old.throughput;
  if (given.ReadCapacityUnits === read && given.WriteCapacityUnits === write) {
    throw validationError(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  }
  return { ...old, billingMode, throughput: given };
}

function definitionsOf(
  { attributeDefinitions }: TableSettings,
  { AttributeDefinitions: given = [] }: UpdateTableInput,
): AttributeDefinition[] {
  checkDefinitions(given);
  const names = new Set(given.map(({ AttributeName }) => AttributeName));
  return [
    ...attributeDefinitions.filter(({ AttributeName }) => !names.has(AttributeName)),
    ...given,
  ];
}

function indexesAfter(settings: TableSettings, updates: IndexUpdate[]): IndexSettings[] {
  const named = updates.map(({ Create, Update, Delete }) => {
    const name = (Create ?? Update ?? Delete)?.IndexName;
    if (name !== undefined) return name;
    throw invalidParameter(
      `One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
    );
  });
  const repeated = named.find((name, index) => named.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw invalidParameter(
      `Only one global secondary index update per index is allowed simultaneously. Index: ${repeated}`,
    );
  }
  let indexes = settings.globalIndexes;
  for (const update of updates) indexes = indexesAfterOne(settings, indexes, update);
  return indexes;
}

function indexesAfterOne(
  { name, attributeDefinitions, billingMode, localIndexes }: TableSettings,
  indexes: IndexSettings[],
  { Create, Update, Delete }: IndexUpdate,
): IndexSettings[] {
  if (Create) {
    const all = [...indexes, ...localIndexes];
    if (all.some(({ IndexName }) => IndexName === Create.IndexName)) {
      throw validationError("Attempting to create an index which already exists");
    }
    checkGlobalIndex(Create, attributeDefinitions, billingMode);
    return [...indexes, Create];
  }
  const named = (Update ?? Delete)?.IndexName;
  const found = indexes.find(({ IndexName }) => IndexName === named);
  if (!found) {
    throw notFound(`Requested resource not found: Index ${named} for table ${name}`);
  }
  if (!Update) return indexes.filter((index) => index !== found);
  const { ProvisionedThroughput } = Update;
  return indexes.map((index) => (index === found ? { ...index, ProvisionedThroughput } : index));
}

/** The definitions of attributes that still are keys. */
function usedDefinitions(
  definitions: AttributeDefinition[],
  { keySchema, localIndexes }: TableSettings,
  globalIndexes: IndexSettings[],
): AttributeDefinition[] {
  const schemas = [keySchema, ...[...localIndexes, ...globalIndexes].map((it) => it.KeySchema)];
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  return definitions.filter(({ AttributeName }) => used.has(AttributeName));
}

/** @throws ServiceError if a table's stream cannot be switched as requested. */
export function checkStreamSwitch(
  { name, stream }: TableSettings,
  { StreamEnabled, StreamViewType }: { StreamEnabled?: boolean; StreamViewType?: string },
): void {
  if (StreamEnabled && stream?.enabled) {
    throw resourceInUse(`Table already has an enabled stream: TableName: ${name}`);
  }
  if (StreamEnabled && !StreamViewType) {
    throw invalidParameter(
      `StreamViewType is required when StreamEnabled is true for table: ${name}`,
    );
  }
  if (!StreamEnabled && !stream?.enabled) {
    throw validationError(`Table has no stream to disable: TableName: ${name}`);
  }
}
