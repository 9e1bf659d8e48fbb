import { ServiceError } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  functionAnswer,
  functionArn,
  queueArn,
  type Scripts,
  startDeadLetters,
} from "../../support/dead-letters.ts";

const test = suite("redriving dead letters");
let running: Awaited<ReturnType<typeof startDeadLetters>> | undefined;
const start = async (scripts?: Scripts) => {
  running = await startDeadLetters(scripts);
  return running;
};
test.after.each(() => running?.stop());

const RULE = "arn:aws:events:eu-central-1:000000000000:rule/shop/to-nobody";
const attributes = (ruleArn = RULE) => ({
  RULE_ARN: ruleArn,
  TARGET_ARN: functionArn("nobody"),
  ERROR_CODE: "NO_RESOURCE",
  ERROR_MESSAGE: "no such function",
});
const event = {
  version: "0",
  id: "e-1",
  "detail-type": "OrderPlaced",
  source: "shop.orders",
  account: "000000000000",
  time: "2026-01-02T03:04:05Z",
  region: "eu-central-1",
  resources: ["order-1"],
  detail: { orderId: "order-1" },
};
const record = (functionName: string, payload: unknown) => ({
  version: "1.0",
  timestamp: "2026-01-01T00:00:00.000Z",
  requestContext: {
    requestId: "r-1",
    functionArn: `${functionArn(functionName)}:$LATEST`,
    condition: "RetriesExhausted",
    approximateInvokeCount: 3,
  },
  requestPayload: payload,
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: { errorType: "Error", errorMessage: "the upstream is down" },
});

test("SQS itself moves all that came from one queue, also what a function put aside", async () => {
  const { bury, put, redrive, visible } = await start();
  bury("a");
  await put("orders-dlq", "b", { reason: "amount is missing", errorType: "ValidationError" });
  const { counts, plan } = await redrive("ordersDeadLetters");
  assert.equal(counts, [2, 0, 0, 0]);
  assert.equal(plan, [
    "1 × received 5 times without success -> back to queue orders",
    "1 × ValidationError: amount is missing -> back to queue orders",
  ]);
  assert.equal(visible("orders").sort(), ["a", "b"]);
  assert.equal(visible("orders-dlq"), []);
});

test("a move that SQS refuses is a failure, in SQS's words, and loses nothing", async () => {
  const { bury, redrive, visible, breakSqs } = await start();
  bury("a");
  breakSqs("StartMessageMoveTask", () => {
    throw new ServiceError("UnsupportedOperation", "There is already a task running.");
  });
  const { counts, notes } = await redrive("orders-dlq");
  assert.equal(counts, [0, 0, 0, 1]);
  assert.equal(notes, { "failed: There is already a task running.": 1 });
  assert.equal(visible("orders-dlq"), ["a"]);
});

test("a move that SQS breaks off counts what it did not move as failed", async () => {
  const { bury, redrive, breakSqs } = await start();
  bury("a");
  const counts = { ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 5 };
  const task = { Status: "FAILED", FailureReason: "AccessDenied", ...counts };
  breakSqs("ListMessageMoveTasks", () => ({ Results: [task] }));
  const broken = await redrive("orders-dlq");
  assert.equal(broken.counts, [2, 0, 0, 3]);
  assert.equal(broken.notes, { "failed: AccessDenied": 3 });
});

test("with a reason only those messages go back, without the reason, and the others are there at once", async () => {
  const { bury, put, redrive, visible, sqs } = await start();
  bury("a");
  await put("orders-dlq", "b", { reason: "bad amount", orderId: "order-1" });
  const { counts } = await redrive("orders-dlq", { reason: "BAD" });
  assert.equal(counts, [1, 0, 0, 0]);
  assert.equal(visible("orders-dlq"), ["a"]);
  const [back] = sqs.queueByArn(queueArn("orders"))?.messages() ?? [];
  assert.is(back?.body, "b");
  assert.equal(Object.keys(back?.attributes ?? {}), ["orderId"]);
});

