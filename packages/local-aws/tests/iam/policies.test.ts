import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PolicyDocument, Statement } from "../../src/kernel/iam/policy-document.ts";
import { PolicyStore } from "../../src/kernel/iam/policy-store.ts";
import type { Caller } from "../../src/kernel/service.ts";

const test = suite("IAM");
const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/orders`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/orders/s`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/orders`;
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`;
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:t`;

const role: Caller = { kind: "role", roleArn: ROLE, sessionName: "s" };
const service = (principal: string, sourceArn = TOPIC): Caller => ({
  kind: "service",
  principal,
  sourceArn,
});

const policy = (...Statement: Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement,
});
const allow = (parts: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  ...(parts.NotAction ? {} : { Action: "dynamodb:PutItem" }),
  ...(parts.NotResource ? {} : { Resource: TABLE }),
  ...parts,
});

function storeWith(identity: Statement[], resource?: { arn: string; statements: Statement[] }) {
  const store = new PolicyStore(ACCOUNT);
  const Principal = { Service: "lambda.amazonaws.com" };
  store.putRole({
    arn: ROLE,
    name: "orders",
    source: "infra/role.ts:7",
    trust: policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }),
  });
  if (identity.length > 0) store.putRolePolicy(ROLE, "p", policy(...identity));
  if (resource) store.putResourcePolicy(resource.arn, policy(...resource.statements));
  return store;
}

interface Case {
  why: string;
  allowed: boolean;
  identity?: Statement[];
  resource?: Statement[];
  caller?: Caller;
  action?: string;
  on?: string;
  context?: Record<string, string | string[]>;
}

const any = { Action: "*", Resource: "*" };
const onQueue = { caller: service("sns.amazonaws.com"), action: "sqs:SendMessage", on: QUEUE };
const fromSns = (parts: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: QUEUE,
  ...parts,
});

const CASES: Case[] = [
  { why: "nothing allows it", allowed: false },
  { why: "a statement allows it", allowed: true, identity: [allow()] },
  {
    why: "actions are compared without case",
    allowed: true,
    identity: [allow({ Action: "DynamoDB:putitem" })],
  },
  {
    why: "a table's ARN does not cover its index",
    allowed: false,
    identity: [allow({ Action: "dynamodb:*" })],
    action: "dynamodb:Query",
    on: `${TABLE}/index/g`,
  },
  {
    why: "a wildcard covers the index",
    allowed: true,
    identity: [allow({ Action: "dynamodb:Q*", Resource: [TABLE, `${TABLE}/index/*`] })],
    action: "dynamodb:Query",
    on: `${TABLE}/index/g`,
  },
  {
    why: "a deny outweighs every allow",
    allowed: false,
    identity: [allow(any), { Effect: "Deny", Action: "dynamodb:Put*", Resource: "*" }],
  },
  {
    why: "NotAction names what is left out",
    allowed: false,
    identity: [allow({ NotAction: "dynamodb:PutItem", Resource: "*" })],
  },
  {
    why: "NotAction allows the rest",
    allowed: true,
    identity: [allow({ NotAction: "sqs:*", Resource: "*" })],
  },
  {
    why: "NotResource names what is left out",
    allowed: false,
    identity: [allow({ Action: "*", NotResource: TABLE })],
  },
  {
    why: "a star may run across colons in a resource",
    allowed: true,
    identity: [allow({ Action: "*", Resource: "arn:aws:sqs:*:q" })],
    action: "sqs:SendMessage",
    on: QUEUE,
  },
  { why: "a resource policy lets a service in", allowed: true, ...onQueue, resource: [fromSns()] },
  { why: "a service needs a resource policy", allowed: false, ...onQueue },
  {
    why: "the service must be the one named",
    allowed: false,
    ...onQueue,
    caller: service("events.amazonaws.com"),
    resource: [fromSns()],
  },
  {
    why: "the source is the one named",
    allowed: true,
    ...onQueue,
    resource: [fromSns({ Condition: { ArnEquals: { "aws:SourceArn": TOPIC } } })],
  },
  {
    why: "the source is another",
    allowed: false,
    ...onQueue,
    resource: [fromSns({ Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC}x` } } })],
  },
  {
    why: "the source's account is known",
    allowed: true,
    ...onQueue,
    resource: [fromSns({ Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT } } })],
  },
  {
    why: "a resource policy may name the role",
    allowed: true,
    action: "sqs:SendMessage",
    on: QUEUE,
    resource: [fromSns({ Principal: { AWS: ROLE } })],
  },
  {
    why: "naming the account leaves it to the role's policies",
    allowed: false,
    action: "sqs:SendMessage",
    on: QUEUE,
    resource: [fromSns({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })],
  },
  {
    why: "a resource policy's deny outweighs the role's allow",
    allowed: false,
    identity: [allow(any)],
    action: "sqs:SendMessage",
    on: QUEUE,
    resource: [fromSns({ Effect: "Deny", Principal: "*" })],
  },
  {
    why: "TLS is taken for given",
    allowed: true,
    identity: [allow(any)],
    action: "sqs:SendMessage",
    on: QUEUE,
    resource: [
      fromSns({
        Effect: "Deny",
        Principal: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ],
  },
  {
    why: "a missing key fails a positive condition",
    allowed: false,
    identity: [allow({ Condition: { StringEquals: { "x:y": "z" } } })],
  },
  {
    why: "a missing key fulfils a negative condition",
    allowed: true,
    identity: [allow({ Condition: { StringNotEquals: { "x:y": "z" } } })],
  },
  {
    why: "IfExists lets a missing key pass",
    allowed: true,
    identity: [allow({ Condition: { StringEqualsIfExists: { "x:y": "z" } } })],
  },
  {
    why: "Null asks for a key that is there",
    allowed: false,
    identity: [allow({ Condition: { Null: { "x:y": "false" } } })],
  },
  {
    why: "every value must fit with ForAllValues",
    allowed: false,
    identity: [
      allow({ Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["u1*"] } } }),
    ],
    context: { "dynamodb:LeadingKeys": ["u1", "u2"] },
  },
  {
    why: "one value is enough with ForAnyValue",
    allowed: true,
    identity: [
      allow({ Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["u1*"] } } }),
    ],
    context: { "dynamodb:LeadingKeys": ["u2", "u1"] },
  },
  {
    why: "numbers are compared as numbers",
    allowed: true,
    identity: [allow({ Condition: { NumericLessThan: { "x:n": "10" } } })],
    context: { "x:n": "9" },
  },
  {
    why: "an address is in the range",
    allowed: true,
    identity: [allow({ Condition: { IpAddress: { "aws:SourceIp": "10.1.0.0/16" } } })],
    context: { "aws:SourceIp": "10.1.2.3" },
  },
  {
    why: "an address is outside the range",
    allowed: false,
    identity: [allow({ Condition: { IpAddress: { "aws:SourceIp": "10.1.0.0/16" } } })],
    context: { "aws:SourceIp": "10.2.0.1" },
  },
  {
    why: "a policy variable is filled in",
    allowed: true,
    identity: [allow({ Resource: `${TABLE.replace("orders", "")}\${x:user}` })],
    context: { "x:user": "orders" },
  },
];

for (const {
  why,
  allowed,
  identity = [],
  resource,
  caller = role,
  action = "dynamodb:PutItem",
  on = TABLE,
  context,
} of CASES) {
  test(`${allowed ? "allows" : "denies"}: ${why}`, () => {
    const store = storeWith(identity, resource && { arn: on, statements: resource });
    const need = { action, resource: on, ...(context && { context }) };
    assert.is(store.authorise(caller, need, "dynamodb") === undefined, allowed);
  });
}

test("the person at the keyboard may do everything", () => {
  const need = { action: "dynamodb:DeleteTable", resource: TABLE };
  assert.is(storeWith([]).authorise({ kind: "administrator" }, need, "dynamodb"), undefined);
});

test("a denial is AWS's sentence, and the log says what to add where", () => {
  const denial = storeWith([]).authorise(
    role,
    { action: "dynamodb:PutItem", resource: TABLE },
    "dynamodb",
  );
  const sentence = `User: ${SESSION} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`;
  assert.is(denial?.error.code, "AccessDeniedException");
  assert.is(denial?.error.status, 400);
  assert.is(denial?.error.message, sentence);
  assert.is(
    denial?.explanation,
    `${sentence}; add {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"${TABLE}"} to role orders (infra/role.ts:7)`,
  );
});

for (const [name, code, status] of [
  ["sqs", "AccessDenied", 403],
  ["sns", "AuthorizationError", 403],
  ["lambda", "AccessDeniedException", 403],
  ["states", "AccessDeniedException", 400],
] as const) {
  test(`${name} denies with its own error`, () => {
    const denial = storeWith([]).authorise(role, { action: `${name}:X`, resource: "*" }, name);
    assert.equal([denial?.error.code, denial?.error.status], [code, status]);
  });
}

test("grants that were never needed are known, one by one", () => {
  const store = storeWith([allow({ Action: ["dynamodb:PutItem", "dynamodb:GetItem"] })]);
  store.authorise(role, { action: "dynamodb:PutItem", resource: TABLE }, "dynamodb");
  store.authorise(role, { action: "sqs:SendMessage", resource: QUEUE }, "sqs");
  assert.equal(store.unusedGrants(), [
    { role: "orders", policyName: "p", action: "dynamodb:GetItem", resource: TABLE },
  ]);
});

test("only the service that the trust policy names may take on a role", () => {
  const store = storeWith([]);
  assert.is(store.canAssume(ROLE, "lambda.amazonaws.com"), true);
  assert.is(store.canAssume(ROLE, "states.amazonaws.com"), false);
  assert.is(store.canAssume(`${ROLE}x`, "lambda.amazonaws.com"), false);
});

for (const [why, statement, message] of [
  [
    "an action without its service",
    allow({ Action: "PutItem" }),
    /action PutItem is not service:Name/,
  ],
  [
    "a resource that is no ARN",
    allow({ Resource: "orders" }),
    /resource orders is neither an ARN nor \*/,
  ],
  ["no resource", { Effect: "Allow", Action: "a:B" } as const, /there is no resource/],
  ["a principal", allow({ Principal: "*" }), /a role's policy names no principal/],
  [
    "an unknown condition",
    allow({ Condition: { StringIs: { a: "b" } } }),
    /condition operator StringIs does not exist/,
  ],
] as const) {
  test(`a role's policy with ${why} is refused`, () => {
    assert.throws(() => storeWith([statement as Statement]), message);
  });
}

