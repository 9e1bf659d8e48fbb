import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("a stack with --data");
const dataDir = mkdtempSync(join(tmpdir(), "commerce-data-"));
test.after(() => rmSync(dataDir, { recursive: true, force: true }));

const customer = (stack: TestStack, method: string) =>
  call(method, `${stack.output("customersApiUrl")}/customers/ada`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });

test("has its tables, queues and executions again after a restart, and announces nothing twice", async () => {
  const first = await startStack({ dataDir });
  await customer(first, "PUT");
  await first.until("the end of the registration", async () => {
    const input = { stateMachineArn: first.output("customersWorkflowArn") };
    const command = new ListExecutionsCommand({ ...input, statusFilter: "SUCCEEDED" });
    return (await new SFNClient(first.aws).send(command)).executions?.[0];
  });
  const queue = first.program.resources.find(({ name }) => name === "customers-created-dlq");
  const name = String(queue?.outputs["name"]);
  const QueueUrl = String(queue?.outputs["url"]);
  await new SQSClient(first.aws).send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
  await first.stop();

  const second = await startStack({ dataDir });
  try {
    assert.is((await customer(second, "GET")).json["exists"], true);
    assert.is((await customer(second, "PUT")).status, 200);
    assert.is(second.services.sqs.stats(name)?.visible, 1);
    const states = new SFNClient(second.aws);
    const stateMachineArn = second.output("customersWorkflowArn");
    const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
    assert.is(executions.length, 1);
    const [execution] = executions;
    const found = await states.send(
      new DescribeExecutionCommand({ executionArn: execution?.executionArn }),
    );
    assert.equal([found.status, found.input], ["SUCCEEDED", '{"id":"ada"}']);
  } finally {
    await second.stop();
  }
});

test("does not start on the state of an earlier version", async () => {
  const old = mkdtempSync(join(tmpdir(), "commerce-data-"));
  writeFileSync(join(old, "state.json"), "{}");
  try {
    await (await startStack({ dataDir: old })).stop();
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /state\.json is of an earlier version, .*move it away/);
  } finally {
    rmSync(old, { recursive: true });
  }
});

test.run();
