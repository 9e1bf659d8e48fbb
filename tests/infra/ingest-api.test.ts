import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assertDeadLetterQueue, assertRole } from "./support/permissions.ts";
import { programWith } from "./support/program.ts";
import type { RunSettings } from "./support/registrations.ts";

const test = suite("IngestApi");

const ingestApi = async (run?: RunSettings) => (await programWith(run)).within("ingest");
const resources = await ingestApi();
const scheduled = await ingestApi({ config: { "ingest:schedule": "rate(1 hour)" } });
const json = (value: unknown) => JSON.parse(String(value));

const LOGGING_AND_TRACING = (name: string) => [
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
];

test("is the parent of everything that it creates", async () => {
  assert.is(resources.get("ingest").type, "commerce:infra:IngestApi");
  const { all } = await programWith();
  const children = all.filter(({ name }) => name.startsWith("ingest-"));
  assert.ok(children.length > 10);
  assert.equal(
    children.filter(({ parent }) => parent !== "ingest"),
    [],
  );
});

test("has a table by request, from which old requests go by themselves", () => {
  assert.equal(resources.get("ingest-table").inputs, {
    hashKey: "request_id",
    attributes: [{ name: "request_id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    ttl: { attributeName: "expires_at", enabled: true },
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: false,
  });
});

test("keeps no backups of its table where the settings say so", async () => {
  const { get } = await ingestApi({ config: { "ingest:pointInTimeRecovery": "false" } });
  assert.equal(get("ingest-table").inputs["pointInTimeRecovery"], { enabled: false });
});

test("the function that stores knows its table and may put items there, and nothing else", () => {
  assert.equal(resources.get("ingest-ingest").inputs["environment"], {
    variables: { INGEST_TABLE: "ingest-table.name", IDEMPOTENCY_HOURS: "24" },
  });
  assert.equal(json(resources.get("ingest-ingest-policy").inputs["policy"]).Statement, [
    ...LOGGING_AND_TRACING("ingest-ingest"),
    { Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: ["ingest-table.arn"] },
  ]);
});

test("the upstream may only log and trace", () => {
  const policy = json(resources.get("ingest-get-users-policy").inputs["policy"]);
  assert.equal(policy.Statement, LOGGING_AND_TRACING("ingest-get-users"));
});

test("is open unless the settings ask for a key", async () => {
  assert.equal(resources.ofType("aws:apigateway/apiKey:ApiKey"), []);
  assert.equal(resources.ofType("aws:apigateway/usagePlan:UsagePlan"), []);
  const open = json(resources.get("ingest-api").inputs["body"]);
  assert.is(open.paths["/ingest"].post.security, undefined);

  const keyed = await ingestApi({ config: { "ingest:requireKey": "true" } });
  const body = json(keyed.get("ingest-api").inputs["body"]);
  assert.equal(body.paths["/ingest"].post.security, [{ apiKey: [] }]);
  assert.equal(body.paths["/users"].get.security, [{ apiKey: [] }]);
  assert.is(keyed.ofType("aws:apigateway/usagePlanKey:UsagePlanKey").length, 1);
});

test("each function may be invoked by its own operation only", () => {
  const permissions = resources.ofType("aws:lambda/permission:Permission");
  assert.equal(
    permissions.map(({ inputs }) => [inputs["function"], inputs["principal"], inputs["sourceArn"]]),
    [
      [
        "ingest-get-users.name",
        "apigateway.amazonaws.com",
        "ingest-api.executionArn/prod/GET/users",
      ],
      [
        "ingest-ingest.name",
        "apigateway.amazonaws.com",
        "ingest-api.executionArn/prod/POST/ingest",
      ],
    ],
  );
});

test("a scheduled pull of a keyed API has the key", async () => {
  const config = { "ingest:schedule": "rate(1 hour)", "ingest:requireKey": "true" };
  const { get } = await ingestApi({ config });
  assert.equal(get("ingest-pull").inputs["environment"], {
    variables: {
      URL_GET: "ingest-api-stage.invokeUrl/users",
      URL_POST: "ingest-api-stage.invokeUrl/ingest",
      API_KEY: "ingest-api-key.value",
    },
  });
});

test("pulls nothing by itself unless the settings say when", () => {
  assert.equal(resources.ofType("aws:cloudwatch/eventRule:EventRule"), []);
  assert.equal(scheduled.get("ingest-pull").inputs["environment"], {
    variables: {
      URL_GET: "ingest-api-stage.invokeUrl/users",
      URL_POST: "ingest-api-stage.invokeUrl/ingest",
    },
  });
});

test("a scheduled pull is started by its rule alone, and its failures are kept", () => {
  assert.equal(scheduled.get("ingest-pull-rule").inputs, {
    description: "Pulls, cleans and posts the users",
    scheduleExpression: "rate(1 hour)",
  });
  assert.equal(scheduled.get("ingest-pull-permission").inputs, {
    function: "ingest-pull.name",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: "ingest-pull-rule.arn",
  });
  assert.equal(scheduled.get("ingest-pull-retries").inputs, {
    functionName: "ingest-pull.name",
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: "ingest-pull-dlq.arn" } },
  });
  const { inputs, dependencies } = scheduled.get("ingest-pull-target");
  assert.equal(inputs, {
    rule: "ingest-pull-rule.name",
    arn: "ingest-pull.arn",
    deadLetterConfig: { arn: "ingest-pull-dlq.arn" },
  });
  assert.ok(dependencies.includes("ingest-pull-permission"), dependencies.join());
  assertDeadLetterQueue(scheduled, "ingest-pull-dlq", [
    ["events.amazonaws.com", ["ingest-pull-rule.arn"]],
  ]);
  assertRole(scheduled, "ingest-pull", "lambda.amazonaws.com", [
    [["logs:CreateLogStream", "logs:PutLogEvents"], ["ingest-pull-logs.arn:*"]],
    [["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]],
    [["sqs:SendMessage"], ["ingest-pull-dlq.arn"]],
  ]);
});

test.run();
