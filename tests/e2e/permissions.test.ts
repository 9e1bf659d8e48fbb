import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { orderTour, stuckOrder, usedBy } from "./support/order-tour.ts";
import { breakOperation, startStack, type TestStack } from "./support/stack.ts";

const test = suite("permissions");
let stack: TestStack;

test.before(async () => {
  stack = await startStack();
});
test.after(() => stack?.stop());

/** Grants that nothing can use here, and why they are given all the same. */
const EXPLAINED: [action: RegExp, role: RegExp, why: string][] = [
  [/^xray:/, /./, "traces are sent to X-Ray, which does not run here"],
  [/^logs:/, /^foundation-api-logging-role/, "API Gateway writes its logs without a role here"],
];

async function tour(): Promise<void> {
  const url = `${stack.output("customersApiUrl")}/customers/ada`;
  const headers = { "x-api-key": stack.output("customersApiKey") };
  await call("PUT", url, { headers });
  await stack.until(
    "the registration",
    async () => (await call("GET", url, { headers })).json["registeredAt"],
  );
  await call("DELETE", url, { headers });

  const ingestUrl = stack.output("ingestApiUrl");
  await call("GET", `${ingestUrl}/users`);
  await call("POST", `${ingestUrl}/ingest`, {
    headers: { "idempotency-key": "tour", "content-type": "application/json" },
    body: '{"users":[]}',
  });

  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("customersWorkflowArn");
  for (let run = 0; run < 2; run++) {
    const start = new StartExecutionCommand({ stateMachineArn, input: '{"id":"by-hand"}' });
    const { executionArn } = await states.send(start);
    await stack.until("the end of the execution", async () => {
      const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
      return status !== "RUNNING";
    });
  }

  await orderTour(stack);

  const { events, sns, sqs } = stack.services;
  const mends = [
    breakOperation(stack, events, "PutEvents"),
    breakOperation(stack, sns, "PublishBatch"),
    breakOperation(stack, sqs, "SendMessageBatch"),
  ];
  await call("PUT", url, { headers });
  await stuckOrder(stack);
  for (const reader of ["customers-created", "orders-placed", "orders-events"]) {
    await usedBy(stack, reader, "sqs:SendMessage", /-dlq-/);
  }
  for (const mend of mends) mend();
}

test("every grant is used by some call, or there is a reason why not", async () => {
  await tour();
  // The last log lines are written a moment after their invocation.
  await stack.clock.advance(1_000);
  const unexplained = stack.kernel.policies
    .unusedGrants()
    .filter(
      (grant) =>
        !EXPLAINED.some(([action, role]) => action.test(grant.action) && role.test(grant.role)),
    );
  assert.equal(unexplained, []);
});

test("nothing was denied on the way", () => {
  assert.equal(
    stack.hops.filter(({ decision }) => decision === "denied"),
    [],
  );
});

test("a role may do nothing that no policy names", async () => {
  const { kernel } = stack;
  const caller = {
    kind: "role",
    roleArn: "arn:aws:iam::000000000000:role/nobody",
    sessionName: "x",
  } as const;
  try {
    await kernel.dispatcher.call("dynamodb", "ListTables", {}, caller);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: string }).code, "AccessDeniedException");
  }
});

test.run();
