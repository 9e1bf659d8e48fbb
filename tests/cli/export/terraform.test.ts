import { createHash } from "node:crypto";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { danglingReferences } from "../../../cli/export/dangling.ts";
import { record } from "../../../cli/export/recording.ts";
import { stackSettings } from "../../../cli/export/stack-settings.ts";
import { toTerraform } from "../../../cli/export/terraform.ts";
import { terraformArgument, terraformType } from "../../../cli/export/terraform-names.ts";
import { runProgram } from "../../infra/support/program.ts";

const test = suite("export:terraform");
const ROOT = join(import.meta.dirname, "..", "..", "..");

const { project, config } = stackSettings(ROOT, "dev");
const recording = await record({
  project,
  stack: "dev",
  config,
  program: runProgram,
});
const { configuration, files } = await toTerraform(recording);

/** The one resource of a type whose label ends like this. */
function resource(type: string, end: string): Record<string, unknown> {
  const found = Object.entries(configuration.resource[type] ?? {}).filter(([label]) =>
    label.endsWith(end),
  );
  assert.is(found.length, 1, `${type} …${end}: ${found.map(([label]) => label)}`);
  return found[0]?.[1] ?? {};
}

test("every resource of the program is there, and every reference leads to one", () => {
  const count = Object.values(configuration.resource).reduce(
    (sum, named) => sum + Object.keys(named).length,
    0,
  );

  assert.ok(count > 250);
  assert.is(count, recording.resources.length);
  assert.equal(danglingReferences(configuration), []);
});

test("a reference to what is not declared is found, in arguments, policies and depends_on", () => {
  const broken = structuredClone(configuration);
  for (const named of Object.values(broken.resource)) {
    for (const label of Object.keys(named))
      if (label.endsWith("get_customer_role")) delete named[label];
  }
  broken.output["lost"] = { value: "⟦x|aws:sqs/queue:Queue.arn⟧", sensitive: false };

  assert.equal(danglingReferences(broken), [
    "aws_iam_role.customers_get_customer_role",
    "⟦x|aws:sqs/queue:Queue.arn⟧",
  ]);
});

test("a function refers to its role and log group, and its package is a file", () => {
  const found = resource("aws_lambda_function", "customers_get_customer");
  const zip = files.get(String(found["filename"]));

  assert.ok(zip);
  assert.is(found["source_code_hash"], createHash("sha256").update(zip).digest("base64"));
  assert.equal(Object.keys(unzipSync(zip)), ["index.mjs"]);
  assert.is(found["role"], "$" + "{aws_iam_role.customers_get_customer_role.arn}");
  assert.ok(String(found["function_name"]).startsWith(`${project}-dev-`));
  assert.is(found["handler"], "index.handler");
});

test("a policy refers to what it is about, as text in JSON", () => {
  const { policy } = resource("aws_iam_role_policy", "customers_get_customer_policy");
  const { Statement } = JSON.parse(String(policy));

  assert.match(JSON.stringify(Statement), "$" + "{aws_dynamodb_table.customers_table.arn}");
});

test("outputs with keys are sensitive, and no others", () => {
  const sensitive = Object.entries(configuration.output).filter(([, it]) => it.sensitive);
  assert.equal(
    sensitive.map(([name]) => name),
    ["api_keys", "customers_api_key", "ingest_api_key", "orders_api_key"].filter(
      (name) => configuration.output[name],
    ),
  );
});

test("text that Terraform would take for a template is escaped", async () => {
  const body = "$" + "{x} %{if} $input.path";
  const { configuration: small } = await toTerraform({
    ...recording,
    resources: [
      {
        type: "aws:apigateway/restApi:RestApi",
        name: "api",
        key: "api|aws:apigateway/restApi:RestApi",
        inputs: { name: "api", body },
        dependencies: [],
        deleteBeforeReplace: true,
        protect: true,
      },
    ],
    outputs: {},
  });

  assert.equal(small.resource, {
    aws_api_gateway_rest_api: {
      api: {
        name: "api",
        body: "$$" + "{x} %%{if} $input.path",
        lifecycle: { prevent_destroy: true },
      },
    },
  });
});

for (const [token, type] of [
  ["aws:apigateway/restApi:RestApi", "aws_api_gateway_rest_api"],
  ["aws:apigatewayv2/api:Api", "aws_apigatewayv2_api"],
  ["aws:cloudwatch/eventRule:EventRule", "aws_cloudwatch_event_rule"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "aws_lambda_event_source_mapping"],
  ["aws:sfn/stateMachine:StateMachine", "aws_sfn_state_machine"],
  ["aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "aws_sqs_queue_redrive_allow_policy"],
] as const) {
  test(`${token} is ${type}`, () => assert.is(terraformType(token).type, type));
}

test("blocks that repeat are in the singular, and lists of values as they are", () => {
  assert.is(terraformArgument("globalSecondaryIndexes", [{}]), "global_secondary_index");
  assert.is(terraformArgument("attributes", [{}]), "attribute");
  assert.is(terraformArgument("apiStages", [{}]), "api_stages");
  assert.is(terraformArgument("alarmActions", ["a"]), "alarm_actions");
  assert.is(terraformArgument("kmsMasterKeyId", "a"), "kms_master_key_id");
});

test("a stack without a file, and a setting without a value, are refused", () => {
  assert.throws(
    () => stackSettings(ROOT, "none"),
    /^there is no stack none: \S+Pulumi\.none\.yaml is missing; there are: dev, prod$/,
  );
  assert.throws(
    () => stackSettings(ROOT, "dev", ["logs:retentionDays"]),
    /^--config logs:retentionDays must be key=value$/,
  );
});

test.run();
