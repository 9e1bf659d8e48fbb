import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import type { Runtime } from "local-aws";

const BATCH = 25;
const SHARDS = 4;
const FIRST = Date.UTC(2026, 0, 1);

/** Puts completed orders of the past into a stack's table, up to so many; the stream is read as it grows. */
export async function fillStore(
  { kernel, outputs }: Runtime,
  from: number,
  to: number,
  onFilled: (items: number) => void,
): Promise<void> {
  const TableName = `${outputs["ordersTableName"]}`;
  for (let start = from; start < to; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, to - start) }, (_, n) => start + n);
    const puts = numbers.map((n) => ({ PutRequest: { Item: completedOrder(n) } }));
    const input = { RequestItems: { [TableName]: puts } };
    await kernel.dispatcher.call("dynamodb", "BatchWriteItem", input, { kind: "administrator" });
    if (start % (BATCH * 40) === 0) {
      onFilled(start);
      await turn();
    }
  }
}

/** An item as a completed order of an amount leaves it. It is no order to the pipe: its door is one that is not announced. */
function completedOrder(n: number): Record<string, { S: string } | { N: string }> {
  const hash = createHash("sha256").update(`growth-${n}`).digest("hex");
  const orderId = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  const at = new Date(FIRST + n * 1000).toISOString();
  const key = `ORDER#${orderId}`;
  const texts = {
    // Beside orders' own sort key, so that nothing announces it.
    PK: key,
    SK: `PAST#${orderId}`,
    statusShard: `COMPLETED#${n % SHARDS}`,
    orderId,
    createdAt: at,
    updatedAt: at,
    status: "COMPLETED",
    paymentStatus: "CAPTURED",
    stockStatus: "SOLD",
    door: "http",
    correlationId: orderId,
    currency: "EUR",
  };
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
    version: { N: "4" },
    totalMinor: { N: "999" },
  };
}
