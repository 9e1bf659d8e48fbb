import * as aws from "@pulumi/aws";
import validateDefinition from "asl-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fillPlaceholders } from "../../infra/aws/state-machine.ts";
import { OrderTables } from "../../infra/orders/tables.ts";
import { readSettings } from "../../infra/settings.ts";
import { Workflow } from "../../infra/workflow.ts";
import { type RunSettings, registrationsOf } from "./support/registrations.ts";

const test = suite("Workflow");

const workflow = (settings?: RunSettings) =>
  registrationsOf(() => {
    const customersTable = new aws.dynamodb.Table("customers-table", { name: "customer_ids" });
    const settings = readSettings();
    const orderTables = new OrderTables("orders", { settings });
    return new Workflow("workflow", { customersTable, orderTables, settings });
  }, settings);

const resources = await workflow();
const inputs = (name: string) => resources.get(name).inputs;
const json = (value: unknown) => JSON.parse(String(value));
const definition = json(inputs("workflow-customers")["definition"]);

test("is the parent of everything that it creates", () => {
  const strangers = resources.all.filter(({ parent }) => parent !== "workflow");
  assert.equal(strangers.map(({ name }) => name).sort(), [
    "customers-table",
    "orders",
    "orders-payments-table",
    "orders-table",
    "workflow",
  ]);
  assert.is(resources.get("workflow").type, "commerce:infra:Workflow");
});

const steps: [name: string, description: string, action?: string][] = [
  [
    "workflow-validate-exists",
    "Checks the input of a run and looks the customer up",
    "dynamodb:GetItem",
  ],
  ["workflow-log-event", "Records that a customer was registered before"],
  ["workflow-insert-id", "Registers a customer", "dynamodb:UpdateItem"],
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
      },
      tracingConfig: { mode: "Active" },
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
  const { definition: _, ...rest } = inputs("workflow-customers");
  assert.equal(rest, {
    type: "STANDARD",
    roleArn: "workflow-customers-role.arn",
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      logDestination: "workflow-customers-logs.arn:*",
    },
    tracingConfiguration: { enabled: true },
  });
  assert.equal(inputs("workflow-customers-logs"), {
    name: "/aws/vendedlogs/states/commerce-backend/test/workflow-customers",
    retentionInDays: 7,
  });
  assert.ok(resources.get("workflow-customers").dependencies.includes("workflow-customers-policy"));
});

test("the machine may invoke its steps, deliver its logs and trace, and nothing else", () => {
  assert.equal(json(inputs("workflow-customers-policy")["policy"]).Statement, [
    {
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: [
        "workflow-validate-exists.arn",
        "workflow-log-event.arn",
        "workflow-insert-id.arn",
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
  assert.equal(json(inputs("workflow-customers-role")["assumeRolePolicy"]).Statement, [
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
  const text = JSON.stringify(definition).replaceAll(/workflow-([a-z-]+)\.arn/g, (_, job) =>
    arn(job),
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
  ["ValidateExists", "workflow-validate-exists"],
  ["LogEvent", "workflow-log-event"],
  ["InsertId", "workflow-insert-id"],
];

for (const [state, fn] of tasks) {
  test(`${state} is tried again for what may pass, and for nothing else`, () => {
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
      {
        ErrorEquals: [
          "TransientError",
          "States.Timeout",
          "Sandbox.Timedout",
          "Lambda.ClientExecutionTimeoutException",
          "Lambda.ServiceException",
          "Lambda.AWSLambdaException",
          "Lambda.SdkClientException",
          "Lambda.TooManyRequestsException",
        ],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 30,
        MaxAttempts: 6,
        JitterStrategy: "FULL",
      },
    ]);
  });
}

test("a run has time for every retry of its longest way", () => {
  const { TimeoutSeconds, States } = definition;
  const [{ MaxAttempts, MaxDelaySeconds }] = States.InsertId.Retry;
  const longestTask = States.InsertId.TimeoutSeconds * (MaxAttempts + 1);
  const longestWait = Array.from({ length: MaxAttempts }, (_, n) => 2 ** n)
    .map((seconds) => Math.min(seconds, MaxDelaySeconds))
    .reduce((sum, seconds) => sum + seconds);
  assert.ok(TimeoutSeconds > 2 * (longestTask + longestWait), `${TimeoutSeconds} s`);
});

test("a rule starts a run for each announced customer, with the event's detail", () => {
  assert.equal(inputs("workflow-customer-created"), {
    name: "customer-created-to-sfn",
    description: "Starts the customers workflow for each new customer",
    eventPattern: '{"source":["customer.api"],"detail-type":["CustomerCreated"]}',
  });
  assert.equal(inputs("workflow-customers-start-created"), {
    rule: "customer-created-to-sfn",
    arn: "workflow-customers.arn",
    roleArn: "workflow-customers-start-role.arn",
    inputPath: "$.detail",
    retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    deadLetterConfig: { arn: "workflow-customers-start-dlq.arn" },
  });
});

test("the heartbeat is off unless the settings switch it on", async () => {
  assert.equal(inputs("workflow-customer-scan"), {
    name: "customer-scan-schedule",
    description: "Starts the customers workflow every five minutes, to show that it lives",
    scheduleExpression: "rate(5 minutes)",
    state: "DISABLED",
  });
  const target = inputs("workflow-customers-start-scan");
  assert.is(target["rule"], "customer-scan-schedule");
  assert.is(target["input"], '{"id":"scheduled-check"}');

  const on = await workflow({ config: { "customers:heartbeat": "true" } });
  assert.is(on.get("workflow-customer-scan").inputs["state"], "ENABLED");
});

test("the rules may start the machine and nothing else, and only they fill the queue", () => {
  assert.equal(json(inputs("workflow-customers-start-policy")["policy"]).Statement, [
    { Effect: "Allow", Action: ["states:StartExecution"], Resource: ["workflow-customers.arn"] },
  ]);
  assert.equal(json(inputs("workflow-customers-start-dlq-policy")["policy"]).Statement, [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: "workflow-customers-start-dlq.arn",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "workflow-customers-start-dlq.arn",
      Condition: {
        ArnEquals: {
          "aws:SourceArn": ["workflow-customer-created.arn", "workflow-customer-scan.arn"],
        },
      },
    },
  ]);
});

test("the rules wait for the table, so that a second stack cannot take them over", () => {
  for (const name of ["workflow-customer-created", "workflow-customer-scan"]) {
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
