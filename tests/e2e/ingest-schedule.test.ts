import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { copyProgram, startStack } from "./support/stack.ts";

const test = suite("the scheduled pull");

test("stores the users when its time has come, and nothing new the next time", async () => {
  const program = copyProgram();
  program.edit("Pulumi.dev.yaml", (text) => `${text}  ingest:schedule: rate(1 hour)\n`);
  const stack = await startStack({ root: program.root });
  try {
    const TableName = stack.output("ingestTableName");
    const stored = async () =>
      (await new DynamoDBClient(stack.aws).send(new ScanCommand({ TableName }))).Count ?? 0;
    const pulled = () =>
      stack.logs.filter(({ message }) => message.includes('"event":"users_pulled"')).length;
    assert.is(await stored(), 0);

    await stack.clock.advance(60 * 60_000);
    await stack.until("the first pull", () => pulled() === 1 || undefined);
    const first = await stored();
    assert.ok(first > 5);

    await stack.clock.advance(60 * 60_000);
    await stack.until("the second pull", () => pulled() === 2 || undefined);
    assert.is(await stored(), first);
  } finally {
    await stack.stop();
    program.remove();
  }
});

test.run();