test("a most of messages is kept to, oldest first", async () => {
  const { bury, redrive, visible } = await start();
  for (const body of ["a", "b", "c"]) bury(body);
  assert.equal((await redrive("orders-dlq", { max: 2 })).counts, [2, 0, 0, 0]);
  assert.equal([visible("orders"), visible("orders-dlq")], [["a", "b"], ["c"]]);
});

test("a dry run sends nothing and hides nothing", async () => {
  const { bury, redrive, visible } = await start();
  bury("a");
  const { counts, plan } = await redrive("orders-dlq", { dryRun: true });
  assert.equal(counts, [0, 0, 0, 0]);
  assert.is(plan.length, 1);
  assert.equal([visible("orders"), visible("orders-dlq")], [[], ["a"]]);
});

test("a message that cannot be sent back is kept", async () => {
  const { bury, redrive, visible, breakSqs } = await start();
  bury("a");
  bury("b");
  breakSqs("SendMessage", ({ MessageBody }, whole) => {
    if (MessageBody === "b") throw new ServiceError("AccessDenied", "not yours", 403);
    return whole();
  });
  const { counts, notes } = await redrive("orders-dlq", { reason: "received" });
  assert.equal(counts, [1, 0, 0, 1]);
  assert.equal(notes, { "failed: AccessDenied: not yours": 1 });
  assert.equal([visible("orders"), visible("orders-dlq")], [["a"], ["b"]]);
});

test("a message that was sent but not deleted counts as failed, and stays", async () => {
  const { put, redrive, visible, breakSqs, lambda } = await start({
    lambda: { Invoke: { run: () => functionAnswer("done") } },
  });
  await put("failures", record("pull", {}));
  breakSqs("DeleteMessage", () => {
    throw new ServiceError("AccessDenied", "not yours", 403);
  });
  const { counts, notes } = await redrive("failures");
  assert.equal(counts, [0, 0, 0, 1]);
  assert.equal(notes, { "failed: it was sent, but could not be deleted here: not yours": 1 });
  assert.is(lambda.inputsOf("Invoke").length, 1);
  assert.is(visible("failures").length, 1);
});

test("messages stay held for as long as a redrive takes", async () => {
  const { put, redrive, visible, clock } = await start({
    lambda: {
      Invoke: {
        run: async () => {
          await clock.advance(400_000);
          return functionAnswer("done");
        },
      },
    },
  });
  for (let n = 0; n < 3; n++) await put("failures", record("slow", { n }));
  assert.equal((await redrive("failures")).counts, [3, 0, 0, 0]);
  assert.equal(visible("failures"), []);
});

test("an event of a rule is put on the rule's bus again", async () => {
  const { put, redrive, visible, events } = await start({
    events: { PutEvents: { run: () => ({ FailedEntryCount: 0, Entries: [{ EventId: "n" }] }) } },
  });
  await put("failures", event, attributes());
  const { counts, plan } = await redrive("failures");
  assert.equal(counts, [1, 0, 0, 0]);
  assert.equal(plan, [
    '1 × NO_RESOURCE: no such function -> event shop.orders "OrderPlaced" to its bus again',
  ]);
  assert.equal(events.inputsOf("PutEvents"), [
    {
      Entries: [
        {
          EventBusName: "shop",
          Source: "shop.orders",
          DetailType: "OrderPlaced",
          Detail: '{"orderId":"order-1"}',
          Resources: ["order-1"],
          Time: Date.parse(event.time) / 1000,
        },
      ],
    },
  ]);
  assert.equal(visible("failures"), []);
});

test("an event that its bus refuses is kept, and the others go", async () => {
  const entry = { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };
  const { put, redrive, visible } = await start({
    events: {
      PutEvents: {
        run: (_input, count) => ({ Entries: [count === 1 ? entry : { EventId: "n" }] }),
      },
    },
  });
  const DEFAULT = "arn:aws:events:eu-central-1:000000000000:rule/to-nobody";
  await put("failures", event, attributes(DEFAULT));
  await put("failures", { ...event, id: "e-2" }, attributes(DEFAULT));
  const { counts, notes } = await redrive("failures");
  assert.equal(counts, [1, 0, 0, 1]);
  assert.equal(notes, { "failed: default refuses it: ThrottlingException: slow down": 1 });
  assert.equal(
    visible("failures").map((body) => JSON.parse(body).id),
    ["e-1"],
  );
});

