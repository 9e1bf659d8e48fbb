import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bundle } from "../../infra/bundle/bundle.ts";
import { registrationsOf } from "./support/registrations.ts";

const test = suite("the whole program");

interface Statement {
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource: string | string[];
}

const program = await registrationsOf(() => import("../../index.ts"), {
  config: { "api:manageLoggingRole": "true" },
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
    customersWorkflowArn: "workflow-customers.arn",
    customerCreatedRuleName: "customer-created-to-sfn",
    customerScanRuleName: "customer-scan-schedule",
  };
  assert.equal({ ...outputs, ...promised }, outputs);

  const functions = program.ofType("aws:lambda/function:Function");
  const names = Object.values(functionNames as Record<string, string>);
  assert.equal(names.sort(), functions.map(({ name }) => `${name}.name`).sort());

  const groups = program.ofType("aws:cloudwatch/logGroup:LogGroup");
  const groupNames = Object.values(logGroupNames as Record<string, string>);
  assert.equal(groupNames.sort(), groups.map(({ inputs }) => inputs["name"]).sort());
});

test("keeps keys secret, and nothing else", () => {
  const keys = Object.keys(program.outputs).filter(
    (name) => name.endsWith("Key") && program.outputs[name] !== null,
  );
  assert.equal(program.secretOutputs.sort(), keys.sort());
  for (const { inputs } of program.ofType("aws:apigateway/apiKey:ApiKey")) {
    assert.is(inputs["value"], undefined);
  }
  const uses = program.all.filter(({ inputs }) => /-key\.value/.test(JSON.stringify(inputs)));
  assert.equal(uses, []);
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
    "logs:CreateLogDelivery",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:DescribeResourcePolicies",
    "logs:FilterLogEvents",
    "logs:GetLogDelivery",
    "logs:GetLogEvents",
    "logs:ListLogDeliveries",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);

  // Writing any log group is for the account's role alone.
  const writers = policies.filter(({ inputs }) =>
    statementsOf(inputs["policy"]).some(
      ({ Action, Resource }) =>
        list(Action).includes("logs:PutLogEvents") && list(Resource).includes("*"),
    ),
  );
  assert.equal(
    writers.map(({ name }) => name),
    ["api-logging-policy"],
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
    assert.ok(dependencies.includes("api-logging-account"), name);
  }
  const kept = program.all.filter(({ retainedOnDelete }) => retainedOnDelete);
  assert.equal(kept.map(({ name }) => name).sort(), [
    "api-logging-account",
    "api-logging-policy",
    "api-logging-role",
  ]);
  assert.equal(program.get("api-logging-account").inputs, {
    cloudwatchRoleArn: "api-logging-role.arn",
  });
  assert.ok(program.get("api-logging-account").dependencies.includes("api-logging-policy"));
});

const entries: [name: string, entry: string][] = [
  ["customers-put", "handlers/customers/put-customer.ts"],
  ["customers-get", "handlers/customers/get-customer.ts"],
  ["customers-delete", "handlers/customers/delete-customer.ts"],
  ["workflow-validate-exists", "handlers/customers/validate-exists.ts"],
  ["workflow-log-event", "handlers/customers/log-event.ts"],
  ["workflow-insert-id", "handlers/customers/insert-id.ts"],
];

for (const [name, entry] of entries) {
  test(`${name} runs ${entry}`, async () => {
    const { assets } = program.get(name).inputs["code"] as {
      assets: Record<string, { text: string }>;
    };
    assert.ok(assets["index.mjs"]?.text === (await bundle(entry)).code);
  });
}

test.run();
