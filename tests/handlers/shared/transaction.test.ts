import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Write, writeTogether } from "../../../handlers/shared/transaction.ts";
import { TransientError } from "../../../handlers/shared/transient-error.ts";

const test = suite("writing together");
const WRITES: Write[] = [
  { Put: { TableName: "orders", Item: { PK: "a" } } },
  { Delete: { TableName: "orders", Key: { PK: "b" } } },
];
const { random } = Math;
// Nobody waits between tries.
test.before(() => {
  Math.random = () => 0;
});
test.after(() => {
  Math.random = random;
});

type Reason = NonNullable<TransactionCanceledException["CancellationReasons"]>[number] | string;

const canceled = (...reasons: Reason[]) =>
  new TransactionCanceledException({
    message: "Transaction cancelled",
    $metadata: {},
    CancellationReasons: reasons.map((Code) => (typeof Code === "string" ? { Code } : Code)),
  });

/** Writes with a client that throws these, one after the other, and then writes. */
async function write(...errors: Error[]) {
  const inputs: unknown[] = [];
  const send = async ({ input }: TransactWriteCommand) => {
    inputs.push(input.TransactItems);
    const error = errors.shift();
    if (error) throw error;
    return {};
  };
  const client = { send } as unknown as DynamoDBDocumentClient;
  const outcome = await writeTogether(client, WRITES).catch((error: unknown) => error);
  return { outcome, inputs };
}

test("all is written, in order and at once", async () => {
  assert.equal(await write(), { outcome: [], inputs: [WRITES] });
});

for (const code of ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]) {
  test(`${code} is tried again with the same writes`, async () => {
    const { outcome, inputs } = await write(canceled(code, "None"), canceled("None", code));
    assert.equal([outcome, inputs], [[], [WRITES, WRITES, WRITES]]);
  });
}

test("four conflicts are too many", async () => {
  const conflict = canceled("TransactionConflict", "None");
  assert.equal((await write(conflict, conflict, conflict)).outcome, []);
  const { outcome, inputs } = await write(conflict, conflict, conflict, conflict);
  assert.instance(outcome, TransientError);
  assert.is((outcome as Error).message, "other transactions kept writing the same items");
  assert.is(inputs.length, 4);
});

test("tries are further and further apart, by chance", async () => {
  const waits: number[] = [];
  const { setTimeout } = globalThis;
  Math.random = () => 0.5;
  globalThis.setTimeout = ((work: () => void, ms: number) => {
    waits.push(ms);
    work();
  }) as unknown as typeof setTimeout;
  const conflict = canceled("TransactionConflict");
  await write(conflict, conflict, conflict);
  globalThis.setTimeout = setTimeout;
  Math.random = () => 0;
  assert.equal(waits, [50, 100, 200]);
});

test("conditions that did not hold are named, with what is stored, and not tried again", async () => {
  const Item = { orderId: { S: "o" }, expiresAt: { N: "7" } };
  const { outcome, inputs } = await write(
    canceled("None", { Code: "ConditionalCheckFailed", Item }, { Code: "ConditionalCheckFailed" }),
  );
  assert.equal(outcome, [
    { index: 1, item: { orderId: "o", expiresAt: 7 } },
    { index: 2, item: undefined },
  ]);
  assert.is(inputs.length, 1);
});

test("a condition that did not hold decides, whatever else went wrong", async () => {
  const { outcome } = await write(canceled("TransactionConflict", "ConditionalCheckFailed"));
  assert.equal(outcome, [{ index: 1, item: undefined }]);
});

test("any other reason is thrown, even beside a conflict", async () => {
  for (const code of ["ValidationError", "ItemCollectionSizeLimitExceeded"]) {
    const error = canceled("TransactionConflict", code);
    const { outcome, inputs } = await write(error);
    assert.is(outcome, error);
    assert.is(inputs.length, 1);
  }
});

test("any other error is thrown", async () => {
  const error = Object.assign(new Error("no"), { name: "AccessDeniedException" });
  const { outcome, inputs } = await write(error);
  assert.is(outcome, error);
  assert.is(inputs.length, 1);
});

test.run();
