import { recorded } from "../../support/conformance.ts";

/** A subscription that SNS does not take. */
interface Refused {
  what: string;
  source: string;
  subscription: Record<string, unknown>;
  fails: string;
}

const filter = (policy: string | object, why: string, source: string, scope?: string): Refused => {
  const filterPolicy = typeof policy === "string" ? policy : JSON.stringify(policy);
  return {
    what: `the filter ${filterPolicy.slice(0, 60)} is refused`,
    source,
    subscription: { filterPolicy, ...(scope && { filterPolicyScope: scope }) },
    fails: `Invalid parameter: Attributes Reason: ${why}`,
  };
};
const endpoint = (protocol: string, address: string, source: string, fails: string): Refused => ({
  what: `${protocol} to ${address} is refused`,
  source,
  subscription: { protocol, endpoint: address },
  fails,
});
const values = (count: number) => Array.from({ length: count }, (_, n) => `v${n}`);
const at = (column: number, text: string) =>
  `\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;
const OPERATORS = recorded("TestSNSFilterPolicyConditions");
const COMPLEXITY = recorded("test_policy_complexity, test_policy_complexity_with_or");
const SMS = recorded("test_subscribe_invalid_sms");

/** Subscriptions that SNS refuses, with its sentence. */
export const REFUSED_SUBSCRIPTIONS: Refused[] = [
  endpoint(
    "sqs",
    "http://127.0.0.1:4566/000000000000/q",
    recorded("test_subscribe_to_sqs_with_queue_url"),
    "Invalid parameter: SQS endpoint ARN",
  ),
  ...["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"].map((number) =>
    endpoint("sms", number, SMS, `Invalid SMS endpoint: ${number}`),
  ),
  endpoint(
    "pigeon",
    "a",
    recorded("test_subscribe_with_invalid_protocol"),
    "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
  ),
  {
    what: "a scope that is none is refused",
    source: recorded("test_set_subscription_filter_policy_scope"),
    subscription: { filterPolicyScope: "Elsewhere" },
    fails:
      "Invalid parameter: Attributes Reason: FilterPolicyScope: Invalid value [Elsewhere]. Please use either MessageBody or MessageAttributes",
  },
  {
    what: "a redrive policy that names no queue is refused",
    source: recorded("test_validate_set_sub_attributes"),
    subscription: { redrivePolicy: '{"deadLetterTargetArn":"dead"}' },
    fails:
      "Invalid parameter: Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid arn",
  },
  filter(
    { a: { b: ["x"] } },
    "Filter policy scope MessageAttributes does not support nested filter policy",
    recorded("test_sub_filter_policy_nested_property"),
  ),
  filter(
    Object.fromEntries(values(6).map((name) => [name, ["x"]])),
    "FilterPolicy: Filter policy can not have more than 5 keys",
    COMPLEXITY,
  ),
  filter({ a: values(151) }, "FilterPolicy: Filter policy is too complex", COMPLEXITY),
  filter(
    { a: values(100), b: values(51) },
    "FilterPolicy: Filter policy is too complex",
    COMPLEXITY,
  ),
  // 3 levels x 4 values x 2 levels x 3 values x 3 values = 216
  filter(
    { a: { b: { c: values(4) } }, d: { e: values(3) }, f: values(3) },
    "FilterPolicy: Filter policy is too complex",
    recorded("test_sub_filter_policy_nested_property_constraints"),
    "MessageBody",
  ),
  // 4 x 6 + 4 x 4 x 4 + 4 x 4 x 4 = 152
  filter(
    {
      source: values(4),
      $or: [{ m: values(6) }, { t: values(4), $or: [{ i: values(4) }, { s: values(4) }] }],
    },
    "FilterPolicy: Filter policy is too complex",
    COMPLEXITY,
  ),
  filter(
    '{ "a": "x" }',
    `FilterPolicy: "a" must be an object or an array${at(7, '{"a":"x"}')}`,
    recorded("test_sub_filter_policy_nested_property_constraints"),
  ),
  filter(
    { a: [{ "anything-but": { suffix: "x" } }] },
    `FilterPolicy: Unsupported anything-but pattern: suffix${at(34, '{"a":[{"anything-but":{"suffix":"x"}}]}')}`,
    OPERATORS,
  ),
  filter(
    { a: [{ "anything-but": { prefix: false } }] },
    `FilterPolicy: prefix match pattern must be a string${at(38, '{"a":[{"anything-but":{"prefix":false}}]}')}`,
    OPERATORS,
  ),
  filter(
    { a: [{ wildcard: "x*" }] },
    `FilterPolicy: Unrecognized match type wildcard${at(20, '{"a":[{"wildcard":"x*"}]}')}`,
    "https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html",
  ),
  filter(
    "invalid",
    "FilterPolicy: failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 8]",
    recorded("test_subscribe_invalid_filter_policy"),
  ),
];
