import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCdkNag } from "../../../cli/scan/cdk-nag.ts";
import { readMatches } from "../../../cli/scan/cfn-lint.ts";
import { readReport } from "../../../cli/scan/checkov.ts";
import { exceptionFor } from "../../../cli/scan/exceptions.ts";
import { judge } from "../../../cli/scan/judgement.ts";
import { readTrivyReport } from "../../../cli/scan/trivy.ts";

const test = suite("npm run scan");

const finding = (rule: string, resource = "aws_lambda_function.x") => ({
  rule,
  title: "It should.",
  resource,
});

test("a finding without a reason is open, and one with a reason is counted under it", () => {
  const { open, excepted, lines } = judge(
    [finding("CKV_AWS_117"), finding("CKV_AWS_117"), finding("CKV_AWS_0")],
    "prod",
  );

  assert.equal(open, [finding("CKV_AWS_0")]);
  assert.is(excepted, 2);
  assert.match(lines[0] ?? "", /^ {4}2 × CKV_AWS_117: They reach nothing private/);
  assert.is(lines[1], "OPEN CKV_AWS_0 aws_lambda_function.x: It should.");
});

test("a reason counts for the stacks and findings that it names, and no others", () => {
  assert.ok(exceptionFor("CKV_AWS_158", "dev", "any"));
  assert.is(exceptionFor("CKV_AWS_158", "prod", "any"), undefined);
  assert.ok(exceptionFor("AwsSolutions-SQS3", "prod", "OrdersDlqQueue"));
  assert.is(exceptionFor("AwsSolutions-SQS3", "prod", "OrdersQueue"), undefined);
  assert.ok(exceptionFor("AwsSolutions-IAM5", "prod", "[Resource::*] OrdersEventsPolicy"));
  assert.is(
    exceptionFor("AwsSolutions-IAM5", "prod", "[Action::dynamodb:*] OrdersEventsPolicy"),
    undefined,
  );
});

test("Checkov's report is read, and one that checked nothing or could not read a file is an error", () => {
  const failed = { check_id: "CKV_AWS_1", check_name: "It should.", resource: "r" };
  const report = (parsing_errors: string[]) =>
    JSON.stringify({
      results: { failed_checks: [failed], parsing_errors },
      summary: { passed: 7 },
    });

  assert.equal(readReport(report([])), {
    scanner: "Checkov",
    findings: [finding("CKV_AWS_1", "r")],
    checked: "7 checks passed",
  });
  assert.throws(() => readReport(report(["main.tf.json"])), /^Checkov cannot read main\.tf\.json$/);
  assert.throws(() => readReport(`{"passed":0,"failed":0}`), /^Checkov found nothing to check$/);
});

test("cfn-lint's matches name the rule and the place", () => {
  const match = {
    Rule: { Id: "E3002" },
    Message: "It should.",
    Location: { Path: ["Resources", "Queue", "Properties"] },
  };

  assert.equal(readMatches(JSON.stringify([match])).findings, [
    finding("E3002", "Resources.Queue.Properties"),
  ]);
});

test("Trivy's failures are read under their ids, and a report without results is an error", () => {
  const misconfiguration = (Status: string) => ({
    ID: "AVD-AWS-0001",
    Title: "It should.",
    Status,
    CauseMetadata: { Resource: "r" },
  });
  const Misconfigurations = [misconfiguration("FAIL"), misconfiguration("PASS")];
  const Results = [{ MisconfSummary: { Successes: 3 }, Misconfigurations }];

  assert.equal(readTrivyReport(JSON.stringify({ Results })), {
    scanner: "Trivy",
    findings: [finding("AWS-0001", "r")],
    checked: "3 checks passed",
  });
  assert.throws(() => readTrivyReport("{}"), /^Trivy found nothing to check$/);
});

test("cdk-nag judges a template, and says which statement of a policy it means", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdk-nag-"));
  try {
    const templateFile = join(folder, "template.json");
    const Statement = [{ Effect: "Allow", Action: ["sqs:*"], Resource: "*" }];
    const PolicyDocument = { Version: "2012-10-17", Statement };
    const Policy = {
      Type: "AWS::IAM::Policy",
      Properties: { PolicyName: "p", PolicyDocument, Roles: ["r"] },
    };
    writeFileSync(templateFile, JSON.stringify({ Resources: { Policy } }));
    const { findings, checked } = runCdkNag(templateFile);

    assert.is(checked, "1 resources");
    assert.equal(findings.map(({ rule, resource }) => `${rule} ${resource}`).sort(), [
      "AwsSolutions-IAM5 [Action::sqs:*] Policy",
      "AwsSolutions-IAM5 [Resource::*] Policy",
    ]);
    writeFileSync(templateFile, "{}");
    assert.throws(() => runCdkNag(templateFile), /^cdk-nag found nothing to check in /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