test("an event of a schedule is left, and says how to remove it", async () => {
  const { put, redrive, visible, events } = await start();
  await put("failures", { ...event, source: "aws.events" }, attributes());
  const { counts, notes } = await redrive("failures");
  assert.equal(counts, [0, 0, 1, 0]);
  assert.match(
    Object.keys(notes)[0] ?? "",
    /the schedule sends the next one: remove this one with drop/,
  );
  assert.equal(events.calls, []);
  assert.is(visible("failures").length, 1);
});

test("a function is run again with the event that it failed on; one that fails again is kept", async () => {
  const { put, redrive, visible, lambda } = await start({
    lambda: {
      Invoke: {
        run: (_input, count) =>
          count === 1
            ? functionAnswer({ errorType: "Error", errorMessage: "still down" }, "Unhandled")
            : functionAnswer("done"),
      },
    },
  });
  await put("failures", record("pull", { n: 1 }));
  await put("failures", record("pull", { n: 2 }));
  const { counts, notes, plan } = await redrive("failures");
  assert.equal(counts, [1, 0, 0, 1]);
  assert.equal(notes, { "failed: Error: still down": 1 });
  assert.equal(plan, ["2 × Error: the upstream is down -> function pull again"]);
  assert.equal(
    lambda
      .inputsOf("Invoke")
      .map(({ FunctionName, InvocationType, Payload }) => [FunctionName, InvocationType, Payload]),
    [
      [`${functionArn("pull")}:$LATEST`, "RequestResponse", '{"n":1}'],
      [`${functionArn("pull")}:$LATEST`, "RequestResponse", '{"n":2}'],
    ],
  );
  assert.equal(JSON.parse(visible("failures")[0] ?? "").requestPayload, { n: 1 });
});

test("a bare event goes to the only function whose dead-letter queue this is", async () => {
  const owner = { FunctionArn: functionArn("mail") };
  const mine = { ...owner, DeadLetterConfig: { TargetArn: queueArn("failures") } };
  const functions = [mine, { FunctionArn: functionArn("other") }];
  const { put, redrive, lambda, visible } = await start({
    lambda: {
      ListFunctions: { run: () => ({ Functions: functions }) },
      Invoke: { run: () => functionAnswer(null) },
    },
  });
  const failure = { RequestID: "r-1", ErrorCode: "200", ErrorMessage: "timed out" };
  await put("failures", { to: "ada" }, failure);
  const first = await redrive("failures");
  assert.equal(first.counts, [1, 0, 0, 0]);
  assert.match(first.plan[0] ?? "", /^1 × 200: timed out -> /);
  assert.equal(lambda.inputsOf("Invoke")[0]?.["Payload"], '{"to":"ada"}');

  functions.push({ ...mine, FunctionArn: functionArn("second") });
  await put("failures", { to: "eve" }, failure);
  assert.equal((await redrive("failures")).counts, [0, 0, 1, 0]);
  assert.equal(visible("failures"), ['{"to":"eve"}']);
});

test("a parked refund lets its workflow go on; one whose workflow went on by itself is removed", async () => {
  const { put, redrive, visible, states } = await start({
    states: {
      SendTaskSuccess: {
        run: ({ taskToken }) => {
          if (taskToken === "late") throw new ServiceError("TaskTimedOut", "Task Timed Out");
          if (taskToken === "broken") throw new ServiceError("InvalidOutput", "Invalid Output");
          return {};
        },
      },
    },
  });
  const parked = { kind: "parked-refund", orderId: "order-1", amount: 5, currency: "EUR" };
  for (const taskToken of ["good", "late", "broken"]) {
    await put("failures", { ...parked, taskToken, reason: { Error: "Timeout", Cause: "bank" } });
  }
  const { counts, plan, notes } = await redrive("failures");
  assert.equal(counts, [1, 1, 0, 1]);
  assert.equal(plan, ["3 × Timeout: bank -> its order's workflow tries the refund again"]);
  assert.equal(notes, { "failed: InvalidOutput: Invalid Output": 1 });
  assert.equal(states.inputsOf("SendTaskSuccess")[0], { taskToken: "good", output: "{}" });
  assert.equal(
    visible("failures").map((body) => JSON.parse(body).taskToken),
    ["broken"],
  );
});