test("a policy that is too long is refused by name", () => {
  const many = Array.from({ length: 200 }, (_, n) => `${TABLE}${n}`);
  assert.throws(
    () => storeWith([]).putRolePolicy(ROLE, "p", policy(allow({ Resource: many }))),
    /the role's policies have \d+ characters; IAM allows 10240/,
  );
});

test("a policy without a version is of 2008-10-17, which fills in no variables", () => {
  const decide = (version: object, Resource: string) => {
    const store = storeWith([]);
    store.putRolePolicy(ROLE, "p", { ...version, Statement: [allow({ Resource })] });
    return !store.authorise(role, { action: "dynamodb:PutItem", resource: TABLE }, "dynamodb");
  };
  for (const version of [{}, { Version: "2008-10-17" }, { Version: "2012-10-17" }]) {
    assert.is(decide(version, TABLE), true, JSON.stringify(version));
  }
  const spelled = TABLE.replace("orders", "$" + "{aws:none, 'orders'}");
  assert.is(decide({ Version: "2012-10-17" }, spelled), true);
  assert.is(decide({}, spelled), false);
});

for (const document of [
  "",
  "{",
  "null",
  "[]",
  "7",
  "{}",
  '{"Version":"2020-01-01","Statement":[]}',
  '{"Version":7,"Statement":{}}',
  '{"Statement":null}',
  '{"Statement":[null]}',
  '{"Statement":{"Effect":"Allow","Principal":7,"Action":"sqs:*","Resource":"*"}}',
  '{"Statement":{"Effect":"Allow","Principal":{"AWS":[null]},"Action":"sqs:*","Resource":"*"}}',
  '{"Statement":{"Effect":"Allow","Principal":"*","Action":7,"Resource":"*"}}',
  '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":{"a":1}}}',
  '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*","Condition":[]}}',
  '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Bool":7}}}',
]) {
  test(`a resource's policy that is ${document || "empty"} is malformed`, () => {
    assert.throws(
      () => storeWith([]).putResourcePolicy(QUEUE, document),
      (error: Error) => error.name === "MalformedPolicyError",
    );
  });
}

test("a pattern of many stars is decided at once", () => {
  const before = process.cpuUsage();
  const Resource = `arn:${"*a".repeat(40)}*b`;
  const store = storeWith([allow({ Resource })]);
  const need = { action: "dynamodb:PutItem", resource: `arn:${"a".repeat(5000)}` };
  assert.ok(store.authorise(role, need, "dynamodb"));
  const { user } = process.cpuUsage(before);
  // Minutes of processor time, with a pattern that tries every way.
  assert.ok(user < 1_000_000, `${user} µs`);
});

test.run();
