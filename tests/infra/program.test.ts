import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "./support/program.ts";

const test = suite("the whole program");

interface Statement {
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource: string | string[];
}

const program = await programWith({
  config: { "api:loggingRole": "create" },
});
const policies = program.ofType("aws:iam/rolePolicy:RolePolicy");
const statementsOf = (text: unknown): Statement[] => JSON.parse(String(text)).Statement;
const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);
const granted = policies.flatMap(({ inputs }) => statementsOf(inputs["policy"]));

test("tells a user every name that is needed to look around", () => {
  const { functionNames, logGroupNames, ...outputs } = program.outputs;
  const promised = {
    customersApiUrl: "customers-api-stage.invokeUrl",
    customersApiKey: "customers-api-key.value",
    customersTableName: "customer_ids",
    customersWorkflowArn: "customers-workflow.arn",
    customerCreatedRuleName: "customer-created-to-sfn",
    customerScanRuleName: "customer-scan-schedule",
    ordersApiUrl: "orders-api-stage.invokeUrl",
    ordersApiKey: "orders-api-key.value",
    ordersHttpApiUrl: "orders-http-api-stage.invokeUrl",
    ordersTableName: "orders-table.name",
    paymentsTableName: "orders-payments-table.name",
    ordersQueueUrl: "orders-queue.url",
    ordersDlqUrl: "orders-dlq.url",
    ordersTopicArn: "orders-topic.arn",
    orderWorkflowArn: "order-workflow.arn",
    orderRecoveryArn: "order-workflow-recovery.arn",
    apiKeys: {
      "customers-api default": "customers-api-key.value",
      "orders-api default": "orders-api-key.value",
    },
    alertsTopicArn: "monitoring-alerts-topic.arn",
    dashboardUrl:
      "https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/commerce-backend-test",
  };
  assert.equal({ ...outputs, ...promised }, outputs);

  const functions = program.ofType("aws:lambda/function:Function");
  const names = Object.values(functionNames as Record<string, string>);
  assert.equal(names.sort(), functions.map(({ name }) => `${name}.name`).sort());

  const groups = program.ofType("aws:cloudwatch/logGroup:LogGroup");
  const groupNames = Object.values(logGroupNames as Record<string, string>);
  assert.equal(groupNames.sort(), groups.map(({ inputs }) => inputs["name"]).sort());
});

test("tells where every dead-letter queue is, by a name", () => {
  const queues = program.ofType("aws:sqs/queue:Queue").filter(({ name }) => name.endsWith("-dlq"));
  assert.equal(
    program.outputs["deadLetterQueueUrls"],
    Object.fromEntries(queues.map(({ name }) => [name.replace(/-dlq$/, ""), `${name}.url`])),
  );
});

test("AWS chooses the names, but for those that others count on or that people read", () => {
  const named = program.all.filter(
    ({ type, inputs }) =>
      inputs["name"] !== undefined && !/:(LogGroup|QueryDefinition)$/.test(type),
  );
  assert.equal(named.map(({ name, inputs }) => `${name} is ${inputs["name"]}`).sort(), [
    "customers-api is commerce-backend-test-customers",
    "customers-table is customer_ids",
    "customers-workflow-created is customer-created-to-sfn",
    "customers-workflow-scan is customer-scan-schedule",
    "ingest-api is commerce-backend-test-ingest",
    "orders-api is commerce-backend-test-orders",
    "orders-http-api is commerce-backend-test-orders-http",
    "orders-http-api-stage is prod",
  ]);
});

test("what AWS tries out at its creation is created after the permissions it takes", () => {
  const waits = [
    ...program.ofType("aws:pipes/pipe:Pipe"),
    ...program.ofType("aws:sfn/stateMachine:StateMachine"),
    ...program.ofType("aws:lambda/function:Function"),
  ];
  for (const { name, dependencies } of waits) {
    assert.ok(dependencies.includes(`${name}-policy`), name);
  }
  // These act in the name of their function.
  for (const type of [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  ]) {
    const found = program.ofType(type);
    assert.is(found.length, 2, type);
    const functions = program.ofType("aws:lambda/function:Function").map(({ name }) => name);
    for (const { name, dependencies } of found) {
      assert.is(functions.filter((it) => dependencies.includes(it)).length, 1, name);
    }
  }
});

