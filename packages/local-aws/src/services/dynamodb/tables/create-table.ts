import { invalidParameter, validationError } from "../dynamo-error.ts";
import { checkAllIndexes, checkGlobal, checkLocal } from "./check-indexes.ts";
import { checkDefinitions, checkDefinitionsUsed, checkTableKeys } from "./check-keys.ts";
import type {
  AttributeDefinition,
  IndexSettings,
  KeyElement,
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

const MAX_UNITS = 1_000_000_000_000;
const NO_THROUGHPUT = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** The requested settings of a table, without its stream. @throws ServiceError */
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
  checkTableKeys(keySchema, attributeDefinitions);
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = request;
  if (local) checkLocal(local, keySchema, attributeDefinitions);
  if (global) checkGlobal(global, attributeDefinitions, billingMode);
  const indexes = [...(local ?? []), ...(global ?? [])];
  checkAllIndexes(indexes);
  checkDefinitionsUsed(attributeDefinitions, [keySchema, ...indexes.map((it) => it.KeySchema)]);
  const { StreamEnabled, StreamViewType } = request.StreamSpecification ?? {};
  if (StreamEnabled === true && !StreamViewType) {
    throw invalidParameter(
      `Table is being created with a stream but StreamViewType is not specified`,
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

function checkThroughput(given: Throughput | undefined, billingMode: string): Throughput {
  if (billingMode === "PAY_PER_REQUEST") {
    if (!given) return NO_THROUGHPUT;
    throw invalidParameter(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (!given?.ReadCapacityUnits || !given.WriteCapacityUnits) {
    throw invalidParameter(
      `ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
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
