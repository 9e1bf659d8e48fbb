import type { VirtualClock } from "../../src/kernel/clock.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import type { Known } from "./hostile-input.ts";
import { MACHINE, machineResource, trustStates } from "./step-functions.ts";
import { ROLE } from "./test-kernel.ts";

type Endpoint = Awaited<ReturnType<typeof awsEndpoint>>;

/** An AWS endpoint with something of each service, and the names of all that for calls to carry. */
export async function furnishedEndpoint(): Promise<{ endpoint: Endpoint; known: Known }> {
  const endpoint = await awsEndpoint();
  return { endpoint, known: await furnish(endpoint) };
}

/** Waits for an answer, however long it polls: then it waits on the stack's time. */
export async function awaited<Answer>(sent: Promise<Answer>, clock: VirtualClock): Promise<Answer> {
  let over = false;
  const done = () => {
    over = true;
  };
  const settled = sent.then(done, done);
  for (;;) {
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 2))]);
    if (over) return sent;
    await clock.advance(1000);
  }
}

async function furnish(endpoint: Endpoint): Promise<Known> {
  const call = async (target: string, input: object) => {
    const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
    const service = "x";
    const { status, text } = await endpoint.send({ service, headers, body: JSON.stringify(input) });
    if (status !== 200) throw new Error(`${target}: ${status} ${text}`);
    return JSON.parse(text);
  };
  const { QueueUrl } = await call("AmazonSQS.CreateQueue", { QueueName: "q" });
  await call("AmazonSQS.CreateQueue", { QueueName: "beside" });
  for (const TableName of ["tab", "beside"]) {
    await call("DynamoDB_20120810.CreateTable", {
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
  }
  const { Streams } = await call("DynamoDBStreams_20120810.ListStreams", { TableName: "tab" });
  for (const logGroupName of ["/g", "/beside"])
    await call("Logs_20140328.CreateLogGroup", { logGroupName });
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
  const rule = { name: "r", scheduleExpression: "rate(1 minute)" };
  const ruleArn = "arn:aws:events:eu-central-1:000000000000:rule/r";
  await endpoint.declare("aws:cloudwatch/eventRule:EventRule", "r", rule, {
    name: "r",
    arn: ruleArn,
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
  await declareFunction(endpoint);
  const bus = "arn:aws:events:eu-central-1:000000000000:event-bus/default";
  await endpoint.declare(
    "aws:pipes/pipe:Pipe",
    "p",
    {
      roleArn: ROLE,
      source: Streams[0].StreamArn,
      sourceParameters: { dynamodbStreamParameters: { startingPosition: "LATEST" } },
      target: bus,
      targetParameters: { eventbridgeEventBusParameters: { detailType: "d", source: "s" } },
    },
    { name: "p", arn: "arn:aws:pipes:eu-central-1:000000000000:pipe/p" },
  );
  const shard = { StreamArn: Streams[0].StreamArn, ShardIteratorType: "LATEST" };
  const described = await call("DynamoDBStreams_20120810.DescribeStream", shard);
  const { ShardId } = described.StreamDescription.Shards[0];
  const { ShardIterator } = await call("DynamoDBStreams_20120810.GetShardIterator", {
    ...shard,
    ShardId,
  });
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
    ShardIterator: [ShardIterator],
    KeyConditionExpression: ["id = :v", "id = :v AND #a > :v", "id"],
    KeySchema: [[{ AttributeName: "id", KeyType: "HASH" }]],
    AttributeDefinitions: [[{ AttributeName: "id", AttributeType: "S" }]],
    BillingMode: ["PAY_PER_REQUEST"],
    EventBusName: ["default"],
    ResourceARN: [ruleArn],
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
    FunctionName: ["fn"],
    Payload: ["{}", "null", '{"a":[1]}', "{"],
    Event: ['{"source":"a"}', '{"id":"1","detail-type":"d","source":"a","account":"1","time":"x"}'],
  };
}

/** A function that a process of its own runs, and a queue that it is mapped to. */
async function declareFunction(endpoint: Endpoint): Promise<void> {
  const role = ROLE;
  const Service = ["lambda", "events", "pipes"].map((name) => `${name}.amazonaws.com`);
  endpoint.kernel.policies.putRole({
    arn: role,
    name: "worker",
    trust: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
    },
  });
  const files = { "index.mjs": "export const handler = async (event) => event;" };
  const inputs = {
    role,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: { hash: "h", files },
  };
  const arn = "arn:aws:lambda:eu-central-1:000000000000:function:fn";
  await endpoint.declare("aws:lambda/function:Function", "fn", inputs, { name: "fn", arn });
}
