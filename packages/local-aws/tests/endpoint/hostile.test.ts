import { suite } from "uvu";
import * as assert from "uvu/assert";
import { modelledServices, modelOf } from "../../src/kernel/models/service-model.ts";
import { awsEndpoint, type RawAnswer } from "../support/aws-endpoint.ts";
import { hostileInput, type Known, seededRandom } from "../support/hostile-input.ts";
import { requestOf } from "../support/hostile-requests.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";

const test = suite("hostile input at every operation, in every protocol");
const SEED = Number(process.env["HOSTILE_SEED"] ?? 11);
const ROUNDS = Number(process.env["HOSTILE_ROUNDS"] ?? 12);
/** An answer is due within a second; the rest is room for a machine that is busy. */
const MAX_ANSWER_MS = 10_000;

let endpoint: Awaited<ReturnType<typeof awsEndpoint>>;
let known: Known;
const failures: unknown[] = [];
const sayError = console.error;

test.before(async () => {
  // What would end the process, or is answered as a failure of the runtime's own.
  process.on("uncaughtException", (error) => failures.push(error));
  process.on("unhandledRejection", (error) => failures.push(error));
  console.error = (...what: unknown[]) => failures.push(what[0]);
  endpoint = await awsEndpoint();
  known = await furnish();
});
test.after(async () => {
  console.error = sayError;
  await endpoint.stop();
});

for (const service of modelledServices()) {
  const model = modelOf(service);
  for (const protocol of model?.protocols ?? []) {
    test(`${service} in ${protocol} answers no 5xx, and goes on`, async () => {
      if (!model) throw new Error(`no model of ${service}`);
      const random = seededRandom(SEED);
      const bad: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (const operation of Object.keys(model.operations)) {
          // What the calls name stays there.
          const names = /^Delete(Table|Queue)$/.test(operation) ? {} : known;
          const input = hostileInput(model, operation, random, names);
          const request = requestOf(model, protocol, operation, input);
          const sent = endpoint.send(request);
          const answer = await within(MAX_ANSWER_MS, sent, endpoint.clock);
          const said = answer && `${answer.status} ${answer.text.slice(0, 200)}`;
          if (!answer || answer.status >= 500)
            bad.push(
              `${operation} ${short(input)} → ${said ?? "no answer"} ${why(failures.at(-1))}`,
            );
        }
      }
      await endpoint.clock.advance(1000);
      assert.equal(bad, []);
      assert.equal(failures.map(why), []);
    });
  }
}

/** Things for the calls to name. */
async function furnish(): Promise<Known> {
  const call = async (target: string, input: object) => {
    const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
    const service = "x";
    const { status, text } = await endpoint.send({ service, headers, body: JSON.stringify(input) });
    assert.is(status, 200, text);
    return JSON.parse(text);
  };
  const { QueueUrl } = await call("AmazonSQS.CreateQueue", { QueueName: "q" });
  await call("DynamoDB_20120810.CreateTable", {
    TableName: "tab",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  const { Streams } = await call("DynamoDBStreams_20120810.ListStreams", {});
  await call("Logs_20140328.CreateLogGroup", { logGroupName: "/g" });
  await call("Logs_20140328.CreateLogStream", { logGroupName: "/g", logStreamName: "s" });
  const line = { timestamp: endpoint.clock.now(), message: '{"a":1}' };
  const log = { logGroupName: "/g", logStreamName: "s", logEvents: [line] };
  await call("Logs_20140328.PutLogEvents", log);
  const topic = "arn:aws:sns:eu-central-1:000000000000:t";
  endpoint.services.sns.createTopic(topic);
  endpoint.services.sns.subscribe(topic, `${topic}:1`, {
    protocol: "sqs",
    endpoint: "arn:aws:sqs:eu-central-1:000000000000:q",
    rawDelivery: true,
    filterScope: "MessageAttributes",
  });
  trustStates(endpoint.kernel);
  const machine = machineResource({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
  await endpoint.declare(machine.type, machine.id, machine.inputs, machine.outputs);
  await endpoint.declare("aws:cloudwatch/eventRule:EventRule", "r", {
    name: "r",
    scheduleExpression: "rate(1 minute)",
  });
  const alarm = {
    name: "a",
    namespace: "n",
    metricName: "m",
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 1,
    comparisonOperator: "GreaterThanThreshold",
  };
  await endpoint.declare("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm);
  const execution = { stateMachineArn: MACHINE, name: "e" };
  await call("AWSStepFunctions.StartExecution", execution);
  const key = { id: { S: "1" } };
  return {
    QueueUrl: [QueueUrl],
    SourceArn: ["arn:aws:sqs:eu-central-1:000000000000:q"],
    TableName: ["tab"],
    Key: [key],
    Item: [{ ...key, n: { N: "1" }, constructor: { L: [{ NULL: true }] } }],
    ConditionExpression: ["#a = :v", "a IN (id, missing)", "begins_with(a, b.c)", "size(id) > :v"],
    UpdateExpression: ["SET #a = :v", "ADD n :v", "REMOVE id", "SET a.b[0] = if_not_exists(c, :v)"],
    ExpressionAttributeNames: [{ "#a": "n" }, { "#a": "__proto__" }],
    ExpressionAttributeValues: [{ ":v": { N: "1" } }, { ":v": { S: "x" } }],
    StreamArn: [Streams[0].StreamArn],
    TopicArn: [topic],
    TargetArn: [topic],
    logGroupName: ["/g"],
    logGroupNames: [["/g"]],
    logStreamName: ["s"],
    filterPattern: ["{ $.a = 1 }", "%a*b%", "[x, y]", '{ $.a = "', "?a ?b"],
    queryString: [
      "fields @message | filter @message like /(a+)+$/",
      "stats count(*) by bin(5m)",
      "fields",
    ],
    Namespace: ["n", "AWS/SQS"],
    MetricName: ["m"],
    StartTime: [endpoint.clock.now() / 1000 - 3600],
    EndTime: [endpoint.clock.now() / 1000 + 3600],
    Expression: ["m1 + 1", "METRICS()", "SUM([m1, m2", "FILL(m1, 0)"],
    EventPattern: ['{"source":["a"]}', '{"a":[{"wildcard":"*a*a*b"}]}', '{"$or":[]}'],
    stateMachineArn: [MACHINE],
    executionArn: [`${MACHINE.replace("stateMachine", "execution")}:e`],
    Name: ["r", "m"],
    Rule: ["r"],
    NamePrefix: ["r"],
    AlarmName: ["a"],
    AlarmNames: [["a"]],
    StateReasonData: ["{", '{"a":1}'],
    Event: ['{"source":"a"}', '{"id":"1","detail-type":"d","source":"a","account":"1","time":"x"}'],
  };
}

async function within(
  limitMs: number,
  sent: Promise<RawAnswer>,
  clock: { advance(ms: number): Promise<void> },
): Promise<RawAnswer | undefined> {
  let answer: RawAnswer | undefined;
  const done = sent.then((one) => {
    answer = one;
  });
  const began = performance.now();
  // Long polls wait on the stack's time.
  while (!answer && performance.now() - began < limitMs) {
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 2))]);
    if (!answer) await clock.advance(1000);
  }
  return answer;
}

function short(input: unknown): string {
  return (JSON.stringify(input) ?? "undefined").slice(0, 400);
}

function why(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? "").split("\n").slice(0, 4).join(" ")
    : String(error ?? "");
}

test.run();