test("keeps keys and encrypted addresses secret, end to end, and nothing else", async () => {
  const keys = Object.keys(program.outputs).filter(
    (name) => /Keys?$/.test(name) && program.outputs[name] !== null,
  );
  assert.equal(program.secretOutputs.sort(), keys.sort());
  // The provider repeats the key's value in what joins it to its plan.
  for (const type of ["apiKey:ApiKey", "usagePlanKey:UsagePlanKey"]) {
    const found = program.ofType(`aws:apigateway/${type}`);
    assert.is(found.length, 2, type);
    for (const { secretOutputs } of found) assert.equal(secretOutputs, ["value"]);
  }
  const secret = await programWith({
    config: {
      "ingest:requireKey": "true",
      "ingest:schedule": "rate(1 hour)",
      "monitoring:email": "alerts@example.com",
      "orders:email": "shop@example.com",
    },
    secrets: ["monitoring:email", "orders:email"],
  });
  for (const value of ["-key.value", "@example.com"]) {
    const uses = secret.all.filter(({ inputs }) => JSON.stringify(inputs).includes(value));
    assert.ok(uses.length > 0, value);
    const readable = secret.all.filter((it) => it.readable.includes(value));
    assert.equal(
      readable.map(({ name }) => name),
      [],
      value,
    );
  }
});

test("deletion protection is Pulumi's as well, on tables and on the key that they are encrypted with", async () => {
  const config = { "encryption:customerManagedKey": "true", "tables:deletionProtection": "true" };
  const protectedOnes = (await programWith({ config })).all.filter(({ protect }) => protect);
  assert.equal(protectedOnes.map(({ name }) => name).sort(), [
    "customers-table",
    "foundation-key",
    "ingest-table",
    "orders-payments-table",
    "orders-table",
  ]);
  assert.equal(
    program.all.filter(({ protect }) => protect),
    [],
  );
});

test("a prefix keeps every fixed name of two stacks apart, and what flows between them", async () => {
  const prefixed = await programWith({ config: { "names:prefix": "prod-" }, stack: "prod" });
  const fixed = (all: typeof program) =>
    all.all.flatMap(({ type, inputs }) =>
      /:(LogGroup|QueryDefinition|Stage)$/.test(type) || inputs["name"] === undefined
        ? []
        : [String(inputs["name"])],
    );
  const shared = fixed(prefixed).filter((name) => fixed(program).includes(name));
  assert.equal(shared, []);
  assert.is(prefixed.get("customers-table").inputs["name"], "prod-customer_ids");
  const pattern = String(prefixed.get("customers-workflow-created").inputs["eventPattern"]);
  assert.equal(JSON.parse(pattern).source, ["prod-customer.api"]);
  const pipe = JSON.stringify(prefixed.get("customers-created").inputs["targetParameters"]);
  assert.match(pipe, '"source":"prod-customer.api"');
});

test("every ARN names the partition, so that the program works in GovCloud and China", async () => {
  const config = {
    "api:loggingRole": "create",
    "encryption:customerManagedKey": "true",
    "ingest:schedule": "rate(1 hour)",
    "monitoring:monthlyBudgetUsd": "100",
    "tables:backupPlan": "true",
  };
  const { all } = await programWith({ config, partition: "aws-cn" });
  const texts = all.map(({ name, inputs }): [string, string] => [name, JSON.stringify(inputs)]);

  assert.ok(texts.filter(([, text]) => text.includes("arn:aws-cn:")).length >= 5);
  assert.equal(
    texts.filter(([, text]) => text.includes("arn:aws:")).map(([name]) => name),
    [],
  );
});

