import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "./support/program.ts";
import type { RunSettings } from "./support/registrations.ts";

const test = suite("CustomerApi");

const customerApi = async (run?: RunSettings) => (await programWith(run)).within("customers");
const resources = await customerApi();
const inputs = (name: string) => resources.get(name).inputs;
const json = (value: unknown) => JSON.parse(String(value));

test("is the parent of everything that it creates", async () => {
  assert.is(resources.get("customers").type, "commerce:infra:CustomerApi");
  const { all } = await programWith();
  const children = all.filter(({ name }) => /^customers-(?!workflow)/.test(name));
  assert.ok(children.length > 20);
  assert.equal(
    children.filter(({ parent }) => parent !== "customers"),
    [],
  );
});

test("has a table with a stream, paid for by the request", () => {
  assert.equal(inputs("customers-table"), {
    name: "customer_ids",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: false,
  });
});

test("protects the table as the settings say", async () => {
  const config = { "tables:pointInTimeRecovery": "false", "tables:deletionProtection": "true" };
  const { inputs } = (await customerApi({ config })).get("customers-table");
  assert.equal(inputs["pointInTimeRecovery"], { enabled: false });
  assert.is(inputs["deletionProtectionEnabled"], true);
});

const functions: [name: string, description: string, action: string][] = [
  ["customers-put-customer", "Creates a customer", "dynamodb:PutItem"],
  ["customers-get-customer", "Checks whether a customer exists", "dynamodb:GetItem"],
  ["customers-delete-customer", "Deletes a customer", "dynamodb:DeleteItem"],
];

for (const [name, description, action] of functions) {
  test(`${name} is a small function on arm64 that knows its table`, () => {
    const { code, ...rest } = inputs(name);
    assert.equal(rest, {
      description,
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: 256,
      timeout: 10,
      role: `${name}-role.arn`,
      environment: { variables: { CUSTOMERS_TABLE: "customer_ids" } },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: `/aws/lambda/commerce-backend/test/${name}`,
        systemLogLevel: "WARN",
      },
      tracingConfig: { mode: "PassThrough" },
    });
    assert.equal(Object.keys((code as { assets: object }).assets), ["index.mjs"]);
  });

  test(`${name} may log, trace, and ${action} on its table, and nothing else`, () => {
    assert.equal(json(inputs(`${name}-policy`)["policy"]), {
      Version: "2012-10-17",
      Statement: [
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
        { Effect: "Allow", Action: [action], Resource: ["customers-table.arn"] },
      ],
    });
    assert.equal(json(inputs(`${name}-role`)["assumeRolePolicy"]), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEqualsIfExists: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    });
  });

  test(`${name} is created once it may log`, () => {
    const { dependencies } = resources.get(name);
    assert.ok(dependencies.includes(`${name}-policy`), dependencies.join());
    assert.ok(dependencies.includes(`${name}-logs`), dependencies.join());
  });
}

test("the API is regional, asks for TLS 1.2, and is made from a document", () => {
  const { body, ...rest } = inputs("customers-api");
  assert.equal(rest, {
    name: "commerce-backend-test-customers",
    description: "Customers API",
    endpointConfiguration: { types: "REGIONAL" },
    securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06",
    endpointAccessMode: "BASIC",
    failOnWarnings: true,
  });
  const uri = json(body).paths["/customers/{id}"].put["x-amazon-apigateway-integration"].uri;
  assert.is(uri, "customers-put-customer.invokeArn");
});

test("a change of the document creates a new deployment, and a change of a setting does not", async () => {
  const deployment = "customers-api-deployment";
  const body = createHash("sha256")
    .update(String(inputs("customers-api")["body"]))
    .digest("hex");
  assert.equal(inputs(deployment)["triggers"], { body });

  const other = await customerApi({ config: { "api:throttleRate": "1" } });
  assert.equal(other.get(deployment).inputs, inputs(deployment));
});

test("the stage traces, and logs a line of JSON for each request", () => {
  const { accessLogSettings, ...rest } = inputs("customers-api-stage");
  assert.equal(rest, {
    restApi: "customers-api.id",
    deployment: "customers-api-deployment.id",
    stageName: "prod",
    xrayTracingEnabled: true,
  });
  const { destinationArn, format } = accessLogSettings as Record<string, string>;
  assert.is(destinationArn, "customers-api-logs.arn");
  assert.equal(json(format), {
    requestId: "$context.requestId",
    time: "$context.requestTime",
    ip: "$context.identity.sourceIp",
    apiKeyId: "$context.identity.apiKeyId",
    method: "$context.httpMethod",
    resource: "$context.resourcePath",
    status: "$context.status",
    latencyMs: "$context.responseLatency",
    integrationLatencyMs: "$context.integrationLatency",
    responseBytes: "$context.responseLength",
    error: "$context.error.responseType",
    trace: "$context.xrayTraceId",
  });
});

