import type { Unit } from "./prices.ts";

interface Consumed {
  TableName: string;
  Table?: { CapacityUnits: number };
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
}

/** Units that a request has used up in a table or its indexes. */
interface Capacity {
  table: string;
  unit: Unit;
  amount: number;
}

/** The units in the answer to a request that asked for `ReturnConsumedCapacity: INDEXES`. */
export function capacityOf(operation: string, answer: unknown): Capacity[] {
  const { ConsumedCapacity } = answer as { ConsumedCapacity?: Consumed | Consumed[] };
  if (!ConsumedCapacity) return [];
  const reads = /^(BatchGet|Get|Query|Scan|TransactGet)/.test(operation);
  return [ConsumedCapacity]
    .flat()
    .flatMap(({ TableName: table, Table, GlobalSecondaryIndexes = {} }) => {
      const own = Table?.CapacityUnits ?? 0;
      const indexes = Object.values(GlobalSecondaryIndexes).reduce(
        (sum, { CapacityUnits }) => sum + CapacityUnits,
        0,
      );
      return reads
        ? [{ table, unit: "dynamodb.read", amount: own + indexes }]
        : [
            { table, unit: "dynamodb.write", amount: own },
            { table, unit: "dynamodb.indexWrite", amount: indexes },
          ];
    });
}
