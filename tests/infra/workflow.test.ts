import validateDefinition from "asl-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fillPlaceholders } from "../../infra/aws/state-machine.ts";
import { programWith } from "./support/program.ts";
import type { RunSettings } from "./support/registrations.ts";

const test = suite("Workflow");

const workflow = async (run?: RunSettings) => (await programWith(run)).within("customers-workflow");

const resources = await workflow();
const inputs = (name: string) => resources.get(name).inputs;
const json = (value: unknown) => JSON.parse(String(value));
const definition = json(inputs("customers-workflow")["definition"]);

test("is the parent of everything that it creates", async () => {
  assert.is(resources.ofType("commerce:infra:Workflow").length, 1);
  const { all } = await programWith();
  const children = all.filter(({ name }) => name.startsWith("customers-workflow-"));
  assert.ok(children.length > 20);
  assert.equal(
    children.filter(({ parent }) => parent !== "customers-workflow"),
    [],
  );
});

const steps: [name: string, description: string, action?: string][] = [
  [
    "customers-workflow-validate-exists",
    "Validates the input and looks up the customer",
    "dynamodb:GetItem",
  ],
  ["customers-workflow-log-event", "Logs that the customer was already registered"],
  ["customers-workflow-insert-id", "Registers a customer", "dynamodb:UpdateItem"],
];

for (const [name, description, action] of steps) {
  test(`${name} may log, trace${action ? `, and ${action} on the table` : ""}, and nothing else`, () => {
    const { code, ...rest } = inputs(name);
    assert.equal(rest, {
      description,
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: 256,
      timeout: 10,
      role: `${name}-role.arn`,
      ...(action && { environment: { variables: { CUSTOMERS_TABLE: "customer_ids" } } }),
      loggingConfig: {
        logFormat: "JSON",
        logGroup: `/aws/lambda/commerce-backend/test/${name}`,
        systemLogLevel: "WARN",
      },
      tracingConfig: { mode: "PassThrough" },
    });
    assert.equal(Object.keys((code as { assets: object }).assets), ["index.mjs"]);
    assert.equal(json(inputs(`${name}-policy`)["policy"]).Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`${name}-logs.arn:*`],
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: ["*"],
      },
      ...(action ? [{ Effect: "Allow", Action: [action], Resource: ["customers-table.arn"] }] : []),
    ]);
  });
}

test("the machine is a Standard one that logs and traces everything", () => {
  const { definition: _, ...rest } = inputs("customers-workflow");
  assert.equal(rest, {
    type: "STANDARD",
    roleArn: "customers-workflow-role.arn",
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      logDestination: "customers-workflow-logs.arn:*",
    },
    tracingConfiguration: { enabled: true },
  });
  assert.equal(inputs("customers-workflow-logs"), {
    name: "/aws/vendedlogs/states/commerce-backend/test/customers-workflow",
    retentionInDays: 7,
  });
  assert.ok(resources.get("customers-workflow").dependencies.includes("customers-workflow-policy"));
});

