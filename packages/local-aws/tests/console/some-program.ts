import type { RecordedResource } from "../../src/program/recorded.ts";

const PARENT = "urn:pulumi:dev::shop::shop:Orders::orders";
const REGION = "eu-west-1:000000000000";

const arn = {
  queue: (name: string) => `arn:aws:sqs:${REGION}:${name}`,
  table: (name: string) => `arn:aws:dynamodb:${REGION}:table/${name}`,
  function: (name: string) => `arn:aws:lambda:${REGION}:function:${name}`,
  topic: (name: string) => `arn:aws:sns:${REGION}:${name}`,
  machine: (name: string) => `arn:aws:states:${REGION}:stateMachine:${name}`,
  role: (name: string) => `arn:aws:iam::000000000000:role/${name}`,
};

/** A resource of the component `orders`. */
export function resource(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): RecordedResource {
  const urn = `${PARENT}$${type}::${name}`;
  return { urn, type, name, parent: PARENT, id: name, inputs, outputs: { ...inputs, ...outputs } };
}

const policy = (role: string, actions: string[], resources: string[]) =>
  resource("aws:iam/rolePolicy:RolePolicy", role, {
    role,
    policy: JSON.stringify({
      Statement: [{ Effect: "Allow", Action: actions, Resource: resources }],
    }),
  });
const lambda = (name: string) =>
  resource(
    "aws:lambda/function:Function",
    `orders-${name}`,
    {
      role: arn.role(`${name}-role`),
      code: {
        hash: "",
        files: { "index.mjs.map": JSON.stringify({ sources: ["a.ts", `handlers/${name}.ts`] }) },
      },
    },
    { name: `${name}-1a`, arn: arn.function(`${name}-1a`) },
  );
const queue = (name: string, inputs = {}) =>
  resource("aws:sqs/queue:Queue", `orders-${name}`, inputs, {
    name: `${name}-1a`,
    arn: arn.queue(`${name}-1a`),
  });

/** A small program with a part of every kind. */
export const someProgram: RecordedResource[] = [
  queue("dlq"),
  queue("queue", { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("dlq-1a") }) }),
  resource(
    "aws:dynamodb/table:Table",
    "orders-table",
    {},
    { name: "t-1a", arn: arn.table("t-1a") },
  ),
  lambda("place"),
  lambda("work"),
  lambda("tell"),
  policy("place-role", ["dynamodb:PutItem", "logs:PutLogEvents"], [arn.table("t-1a")]),
  policy("work-role", ["sqs:ReceiveMessage"], [arn.queue("queue-1a")]),
  policy("work-role", ["states:StartExecution"], [arn.machine("m-1a")]),
  policy("machine-role", ["lambda:InvokeFunction"], [`${arn.function("tell-1a")}:*`]),
  resource("aws:apigatewayv2/api:Api", "orders-api", { name: "shop-orders" }),
  resource("aws:apigatewayv2/integration:Integration", "orders-api-place", {
    apiId: "orders-api",
    integrationUri: arn.function("place-1a"),
  }),
  resource(
    "aws:pipes/pipe:Pipe",
    "orders-placed",
    {
      roleArn: arn.role("pipe-role"),
      source: `${arn.table("t-1a")}/stream/2026`,
      target: arn.queue("queue-1a"),
      sourceParameters: {
        dynamodbStreamParameters: { deadLetterConfig: { arn: arn.queue("dlq-1a") } },
      },
    },
    { name: "placed-1a" },
  ),
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", "orders-work", {
    eventSourceArn: arn.queue("queue-1a"),
    functionName: arn.function("work-1a"),
  }),
  resource(
    "aws:sfn/stateMachine:StateMachine",
    "orders-machine",
    { roleArn: arn.role("machine-role") },
    { name: "m-1a", arn: arn.machine("m-1a") },
  ),
  resource("aws:sns/topic:Topic", "orders-topic", {}, { name: "n-1a", arn: arn.topic("n-1a") }),
  resource("aws:sns/topicSubscription:TopicSubscription", "orders-mail", {
    topic: arn.topic("n-1a"),
    protocol: "email",
    endpoint: "shop@example.com",
  }),
  resource(
    "aws:cloudwatch/eventRule:EventRule",
    "orders-rule",
    { eventPattern: "{}" },
    { name: "r-1a" },
  ),
  resource("aws:cloudwatch/eventTarget:EventTarget", "orders-target", {
    rule: "r-1a",
    arn: arn.machine("m-1a"),
    roleArn: arn.role("rule-role"),
  }),
  resource(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "orders-alarm",
    { alarmActions: [arn.topic("n-1a")], dimensions: { QueueName: "dlq-1a" } },
    { name: "alarm-1a" },
  ),
];
