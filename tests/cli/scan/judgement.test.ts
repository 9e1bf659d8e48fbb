import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readReport } from "../../../cli/scan/checkov.ts";
import { judge } from "../../../cli/scan/judgement.ts";
import { suppressionOf, suppressions } from "../../../cli/scan/suppressions.ts";

const test = suite("npm run scan");

const finding = (rule: string, resource = "aws_lambda_function.x") => ({
  rule,
  title: "It should.",
  resource,
});

test("a finding without a reason is open, and one with a reason is counted under it", () => {
  const { open, suppressed, lines } = judge(
    [finding("CKV_AWS_117"), finding("CKV_AWS_117"), finding("CKV_AWS_0")],
    "prod",
  );

  assert.equal(open, [finding("CKV_AWS_0")]);
  assert.is(suppressed, 2);
  assert.match(lines[0] ?? "", /^ {4}2 × CKV_AWS_117: functions call nothing but AWS's APIs/);
  assert.is(lines[1], "OPEN CKV_AWS_0 aws_lambda_function.x: It should.");
});

test("a reason counts for the stacks and resources that it names, and no others", () => {
  assert.ok(suppressionOf("CKV_AWS_158", "any", "dev"));
  assert.is(suppressionOf("CKV_AWS_158", "any", "prod"), undefined);
  assert.ok(suppressionOf("CKV_AWS_309", "resource.orders_http_api_fallback", "prod"));
  assert.is(
    suppressionOf("CKV_AWS_309", "resource.orders_http_api_acceptOrder", "prod"),
    undefined,
  );
});

test("every suppression has a reason, and no two are for the same", () => {
  const keys = suppressions.map(({ rule, stacks, resources }) => `${rule} ${stacks} ${resources}`);

  assert.is(new Set(keys).size, keys.length);
  for (const { rule, reason } of suppressions) {
    assert.match(rule, /^CKV2?_AWS_\d+$/);
    assert.ok(reason.length > 15, rule);
  }
});

test("a report is read, and one that checked nothing or could not read a file is an error", () => {
  const failed = { check_id: "CKV_AWS_1", check_name: "It should.", resource: "r" };
  const report = (parsing_errors: string[]) =>
    JSON.stringify({
      results: { failed_checks: [failed], parsing_errors },
      summary: { passed: 7 },
    });

  assert.equal(readReport(report([])), { findings: [finding("CKV_AWS_1", "r")], passed: 7 });
  assert.throws(() => readReport(report(["main.tf.json"])), /^Checkov cannot read main\.tf\.json$/);
  assert.throws(() => readReport(`{"passed":0,"failed":0}`), /^Checkov found nothing to check$/);
});

test.run();
