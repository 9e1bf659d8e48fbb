import { LambdaClient } from "@aws-sdk/client-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { smokeTour } from "../../cli/smoke/tour.ts";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { stackAliases } from "../../cli/traffic/stack-aliases.ts";
import { mugs, Shop } from "./support/shop.ts";
import { Listener, targetOf } from "./support/smoke-walk.ts";
import { startStack, type TestStack } from "./support/stack.ts";

// The settings of prod with every opt-in, on this machine.
const test = suite("prod on this machine");

const OPT_INS = {
  "api:restAuthorizer": "iam",
  "api:waf": "true",
  "api:domainName": "api.shop.example",
  "api:certificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/abc",
  "api:detailedMetrics": "true",
  "tables:backupPlan": "true",
  "functions:signingProfile":
    "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/shop/abcdefghij",
  "functions:reservedConcurrency": "2",
};

let stack: TestStack;
test.before(async () => {
  stack = await startStack({ stack: "prod", config: { ...localAddresses, ...OPT_INS } });
});
test.after(() => stack.stop());

test("every step of npm run smoke passes", async () => {
  const narrator = new Listener();
  await stack.during(smokeTour(targetOf(stack), narrator));

  assert.ok(narrator.told.includes("The order comes to its end."));
  assert.ok(narrator.told.includes("Every subscription of the topic is confirmed."));
});

test("an order of each door is completed, and its functions are invoked by their alias", async () => {
  const shop = new Shop(stack);
  await shop.api("PUT", "/products/mug", { stock: 100, price: 29.99 });
  for (const door of ["rest", "http", "direct"] as const) {
    const order = await shop.place(door, mugs());
    assert.is((await shop.until(order, "COMPLETED"))["orderId"], order);
  }
  const invoked = stack.hops.map(({ to }) => String(to)).filter((to) => to.includes(":function:"));
  const byAlias = new Set(invoked.filter((to) => to.endsWith(":live")));
  assert.ok(byAlias.size >= 10, [...byAlias].join());
  // A hop out of an event source mapping names the function itself.
  const others = invoked.filter((to) => !to.endsWith(":live"));
  assert.equal(
    others.filter((to) => !/:(order-workflow-process-order|orders-events)-\w+$/.test(to)),
    [],
  );
});

test("a product without a price cannot be ordered", async () => {
  const { status, json } = await new Shop(stack).send("rest", mugs("cup"));
  assert.equal([status, json["code"]], [422, "price_changed"]);
});

test("what is not honoured is named: signatures, encryption, versions, WAF, backups, signed code", () => {
  for (const [input, reason] of [
    ["authorizationType", "signatures and tokens are not checked: every request is accepted"],
    ["body: security", "signatures are not checked: every request is accepted"],
    ["codeSigningConfigArn", "code is not signed"],
    ["functionVersion", "there is only $LATEST"],
    ["apiMappingKey", "the APIs are served at their own addresses only"],
    ["webAclArn", "requests are not filtered by AWS WAF"],
    ["rules", "tables are not backed up; use --data to keep them"],
    ["kmsKeyArn", "environment variables are not encrypted"],
    ["serverSideEncryption", ""],
    ["kmsMasterKeyId", ""],
    ["encryptionConfiguration", ""],
  ] as const) {
    const found = stack.notes.filter((note) => note.includes(`: ${input}: ${reason}`));
    assert.ok(found.length > 0, `${input}: ${stack.notes.filter((it) => it.includes(input))[0]}`);
  }
});

test("there are no versions to roll back to, and the command says so", async () => {
  try {
    await stackAliases(targetOf(stack), new LambdaClient(stack.aws));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^functions on this machine have no versions/);
  }
});

test.run();
