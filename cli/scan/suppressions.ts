/** A rule of a scanner that the program does not follow, and why. */
export interface Suppression {
  rule: string;
  reason: string;
  /** Stacks that it counts for. @default all */
  stacks?: readonly string[];
  /** Resources that it counts for, by Terraform's address. @default all */
  resources?: RegExp;
}

const DEV = ["dev"] as const;
const OPT_IN = "off by default because of its price; one line in Pulumi.<stack>.yaml turns it on";

/** Every rule that is not followed. What is in nobody's interest has no setting, and says so. */
export const suppressions: readonly Suppression[] = [
  { rule: "CKV_AWS_26", stacks: DEV, reason: "dev has no key of its own; topics hold test data" },
  {
    rule: "CKV_AWS_27",
    stacks: DEV,
    reason: "dev has no key of its own; SQS encrypts with its own",
  },
  {
    rule: "CKV_AWS_28",
    stacks: DEV,
    reason: "dev's requests are forgotten after a day; prod has point-in-time recovery",
  },
  { rule: "CKV_AWS_50", stacks: DEV, reason: "dev may switch tracing off" },
  {
    rule: "CKV_AWS_115",
    reason: `reserved concurrency is taken from the account's quota of other functions: ${OPT_IN}`,
  },
  {
    rule: "CKV_AWS_116",
    reason:
      "functions behind an API or a state machine answer their caller; those that are invoked asynchronously have an on-failure destination, which replaces dead-letter queues",
  },
  {
    rule: "CKV_AWS_117",
    reason:
      "functions call nothing but AWS's APIs; a VPC would add NAT gateways or endpoints at $32 a month each, and protect nothing",
  },
  {
    rule: "CKV_AWS_119",
    stacks: DEV,
    reason: "DynamoDB encrypts with a key of its own; prod has a customer-managed key",
  },
  {
    rule: "CKV_AWS_120",
    reason: "answers must not be stale, and a cache costs $14 a month at least",
  },
  { rule: "CKV_AWS_158", stacks: DEV, reason: "dev has no key of its own; logs hold test data" },
  {
    rule: "CKV_AWS_173",
    stacks: DEV,
    reason: "variables hold names and no secrets; prod encrypts them with its key",
  },
  {
    rule: "CKV_AWS_225",
    reason: "answers must not be stale, and a cache costs $14 a month at least",
  },
  {
    rule: "CKV_AWS_272",
    reason: `packages come from one pipeline whose roles nobody else may assume: signing is ${OPT_IN}`,
  },
  {
    rule: "CKV_AWS_309",
    stacks: DEV,
    reason: "dev's HTTP API is open, so that it can be tried; prod has an authorizer",
  },
  {
    rule: "CKV_AWS_309",
    resources: /fallback|options/,
    reason: "answers 404, or a preflight, which carries no credentials",
  },
  {
    rule: "CKV_AWS_338",
    stacks: DEV,
    reason: "dev's logs are kept for a week, because every gigabyte costs",
  },
  { rule: "CKV2_AWS_29", reason: `throttles bound what a flood can cost: AWS WAF is ${OPT_IN}` },
  {
    rule: "CKV2_AWS_4",
    reason:
      "errors are logged; the rule asks for metrics of every method too, which cost and which no alarm reads (api:detailedMetrics)",
  },
  {
    rule: "CKV2_AWS_51",
    reason:
      "client certificates prove to an HTTP back end that API Gateway calls it; these APIs call functions, by IAM",
  },
];

/** The suppression of a finding, if there is one. */
export function suppressionOf(
  rule: string,
  resource: string,
  stack: string,
): Suppression | undefined {
  return suppressions.find(
    (it) =>
      it.rule === rule &&
      (it.stacks === undefined || it.stacks.includes(stack)) &&
      (it.resources === undefined || it.resources.test(resource)),
  );
}
