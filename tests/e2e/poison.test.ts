import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";

const test = suite("a stream record that nothing can be done with");
let stack: TestStack;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
});
test.after(() => stack?.stop());

const put = (id: string) =>
  call("PUT", `${stack.output("customersApiUrl")}/customers/${id}`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });

test("fails its own execution, and its neighbours go through", async () => {
  // Written past the API, which would not take the id.
  const Item = { id: { S: '"; DROP' }, createdAt: { S: "2026-01-01T00:00:00Z" } };
  const TableName = stack.output("customersTableName");
  await new DynamoDBClient(stack.aws).send(new PutItemCommand({ TableName, Item }));
  assert.is((await put("good")).status, 201);

  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("customersWorkflowArn");
  const ended = await stack.until("the end of both executions", async () => {
    const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
    const done = executions.filter(({ status }) => status !== "RUNNING");
    return done.length === 2 ? done : undefined;
  });
  const described = await Promise.all(
    ended.map(({ executionArn }) => states.send(new DescribeExecutionCommand({ executionArn }))),
  );
  const outcome = described.map(({ input, status, error }) => [
    JSON.parse(input ?? "").id,
    status,
    error,
  ]);
  assert.equal(outcome.sort(), [
    ['"; DROP', "FAILED", "ValidationError"],
    ["good", "SUCCEEDED", undefined],
  ]);
});

test("is put aside by the pipe when its target refuses it for too long", async () => {
  const mend = breakOperation(stack, stack.services.events, "PutEvents");
  assert.is((await put("lost")).status, 201);
  const queue = stack.program.resources.find(({ name }) => name === "customers-created-dlq");
  const sqs = new SQSClient(stack.aws);
  const letter = await stack.until(
    "the dead letter",
    async () => {
      const QueueUrl = String(queue?.outputs["url"]);
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages?.[0];
    },
    25 * 3_600_000,
  );
  const { context, DDBStreamBatchInfo } = JSON.parse(letter.Body ?? "{}");
  assert.match(context.partnerResourceArn, /:pipe\/customers-created-/);
  assert.is(DDBStreamBatchInfo.batchSize, 1);

  mend();
  assert.is((await put("after")).status, 201);
  await stack.until("the next customer's event", () => {
    const events = stack.hops.filter(
      ({ kind, to }) => kind === "events:match" && to.endsWith("/customer-created-to-sfn"),
    );
    return events.length === 3;
  });
});

test.run();
