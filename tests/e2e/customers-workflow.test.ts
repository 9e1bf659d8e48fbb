import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("customers workflow, started by hand");
let stack: TestStack;
let states: SFNClient;

test.before(async () => {
  stack = await startStack();
  states = new SFNClient(stack.aws);
});
test.after(() => stack?.stop());

async function run(input: string) {
  const stateMachineArn = stack.output("customersWorkflowArn");
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input }));
  const execution = await stack.until("the end of the execution", async () => {
    const found = await states.send(new DescribeExecutionCommand({ executionArn }));
    return found.status === "RUNNING" ? undefined : found;
  });
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
  const path = events.flatMap(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [],
  );
  return { execution, path };
}

test("the first run inserts and the second logs", async () => {
  const first = await run('{"id":"demo-1"}');
  assert.is(first.execution.status, "SUCCEEDED");
  assert.is(first.path.at(0), "ValidateExists");
  assert.is(first.path.at(-1), "InsertId");

  const key = stack.output("customersApiKey");
  const { json } = await call("GET", `${stack.output("customersApiUrl")}/customers/demo-1`, {
    headers: { "x-api-key": key },
  });
  assert.type(json["registeredAt"], "string");

  const second = await run('{"id":"demo-1"}');
  assert.is(second.execution.status, "SUCCEEDED");
  assert.is(second.path.at(-1), "LogEvent");
});

test("the heartbeat's input is valid", async () => {
  assert.is((await run('{"id":"scheduled-check"}')).execution.status, "SUCCEEDED");
});

for (const [input, error] of [
  ["{}", "ValidationError"],
  ['{"id":""}', "ValidationError"],
  ['{"id":"  "}', "ValidationError"],
  ['{"id":5}', "ValidationError"],
  // To lambda:invoke a text is the JSON itself, and this one is none.
  ['"x"', "Lambda.InvalidRequestContentException"],
  ["null", "ValidationError"],
  ["[]", "ValidationError"],
] as const) {
  test(`the input ${input} fails the execution without a retry`, async () => {
    const { execution, path } = await run(input);
    assert.is(execution.status, "FAILED");
    assert.is(execution.error, error);
    assert.equal(path, ["ValidateExists"]);
  });
}

test("a run by hand announces nothing", async () => {
  const before = stack.hops.filter(({ kind }) => kind === "events:PutEvents").length;
  await run('{"id":"quiet"}');
  await stack.clock.advance(60_000);
  assert.is(stack.hops.filter(({ kind }) => kind === "events:PutEvents").length, before);
});

test.run();
