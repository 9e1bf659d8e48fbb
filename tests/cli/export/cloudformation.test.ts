import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Template, toCloudFormation } from "../../../cli/export/cloudformation.ts";
import { danglingLabels } from "../../../cli/export/dangling.ts";
import { exportCloudFormation } from "../../../cli/export/export-cloudformation.ts";
import { type Recorded, record } from "../../../cli/export/recording.ts";
import { stackSettings } from "../../../cli/export/stack-settings.ts";
import { runCdkNag } from "../../../cli/scan/cdk-nag.ts";
import { judge } from "../../../cli/scan/judgement.ts";

const test = suite("export:cloudformation");
const ROOT = join(import.meta.dirname, "..", "..", "..");

// Everything that a setting turns on.
const { project, config } = stackSettings(ROOT, "prod", [
  "monitoring:email=alerts@example.com",
  "orders:email=shop@example.com",
  "api:waf=true",
  "api:domainName=api.shop.example",
  "api:certificateArn=arn:aws:acm:eu-west-1:111122223333:certificate/abc",
  "api:httpAuthorizer=jwt",
  "api:jwtIssuer=https://login.example.com",
  "api:jwtAudience=shop",
  "tables:backupPlan=true",
  "functions:signingProfile=arn:aws:signer:eu-west-1:111122223333:/signing-profiles/shop/abc",
]);
const program = () => import("../../../index.ts");
const recording = await record({ project, stack: "prod", config, program });
const { template, files, omittedOutputs } = await toCloudFormation(recording);

const PARTS = [
  "aws:apigateway/methodSettings:MethodSettings",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

/** What a resource refers to, and comes after. */
function namedBy(resource: object): string[] {
  const text = JSON.stringify(resource);
  return Object.keys(template.Resources).filter(
    (label) => text.includes(`"${label}"`) || new RegExp(`\\$\\{${label}[.}]`).test(text),
  );
}

test("every resource of the program is there, and every reference leads to one", () => {
  const own = recording.resources.filter(({ type }) => !PARTS.includes(type));
  const declared = Object.values(template.Resources);
  const versions = declared.filter(({ Type }) => Type === "AWS::Lambda::Version");

  assert.ok(own.length > 300);
  assert.is(declared.length - versions.length, own.length);
  assert.is(versions.length, files.size);
  assert.equal(danglingLabels(template), []);
});

test("a reference to what is not declared is found, in Ref, GetAtt, Sub and DependsOn", () => {
  const broken: Template = structuredClone(template);
  delete broken.Resources["OrdersTable"];
  broken.Resources["Lost"] = {
    Type: "AWS::SQS::Queue",
    Properties: { QueueName: "⟦x|aws:sqs/queue:Queue.arn⟧", A: { Ref: "A" } },
    DependsOn: ["B"],
  };
  broken.Outputs["Lost"] = { Value: { "Fn::Sub": "x ${C.Arn} ${AWS::Region} ${!D}" } };

  assert.equal(danglingLabels(broken), [
    "A",
    "B",
    "C",
    "OrdersTable",
    "⟦x|aws:sqs/queue:Queue.arn⟧",
  ]);
});

test("no resource comes after itself", () => {
  const after = new Map(
    Object.entries(template.Resources).map(([label, it]) => [label, namedBy(it)]),
  );
  const done = new Set<string>();
  const visit = (label: string, path: string[]): void => {
    assert.not.ok(path.includes(label), [...path, label].join(" -> "));
    if (done.has(label)) return;
    for (const next of after.get(label) ?? []) visit(next, [...path, label]);
    done.add(label);
  };
  for (const label of after.keys()) visit(label, []);
});

test("a function's package is a file, and its alias points to a version of it", () => {
  const fn = template.Resources["CustomersGetCustomerFunction"];

  assert.equal(fn?.Properties["Code"], {
    S3Bucket: { Ref: "PackageBucket" },
    S3Key: "functions/customers-get-customer.zip",
  });
  assert.ok(files.get("functions/customers-get-customer.zip"));
  assert.equal(fn?.Properties["Role"], { "Fn::GetAtt": ["CustomersGetCustomerRole", "Arn"] });
  // The table's name is fixed, and so no reference to it.
  assert.equal(fn?.DependsOn, [
    "CustomersGetCustomerLogsLogGroup",
    "CustomersGetCustomerPolicyRolePolicy",
    "CustomersTable",
  ]);
  assert.equal(template.Resources["CustomersGetCustomerLiveAlias"]?.Properties, {
    FunctionName: { Ref: "CustomersGetCustomerFunction" },
    FunctionVersion: { "Fn::GetAtt": ["CustomersGetCustomerFunctionVersion", "Version"] },
    Name: "live",
  });
});

test("what Pulumi makes of its own is a part of what it belongs to", () => {
  const { Targets } = template.Resources["OrderWorkflowReconcileRuleEventRule"]?.Properties ?? {};
  const { MethodSettings } = template.Resources["OrdersApiStage"]?.Properties ?? {};
  const { RedriveAllowPolicy } = template.Resources["OrdersDlqQueue"]?.Properties ?? {};

  assert.equal(
    (Targets as { Arn: object }[]).map(({ Arn }) => Arn),
    [{ Ref: "OrderWorkflowReconcileLiveAlias" }],
  );
  assert.equal(MethodSettings, [
    {
      HttpMethod: "*",
      ResourcePath: "/*",
      MetricsEnabled: false,
      LoggingLevel: "ERROR",
      DataTraceEnabled: false,
      ThrottlingRateLimit: 50,
      ThrottlingBurstLimit: 100,
    },
  ]);
  assert.equal(RedriveAllowPolicy, {
    redrivePermission: "byQueue",
    sourceQueueArns: [
      {
        "Fn::Sub":
          "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-orders-queue",
      },
    ],
  });
  assert.equal(template.Resources["OrdersQueue"]?.Properties["QueueName"], {
    "Fn::Sub": "${AWS::StackName}-orders-queue",
  });
});

test("what is protected is kept, and keys are no outputs", () => {
  const kept = Object.entries(template.Resources).filter(([, it]) => it.DeletionPolicy);

  assert.equal(kept.map(([label]) => label).sort(), [
    "CustomersTable",
    "FoundationKey",
    "FoundationVault",
    "IngestTable",
    "OrdersPaymentsTable",
    "OrdersTable",
  ]);
  assert.ok(omittedOutputs.includes("ordersApiKey"));
  assert.equal(
    Object.keys(template.Outputs).filter((name) => /key/i.test(name)),
    [],
  );
});

test("a type that nobody has described is refused by its name", async () => {
  const unknown: Recorded = {
    type: "aws:s3/bucket:Bucket",
    name: "files",
    key: "files|aws:s3/bucket:Bucket",
    inputs: {},
    dependencies: [],
    deleteBeforeReplace: false,
    protect: false,
  };
  try {
    await toCloudFormation({ ...recording, resources: [unknown], outputs: {} });
    assert.unreachable();
  } catch (error) {
    assert.is(
      (error as Error).message,
      "aws:s3/bucket:Bucket: describe this type in cli/export/cloudformation to export it",
    );
  }
});

test("cdk-nag reads the export, and finds nothing that has no reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudformation-"));
  try {
    await exportCloudFormation(recording, folder);
    const { findings } = runCdkNag(join(folder, "template.json"));
    assert.ok(findings.length > 50);
    assert.equal(judge(findings, "prod").open, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
