import type { RecordedResource } from "../../../program/recorded.ts";
import type { StreamSettings, StreamViewType } from "./table-settings.ts";

/** A table as the program declares it. */
export interface DeclaredTable {
  name: string;
  /** CreateTable's input. */
  request: Record<string, unknown>;
  stream?: StreamSettings;
  ttlAttribute?: string;
  pointInTimeRecovery: boolean;
}

interface KeyElement {
  attributeName: string;
  keyType: string;
}

interface IndexInputs {
  name: string;
  hashKey?: string;
  rangeKey?: string;
  keySchemas?: KeyElement[];
  projectionType: string;
  nonKeyAttributes?: string[];
  readCapacity?: number;
  writeCapacity?: number;
}

interface TableInputs {
  hashKey: string;
  rangeKey?: string;
  attributes?: { name: string; type: string }[];
  billingMode?: string;
  readCapacity?: number;
  writeCapacity?: number;
  globalSecondaryIndexes?: IndexInputs[];
  localSecondaryIndexes?: IndexInputs[];
  streamEnabled?: boolean;
  streamViewType?: StreamViewType;
  ttl?: { attributeName?: string; enabled?: boolean };
  deletionProtectionEnabled?: boolean;
  pointInTimeRecovery?: { enabled: boolean };
}

const CAPACITY = 1;

/**
 * Reads a table from its recorded inputs.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse to create the table.
 */
export function declaredTable(resource: RecordedResource): DeclaredTable {
  const inputs = resource.inputs as unknown as TableInputs;
  const fail = (why: string): never => {
    throw new Error(`${resource.name}: ${why}`);
  };
  const name = String(resource.outputs["name"]);
  if (!/^[\w.-]{3,255}$/.test(name)) {
    fail(`the table name ${name} must be 3 to 255 letters, digits, and _ . -`);
  }
  const { attributes = [], billingMode = "PROVISIONED", ttl } = inputs;
  const onDemand = billingMode === "PAY_PER_REQUEST";
  if (!onDemand && (!inputs.readCapacity || !inputs.writeCapacity)) {
    fail(`billingMode ${billingMode} needs readCapacity and writeCapacity of at least ${CAPACITY}`);
  }
  const keys = keySchema(inputs.hashKey, inputs.rangeKey);
  const globals = (inputs.globalSecondaryIndexes ?? []).map((index) => ({
    ...indexOf(index, index.hashKey ?? ""),
    ...(!onDemand && { ProvisionedThroughput: throughput(index) }),
  }));
  const locals = (inputs.localSecondaryIndexes ?? []).map((index) =>
    indexOf(index, inputs.hashKey),
  );
  const used = new Set(
    [keys, ...[...globals, ...locals].map((index) => index.KeySchema)]
      .flat()
      .map((key) => key.AttributeName),
  );
  const defined = attributes.map((attribute) => attribute.name);
  const unused = defined.find((attribute) => !used.has(attribute));
  if (unused) fail(`attribute ${unused} is defined but is not a key of the table or of an index`);
  const undefinedKey = [...used].find((attribute) => !defined.includes(attribute));
  if (undefinedKey) fail(`key ${undefinedKey} is not defined in attributes`);
  const ttlAttribute = ttl?.enabled ? ttl.attributeName : undefined;
  if (ttlAttribute && keys.some((key) => key.AttributeName === ttlAttribute)) {
    fail(`ttl attribute ${ttlAttribute} is a key of the table`);
  }
  if (inputs.streamEnabled && !inputs.streamViewType) fail("streamEnabled needs a streamViewType");
  return {
    name,
    request: {
      TableName: name,
      KeySchema: keys,
      AttributeDefinitions: attributes.map((attribute) => ({
        AttributeName: attribute.name,
        AttributeType: attribute.type,
      })),
      BillingMode: billingMode,
      ...(!onDemand && { ProvisionedThroughput: throughput(inputs) }),
      ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
      ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled === true,
    },
    ...(inputs.streamEnabled &&
      inputs.streamViewType && {
        stream: {
          arn: String(resource.outputs["streamArn"]),
          label: String(resource.outputs["streamLabel"]),
          view: inputs.streamViewType,
          enabled: true,
        },
      }),
    ...(ttlAttribute && { ttlAttribute }),
    pointInTimeRecovery: inputs.pointInTimeRecovery?.enabled === true,
  };
}

function keySchema(hashKey: string, rangeKey: string | undefined) {
  const hash = { AttributeName: hashKey, KeyType: "HASH" };
  return rangeKey ? [hash, { AttributeName: rangeKey, KeyType: "RANGE" }] : [hash];
}

function indexOf(index: IndexInputs, hashKey: string) {
  const { projectionType, nonKeyAttributes } = index;
  const keys = index.keySchemas?.map(({ attributeName, keyType }) => ({
    AttributeName: attributeName,
    KeyType: keyType,
  }));
  return {
    IndexName: index.name,
    KeySchema: keys ?? keySchema(hashKey, index.rangeKey),
    Projection: {
      ProjectionType: projectionType,
      ...(nonKeyAttributes && { NonKeyAttributes: nonKeyAttributes }),
    },
  };
}

function throughput({
  readCapacity,
  writeCapacity,
}: {
  readCapacity?: number;
  writeCapacity?: number;
}) {
  return {
    ReadCapacityUnits: readCapacity ?? CAPACITY,
    WriteCapacityUnits: writeCapacity ?? CAPACITY,
  };
}
