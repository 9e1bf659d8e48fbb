import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { copyProgram, type ProgramCopy, startStack, type TestStack } from "./support/stack.ts";

const test = suite("a change of the program, and nothing else, changes what happens");

async function withChange(
  file: string,
  change: (text: string) => string,
  use: (stack: TestStack, program: ProgramCopy) => Promise<void>,
): Promise<void> {
  const program = copyProgram();
  try {
    program.edit(file, change);
    const stack = await startStack({ root: program.root });
    try {
      await use(stack, program);
    } finally {
      await stack.stop();
    }
  } finally {
    program.remove();
  }
}

function put(stack: TestStack, id: string) {
  return call("PUT", `${stack.output("customersApiUrl")}/customers/${id}`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });
}

async function run(stack: TestStack, input: object) {
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("customersWorkflowArn");
  const { executionArn } = await states.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return stack.until("the end of the execution", async () => {
    const found = await states.send(new DescribeExecutionCommand({ executionArn }));
    return found.status === "RUNNING" ? undefined : found;
  });
}

test("another pattern of the rule starts nothing", async () => {
  const change = (text: string) =>
    text.replace('source: [foundation.fixedName("customer.api")]', 'source: ["other.api"]');
  await withChange("infra/customers/workflow.ts", change, async (stack) => {
    assert.is((await put(stack, "ada")).status, 201);
    await stack.until("the event", () =>
      stack.hops.find(({ kind }) => kind === "events:PutEvents"),
    );
    await stack.clock.advance(60_000);
    const states = new SFNClient(stack.aws);
    const stateMachineArn = stack.output("customersWorkflowArn");
    const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
    assert.equal(executions, []);
  });
});

test("another state in the definition runs", async () => {
  const change = (text: string) => {
    const definition = JSON.parse(text);
    definition.StartAt = "Elsewhere";
    definition.States = {
      ...definition.States,
      Elsewhere: { Type: "Pass", Parameters: { "id.$": "$.other" }, Next: "ValidateExists" },
    };
    return JSON.stringify(definition);
  };
  await withChange("infra/customers/workflow.asl.json", change, async (stack) => {
    const { status, output } = await run(stack, { other: "ada" });
    assert.is(status, "SUCCEEDED");
    assert.is(JSON.parse(output ?? "{}").id, "ada");
  });
});

test("a permission that is taken away breaks the flow, and the log says which and where", async () => {
  const change = (text: string) => text.replace('["UpdateItem"]', '["DescribeTable"]');
  await withChange("infra/customers/workflow.ts", change, async (stack) => {
    const { status, error, cause } = await run(stack, { id: "ada" });
    assert.is(status, "FAILED");
    assert.is(error, "AccessDeniedException");
    assert.match(cause ?? "", /is not authorized to perform: dynamodb:UpdateItem/);

    const denied = stack.hops.find(({ decision }) => decision === "denied");
    assert.is(denied?.kind, "dynamodb:UpdateItem");
    assert.match(denied?.detail ?? "", /"Effect":"Allow","Action":"dynamodb:UpdateItem"/);
    assert.match(denied?.detail ?? "", /\(infra\/workflow\.ts:\d+\)/);
  });
});

test("an entry file that is missing fails the start by name", async () => {
  const change = (text: string) => text.replace("put-customer.ts", "put-nobody.ts");
  try {
    await withChange("infra/customers/api.ts", change, async () => {});
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /handlers\/customers\/put-nobody\.ts/);
  }
});

for (const [what, file, change, message] of [
  [
    "a resource type that is not supported",
    "index.ts",
    (text: string) =>
      `import * as aws from "@pulumi/aws";\n${text}new aws.kinesis.Stream("pictures", {});\n`,
    /^pictures: resource type aws:kinesis\/stream:Stream is not supported by the local runtime$/,
  ],
  [
    "a component of a package that is not supported",
    "index.ts",
    (text: string) =>
      `import { ComponentResource } from "@pulumi/pulumi";\n${text}` +
      'new ComponentResource("awsx:ec2:Vpc", "net", {}, {}, true);\n',
    /^net: resource type awsx:ec2:Vpc is not supported by the local runtime$/,
  ],
  [
    "an input that is not supported",
    "infra/aws/queue.ts",
    (text: string) => text.replace("sqsManagedSseEnabled: true", "fifoQueue: true"),
    /^\S+-dlq \(aws:sqs\/queue:Queue\): fifoQueue is not supported by the local runtime$/m,
  ],
  [
    "a state machine that AWS would refuse",
    "infra/customers/workflow.asl.json",
    (text: string) => text.replace('"Next": "IsRegistered"', '"Next": "Nowhere"'),
    /^customers-workflow: .*Nowhere/,
  ],
  [
    "a setting that is out of its limits",
    "Pulumi.dev.yaml",
    (text: string) => text.replace('logs:retentionDays: "7"', 'logs:retentionDays: "8"'),
    /^logs:retentionDays is "8", but must be one of 1, 3, 5, 7/,
  ],
] as [string, string, (text: string) => string, RegExp][]) {
  test(`${what} fails the start by name`, async () => {
    try {
      await withChange(file, change, async () => {});
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  });
}

for (const [what, code] of [
  ["hangs", "export const handler = async () => { for (;;); };"],
  ["throws", "export const handler = async () => { throw new Error('oops'); };"],
  ["answers nonsense", "export const handler = async () => ({ nonsense: true });"],
] as const) {
  test(`a function that ${what} gives the client a problem document with CORS headers`, async () => {
    const program = copyProgram();
    program.edit("handlers/customers/get-customer.ts", () => `${code}\n`);
    program.edit("infra/aws/function.ts", (text) =>
      text.replace("DEFAULT_TIMEOUT_SECONDS = 10", "DEFAULT_TIMEOUT_SECONDS = 1"),
    );
    const stack = await startStack({ root: program.root });
    try {
      const answer = await call("GET", `${stack.output("customersApiUrl")}/customers/ada`, {
        headers: { "x-api-key": stack.output("customersApiKey") },
      });
      assert.is(answer.status, 500);
      assert.is(answer.json["code"], "internal");
      assert.is(answer.headers.get("content-type"), "application/problem+json");
      assert.is(answer.headers.get("access-control-allow-origin"), "*");
      assert.is((await put(stack, "ada")).status, 201);
    } finally {
      await stack.stop();
      program.remove();
    }
  });
}

test.run();