test("every method is throttled, measured, and logs its errors but no bodies", () => {
  assert.equal(inputs("customers-api-settings"), {
    restApi: "customers-api.id",
    stageName: "prod",
    methodPath: "*/*",
    settings: {
      metricsEnabled: false,
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      throttlingRateLimit: 100,
      throttlingBurstLimit: 200,
    },
  });
});

test("the key belongs to a plan with a throttle and a quota", async () => {
  assert.equal(inputs("customers-api-plan"), {
    apiStages: [{ apiId: "customers-api.id", stage: "prod" }],
    throttleSettings: { rateLimit: 100, burstLimit: 200 },
    quotaSettings: { limit: 1_000_000, period: "DAY" },
  });
  assert.equal(inputs("customers-api-plan-key"), {
    keyId: "customers-api-key.id",
    keyType: "API_KEY",
    usagePlanId: "customers-api-plan.id",
  });
  const config = { "api:throttleRate": "5", "api:throttleBurst": "7", "api:quotaPerDay": "9" };
  const plan = (await customerApi({ config })).get("customers-api-plan").inputs;
  assert.equal(plan["throttleSettings"], { rateLimit: 5, burstLimit: 7 });
  assert.equal(plan["quotaSettings"], { limit: 9, period: "DAY" });
});

test("the stack chooses the key's value nowhere", () => {
  assert.equal(inputs("customers-api-key"), {
    description: "Key of default for the Customers API",
  });
});

test("log groups are there before what writes to them, and keep logs as long as the settings say", async () => {
  const { get, ofType } = await customerApi({ config: { "logs:retentionDays": "30" } });
  for (const { name, inputs } of ofType("aws:cloudwatch/logGroup:LogGroup")) {
    assert.is(inputs["retentionInDays"], 30, name);
  }
  const { name } = get("customers-api-error-logs").inputs;
  assert.is(name, "API-Gateway-Execution-Logs_customers-api.id/prod");
  const { dependencies } = get("customers-api-stage");
  assert.ok(dependencies.includes("customers-api-error-logs"), dependencies.join());
});

test("a pipe announces each new customer that no workflow has inserted", () => {
  assert.equal(inputs("customers-created"), {
    description: "Announces each new customer as CustomerCreated",
    roleArn: "customers-created-role.arn",
    source: "customers-table.streamArn",
    sourceParameters: {
      filterCriteria: {
        filters: [
          {
            pattern:
              '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"registeredAt":{"S":[{"exists":false}]}}}}',
          },
        ],
      },
      dynamodbStreamParameters: {
        startingPosition: "TRIM_HORIZON",
        batchSize: 10,
        onPartialBatchItemFailure: "AUTOMATIC_BISECT",
        maximumRetryAttempts: 100,
        maximumRecordAgeInSeconds: 21_600,
        deadLetterConfig: { arn: "customers-created-dlq.arn" },
      },
    },
    target: "arn:aws:events:eu-central-1:111122223333:event-bus/default",
    targetParameters: {
      eventbridgeEventBusParameters: { source: "customer.api", detailType: "CustomerCreated" },
      inputTemplate: '{"id": "<$.dynamodb.NewImage.id.S>"}',
    },
  });
  assert.ok(resources.get("customers-created").dependencies.includes("customers-created-policy"));
});

test("the pipe may read the stream, put events and put failures down, and nothing else", () => {
  assert.equal(json(inputs("customers-created-policy")["policy"]).Statement, [
    {
      Effect: "Allow",
      Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      Resource: ["customers-table.streamArn"],
    },
    { Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: ["*"] },
    {
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: ["arn:aws:events:eu-central-1:111122223333:event-bus/default"],
    },
    { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["customers-created-dlq.arn"] },
  ]);
  assert.equal(json(inputs("customers-created-role")["assumeRolePolicy"]).Statement, [
    {
      Effect: "Allow",
      Principal: { Service: "pipes.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    },
  ]);
});

test("failures are kept for fourteen days, encrypted, and reached by TLS only", () => {
  assert.equal(inputs("customers-created-dlq"), {
    messageRetentionSeconds: 1_209_600,
    maxMessageSize: 1_048_576,
    sqsManagedSseEnabled: true,
  });
  assert.equal(json(inputs("customers-created-dlq-policy")["policy"]).Statement, [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: "customers-created-dlq.arn",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});

test.run();
