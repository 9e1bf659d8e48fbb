export type KeyType = "S" | "N" | "B";

export interface AttributeDefinition {
  AttributeName: string;
  AttributeType: KeyType;
}

export interface KeyElement {
  AttributeName: string;
  KeyType: "HASH" | "RANGE";
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

/** An index, as CreateTable and UpdateTable give it. */
export interface IndexSettings {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: {
    ProjectionType?: "ALL" | "KEYS_ONLY" | "INCLUDE";
    NonKeyAttributes?: string[];
  };
  ProvisionedThroughput?: Throughput;
}

/** Which images of an item a stream carries. */
export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A table's stream; one that was switched off can still be read. */
export interface StreamSettings {
  arn: string;
  label: string;
  view: StreamViewType;
  enabled: boolean;
}

/** Everything about a table but its items; JSON as it is. */
export interface TableSettings {
  name: string;
  tableId: string;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  keySchema: KeyElement[];
  attributeDefinitions: AttributeDefinition[];
  localIndexes: IndexSettings[];
  globalIndexes: IndexSettings[];
  billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  /** When it was last switched to PAY_PER_REQUEST. */
  onDemandSince?: number;
  throughput: Throughput;
  stream?: StreamSettings;
  deletionProtection: boolean;
  /** Since when every moment can be restored; undefined where point-in-time recovery is off. */
  recoverySince?: number;
  ttlAttribute?: string;
  tags: Record<string, string>;
}

/** A key attribute of a table or an index. */
export interface KeyAttribute {
  name: string;
  type: KeyType;
}

/** The key attributes of a table or an index: the partition key, and the sort key where there is one. */
export function keyAttributes(
  keySchema: readonly KeyElement[],
  definitions: readonly AttributeDefinition[],
): KeyAttribute[] {
  return keySchema.map(({ AttributeName: name }) => {
    const definition = definitions.find(({ AttributeName }) => AttributeName === name);
    if (!definition) throw new Error(`the key ${name} has no definition`);
    return { name, type: definition.AttributeType };
  });
}