test("what a pipe gave up is left, and says what sends orders on", async () => {
  const { put, redrive } = await start();
  const partnerResourceArn = "arn:aws:pipes:eu-central-1:000000000000:pipe/orders-queue";
  const context = { partnerResourceArn, condition: "RetryAttemptsExhausted" };
  await put("failures", { context, version: "1.0", DDBStreamBatchInfo: { batchSize: 1 } });
  const { counts, plan } = await redrive("failures");
  assert.equal(counts, [0, 0, 1, 0]);
  assert.match(plan[0] ?? "", /^1 × RetryAttemptsExhausted -> stays: .*npm run reconcile/);
});

test("a notification goes to the one function whose subscription has this queue", async () => {
  const { put, redrive, sns, lambda, visible } = await start({
    lambda: { Invoke: { run: () => functionAnswer(null) } },
  });
  const topicArn = "arn:aws:sns:eu-central-1:000000000000:orders";
  const settings = { rawDelivery: false, filterScope: "MessageAttributes" } as const;
  const subscribe = (name: string, deadLetters: string) =>
    sns.subscribe(topicArn, `${topicArn}:${name}`, {
      ...settings,
      protocol: "lambda",
      endpoint: functionArn(name),
      deadLetterArn: queueArn(deadLetters),
    });
  sns.createTopic(topicArn);
  subscribe("other", "orders-dlq");
  subscribe("notify", "failures");
  const envelope = {
    Type: "Notification",
    MessageId: "m-1",
    TopicArn: topicArn,
    Subject: "New Order Notification",
    Message: '{"orderId":"order-1"}',
    Timestamp: "2026-01-01T00:00:00.000Z",
    SignatureVersion: "1",
    Signature: "s",
    SigningCertURL: "c",
    UnsubscribeURL: "u",
    MessageAttributes: { eventType: { Type: "String", Value: "created" } },
  };
  const failure = { RequestID: "m-1", ErrorCode: "TooManyRequests", ErrorMessage: "slow" };
  await put("failures", envelope, failure);
  const { counts, plan } = await redrive("failures");
  assert.equal(counts, [1, 0, 0, 0]);
  assert.equal(plan, ["1 × TooManyRequests: slow -> the function subscribed to orders again"]);
  const [{ FunctionName, Payload } = {}] = lambda.inputsOf("Invoke");
  assert.is(FunctionName, functionArn("notify"));
  const { SigningCertURL, UnsubscribeURL, ...rest } = envelope;
  assert.equal(JSON.parse(String(Payload)), {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: `${topicArn}:notify`,
        Sns: { ...rest, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL },
      },
    ],
  });

  subscribe("second", "failures");
  await put("failures", envelope, failure);
  const ambiguous = await redrive("failures");
  assert.equal(ambiguous.counts, [0, 0, 1, 0]);
  assert.match(Object.keys(ambiguous.notes)[0] ?? "", /^left: 2 functions are subscribed/);
  assert.is(visible("failures").length, 1);
});

test("a message from a queue goes back there whatever its body pretends to be", async () => {
  const { bury, redrive, lambda, visible } = await start();
  const forged = JSON.stringify(record("steal", { all: true }));
  bury(forged);
  assert.equal((await redrive("orders-dlq", { max: 10 })).counts, [1, 0, 0, 0]);
  assert.equal(lambda.calls, []);
  assert.equal(visible("orders"), [forged]);
});

test("a message without attributes that explain it is left", async () => {
  const { put, redrive } = await start();
  await put("failures", "hello");
  const { counts, plan } = await redrive("failures");
  assert.equal(counts, [0, 0, 1, 0]);
  assert.equal(plan, ["1 × unknown -> stays: the message does not say where it comes from"]);
});

test.run();