test("the machine may invoke its steps, deliver its logs and trace, and nothing else", () => {
  assert.equal(json(inputs("customers-workflow-policy")["policy"]).Statement, [
    {
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: [
        "customers-workflow-validate-exists.arn",
        "customers-workflow-log-event.arn",
        "customers-workflow-insert-id.arn",
      ],
    },
    {
      Effect: "Allow",
      Action: [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
      Resource: ["*"],
    },
    {
      Effect: "Allow",
      Action: [
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
      ],
      Resource: ["*"],
    },
  ]);
  assert.equal(json(inputs("customers-workflow-role")["assumeRolePolicy"]).Statement, [
    {
      Effect: "Allow",
      Principal: { Service: "states.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    },
  ]);
});

test("the definition is one that Step Functions takes", () => {
  const arn = (job: string) => `arn:aws:lambda:eu-central-1:111122223333:function:${job}`;
  const text = JSON.stringify(definition).replaceAll(
    /customers-workflow-([a-z-]+)\.arn/g,
    (_, job) => arn(job),
  );
  const { isValid, errorsText } = validateDefinition(JSON.parse(text));
  assert.ok(isValid, errorsText("\n"));
});

test("a known customer is logged, any other is inserted", () => {
  const { StartAt, States } = definition;
  assert.is(StartAt, "ValidateExists");
  assert.is(States.ValidateExists.Next, "IsRegistered");
  assert.equal(States.IsRegistered.Choices, [
    { Variable: "$.exists", BooleanEquals: true, Next: "LogEvent" },
  ]);
  assert.is(States.IsRegistered.Default, "InsertId");
  assert.is(States.LogEvent.End, true);
  assert.is(States.InsertId.End, true);
});

const tasks: [state: string, fn: string][] = [
  ["ValidateExists", "customers-workflow-validate-exists"],
  ["LogEvent", "customers-workflow-log-event"],
  ["InsertId", "customers-workflow-insert-id"],
];

for (const [state, fn] of tasks) {
  test(`${state} is tried again for everything but a wrong input`, () => {
    const { Type, Resource, Parameters, OutputPath, TimeoutSeconds, Retry, Catch } =
      definition.States[state];
    assert.equal(
      { Type, Resource, Parameters, OutputPath, Catch },
      {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: `${fn}.arn`, "Payload.$": "$" },
        OutputPath: "$.Payload",
        Catch: undefined,
      },
    );
    assert.ok(TimeoutSeconds > Number(inputs(fn)["timeout"]));
    assert.equal(Retry, [
      { ErrorEquals: ["ValidationError"], MaxAttempts: 0 },
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 300,
        MaxAttempts: 20,
        JitterStrategy: "FULL",
      },
    ]);
  });
}

test("a run has time for every retry of its longest way", () => {
  const { TimeoutSeconds, States } = definition;
  const [, { MaxAttempts, MaxDelaySeconds }] = States.InsertId.Retry;
  const longestTask = States.InsertId.TimeoutSeconds * (MaxAttempts + 1);
  const longestWait = Array.from({ length: MaxAttempts }, (_, n) => 2 ** n)
    .map((seconds) => Math.min(seconds, MaxDelaySeconds))
    .reduce((sum, seconds) => sum + seconds);
  assert.ok(TimeoutSeconds > 2 * (longestTask + longestWait), `${TimeoutSeconds} s`);
});

test("a rule starts a run for each announced customer, with the event's detail", () => {
  assert.equal(inputs("customers-workflow-created"), {
    name: "customer-created-to-sfn",
    description: "Starts the customers workflow for each new customer",
    eventPattern: '{"source":["customer.api"],"detail-type":["CustomerCreated"]}',
  });
  assert.equal(inputs("customers-workflow-start-created"), {
    rule: "customer-created-to-sfn",
    arn: "customers-workflow.arn",
    roleArn: "customers-workflow-start-role.arn",
    inputPath: "$.detail",
    retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    deadLetterConfig: { arn: "customers-workflow-start-dlq.arn" },
  });
});

test("the heartbeat is off unless the settings switch it on", async () => {
  assert.equal(inputs("customers-workflow-scan"), {
    name: "customer-scan-schedule",
    description: "Starts the customers workflow every five minutes as a heartbeat",
    scheduleExpression: "rate(5 minutes)",
    state: "DISABLED",
  });
  const target = inputs("customers-workflow-start-scan");
  assert.is(target["rule"], "customer-scan-schedule");
  assert.is(target["input"], '{"id":"scheduled-check"}');

  const on = await workflow({ config: { "customers:heartbeat": "true" } });
  assert.is(on.get("customers-workflow-scan").inputs["state"], "ENABLED");
});

test("the rules may start the machine and nothing else, and only they fill the queue", () => {
  assert.equal(json(inputs("customers-workflow-start-policy")["policy"]).Statement, [
    { Effect: "Allow", Action: ["states:StartExecution"], Resource: ["customers-workflow.arn"] },
  ]);
  assert.equal(json(inputs("customers-workflow-start-dlq-policy")["policy"]).Statement, [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: "customers-workflow-start-dlq.arn",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "customers-workflow-start-dlq.arn",
      Condition: {
        ArnEquals: {
          "aws:SourceArn": ["customers-workflow-created.arn", "customers-workflow-scan.arn"],
        },
      },
    },
  ]);
});

test("the rules wait for the table, so that a second stack cannot take them over", () => {
  for (const name of ["customers-workflow-created", "customers-workflow-scan"]) {
    assert.equal(resources.get(name).dependencies, ["customers-table"]);
  }
});

test("a placeholder without a value, or a value without a placeholder, is a mistake", () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
  assert.is(fillPlaceholders('{"a":"${X}","b":"${X}"}', { X: "1" }), '{"a":"1","b":"1"}');
  assert.throws(
    () => fillPlaceholders('"${X} ${Y}"', { X: "1" }),
    /^no value for the placeholder Y$/,
  );
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
  assert.throws(() => fillPlaceholders("{}", { X: "1" }), "no placeholder for the value X");
});

test.run();
