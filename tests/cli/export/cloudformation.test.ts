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
import { runProgram } from "../../infra/support/program.ts";

const test = suite("export:cloudformation");
const ROOT = join(import.meta.dirname, "..", "..", "..");

// Everything that a setting turns on.
const { project, config } = stackSettings(ROOT, "prod", [
  "monitoring:email=alerts@example.com",
  "orders:email=shop@example.com",
  "api:waf=true",
  "api:domainName=api.shop.example",
  "api:certificateArn=arn:aws:acm:eu-west-1:111122223333:certificate/abc",
  // The storefront's visitors have no credentials.
  "api:httpAuthorizer=none",
  "storefront:enabled=true",
  "tables:backupPlan=true",
  "functions:signingProfile=arn:aws:signer:eu-west-1:111122223333:/signing-profiles/shop/abc",
]);
const recording = await record({ project, stack: "prod", config, program: runProgram });
const { template, files, omittedOutputs, omittedResources } = await toCloudFormation(recording);

const PARTS = [
  "aws:apigateway/methodSettings:MethodSettings",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** What a resource refers to, and comes after. */
function namedBy(resource: object): string[] {
  const text = JSON.stringify(resource);
  return Object.keys(template.Resources).filter(
    (label) => text.includes(`"${label}"`) || new RegExp(`\\$\\{${label}[.}]`).test(text),
  );
}

test("every resource of the program is there, and every reference leads to one", () => {
  const own = recording.resources.filter(({ type }) => ![...PARTS, OBJECT].includes(type));
  const declared = Object.values(template.Resources);
  const versions = declared.filter(({ Type }) => Type === "AWS::Lambda::Version");

  assert.ok(own.length > 300);
  assert.is(declared.length - versions.length, own.length);
  assert.is(versions.length, [...files.keys()].filter((it) => it.startsWith("functions/")).length);
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

test("a bucket has all that Pulumi says of it beside it, and its objects are named as missing", () => {
  const bucket = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::S3::Bucket");

  assert.equal(
    bucket.map(({ Properties }) => Properties),
    [
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
          ],
        },
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: "older-versions",
              Status: "Enabled",
              Prefix: "",
              NoncurrentVersionExpiration: { NoncurrentDays: 30 },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
      },
    ],
  );
  const objects = recording.resources.filter(({ type }) => type === OBJECT);
  assert.ok(objects.length > 3);
  assert.equal(
    omittedResources,
    objects.map(({ name }) => name),
  );
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
    type: "aws:rds/instance:Instance",
    name: "files",
    key: "files|aws:rds/instance:Instance",
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
      "aws:rds/instance:Instance: describe this type in cli/export/cloudformation to export it",
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