test("a role can be assumed for this account only", () => {
  for (const { name, inputs } of program.ofType("aws:iam/role:Role")) {
    const [statement] = JSON.parse(String(inputs["assumeRolePolicy"])).Statement;
    const [[operator, condition]] = Object.entries(statement.Condition) as [[string, object]];
    assert.match(operator, /^StringEquals(IfExists)?$/, name);
    assert.equal(condition, { "aws:SourceAccount": "111122223333" }, name);
  }
});

test("every resource belongs to a component", () => {
  const loose = program.all.filter(
    ({ type, parent }) => !parent && !type.startsWith("commerce:infra:"),
  );
  assert.equal(loose, []);
});

test("every function has a role, a policy and a log group of its own", () => {
  for (const { name, inputs, dependencies } of program.ofType("aws:lambda/function:Function")) {
    assert.is(inputs["role"], `${name}-role.arn`);
    assert.ok(dependencies.includes(`${name}-policy`), name);
    assert.ok(dependencies.includes(`${name}-logs`), name);
  }
});

test("only services without resources to name are granted everything", () => {
  const everywhere = granted.filter(({ Resource }) => list(Resource).includes("*"));
  const actions = new Set(everywhere.flatMap(({ Action }) => list(Action)));
  assert.equal([...actions].sort(), [
    "dynamodb:ListStreams",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);

  // Writing any log group of the account and region is for API Gateway's role alone.
  const writers = policies.filter(({ inputs }) =>
    statementsOf(inputs["policy"]).some(({ Resource }) =>
      list(Resource).includes("arn:aws:logs:eu-central-1:111122223333:*"),
    ),
  );
  assert.equal(
    writers.map(({ name }) => name),
    ["foundation-api-logging-policy"],
  );
});

test("no action is a pattern, and no policy is one of AWS's own", () => {
  const patterns = granted.flatMap(({ Action }) => list(Action)).filter((it) => it.includes("*"));
  assert.equal(patterns, []);
  assert.equal(program.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
  for (const { name, inputs } of program.ofType("aws:iam/role:Role")) {
    assert.equal(Object.keys(inputs), ["assumeRolePolicy"], name);
  }
});

test("everyone is only ever denied something", () => {
  for (const { name, inputs } of program.ofType("aws:sqs/queuePolicy:QueuePolicy")) {
    const open = statementsOf(inputs["policy"]).filter(({ Principal }) => Principal === "*");
    assert.equal(
      open.map(({ Effect }) => Effect),
      ["Deny"],
      name,
    );
  }
  for (const { name, inputs } of program.ofType("aws:lambda/permission:Permission")) {
    assert.match(String(inputs["principal"]), /^[a-z]+\.amazonaws\.com$/, name);
    assert.type(inputs["sourceArn"], "string", name);
  }
});

test("every log group has a retention", () => {
  for (const { name, inputs } of program.ofType("aws:cloudwatch/logGroup:LogGroup")) {
    assert.is(inputs["retentionInDays"], 7, name);
  }
});

test("stages wait for API Gateway's role for logs, which outlives the stack", () => {
  for (const { name, dependencies } of program.ofType("aws:apigateway/stage:Stage")) {
    assert.ok(dependencies.includes("foundation-api-logging-account"), name);
  }
  const kept = program.all.filter(({ retainedOnDelete }) => retainedOnDelete);
  assert.equal(kept.map(({ name }) => name).sort(), [
    "foundation-api-logging-account",
    "foundation-api-logging-policy",
    "foundation-api-logging-role",
  ]);
  assert.equal(program.get("foundation-api-logging-account").inputs, {
    cloudwatchRoleArn: "foundation-api-logging-role.arn",
  });
  assert.ok(
    program
      .get("foundation-api-logging-account")
      .dependencies.includes("foundation-api-logging-policy"),
  );
});

test.run();
