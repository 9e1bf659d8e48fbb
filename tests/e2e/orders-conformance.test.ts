import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KINDS } from "../../cli/conformance/endpoint.ts";
import { checkIdempotency } from "../../cli/conformance/idempotency.ts";
import { assertProblem, type Door, exchange } from "./support/refusals.ts";
import { mugs, Shop } from "./support/shop.ts";
import { copyProgram, type ProgramCopy, startStack, type TestStack } from "./support/stack.ts";
import { settled, storeDigest } from "./support/store-digest.ts";

const test = suite("the keyed door never takes the same order twice");
const ROOT = join(import.meta.dirname, "..", "..");
const OTHER = "another-callers-key-of-enough-length";
const { orders: ORDERS, ingest: INGEST } = KINDS;
let program: ProgramCopy;
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  program = copyProgram();
  // Two callers, so that the scope of keys can be checked as well.
  program.edit("infra/aws/api-key.ts", (text) =>
    text.replace(
      "  return pulumi.secret(key.value);",
      `  const other = new aws.apigateway.ApiKey(\`\${name}-other\`, { value: \`${OTHER}-\${name}\` }, { parent });
  new aws.apigateway.UsagePlanKey(
    \`\${name}-plan-other\`,
    { keyId: other.id, keyType: "API_KEY", usagePlanId: plan.id },
    { parent },
  );
  return pulumi.secret(key.value);`,
    ),
  );
  stack = await startStack({ root: program.root });
  shop = new Shop(stack);
});
test.after(async () => {
  await stack?.stop();
  program?.remove();
});

const urlOf = () => `${stack.output("ordersApiUrl")}/orders`;
const otherKey = `${OTHER}-orders-api`;

test("every check of the conformance kit holds", async () => {
  if (!ORDERS || !INGEST) throw new Error("the kit does not know orders and ingest");
  const results = await checkIdempotency({
    ...ORDERS,
    url: urlOf(),
    apiKey: stack.output("ordersApiKey"),
    otherApiKey: otherKey,
    otherRoute: { url: `${stack.output("ingestApiUrl")}/ingest`, body: INGEST.body },
  });
  const named = (wanted: string) =>
    results.filter(({ outcome }) => outcome === wanted).map(({ check }) => check);
  assert.equal(named("failed"), []);
  // Orders need no key.
  assert.equal(named("skipped"), ["a request without a key is refused where a key is required"]);
  assert.is(named("passed").length, 12);
});

test("the kit's command says so", async () => {
  const options = ["--kind", "orders", "--url", urlOf(), "--api-key", stack.output("ordersApiKey")];
  const more = [
    "--other-api-key",
    otherKey,
    "--other-url",
    `${stack.output("ingestApiUrl")}/ingest`,
  ];
  const { stdout } = await promisify(execFile)(
    "npm",
    ["run", "--silent", "conformance:idempotency", "--", ...options, ...more],
    { cwd: ROOT, shell: process.platform === "win32" },
  );
  assert.match(stdout, /^12 passed, 0 failed, 1 skipped\nThe endpoint is idempotent\.$/m);
});

test("ten equal requests at once create one order, one execution and one charge", async () => {
  await settled(stack);
  const orders = await shop.countOrders();
  const key = { "idempotency-key": "twins" };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => shop.send("rest", mugs(), key)),
  );
  assert.equal(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.is(new Set(answers.map(({ text }) => text)).size, 1);
  const replays = answers.filter(({ headers }) => headers.get("idempotent-replayed") === "true");
  assert.is(replays.length, 9);
  const orderId = String(answers[0]?.json["orderId"]);
  await shop.until(orderId, "COMPLETED");
  await settled(stack);
  assert.is(await shop.countOrders(), orders + 1);
  assert.equal(await shop.ledger(orderId), { charge: "CAPTURED" });
  const started = stack.hops.filter(
    ({ kind, to }) => kind === "states:ExecutionSucceeded" && to.includes(`:order-${orderId}`),
  );
  assert.is(started.length, 1);
});

test("another body under the same key is refused, and nothing is written", async () => {
  const orderId = await shop.place("rest", mugs(), { "idempotency-key": "reused" });
  await shop.until(orderId, "COMPLETED");
  const before = await settled(stack);
  const headers = {
    "x-api-key": stack.output("ordersApiKey"),
    "content-type": "application/json",
    "idempotency-key": "reused",
  };
  const door: Door = { stack, url: stack.output("ordersApiUrl"), headers };
  for (const body of [mugs("poster"), { amount: 59.98, currency: "EUR" }]) {
    const answer = await exchange(door, { target: "/orders", body: JSON.stringify(body) });
    assertProblem(answer, {
      code: "idempotency_key_reused",
      detail:
        "This Idempotency-Key was used with a different body; use a new key for a new request.",
    });
  }
  assert.is(await storeDigest(stack), before);
});

test("a default that is written out makes no other request", async () => {
  const key = { "idempotency-key": "default" };
  const first = await shop.send("rest", mugs(), key);
  const again = await shop.send("rest", mugs("mug", { currency: "EUR" }), key);
  assert.equal([again.status, again.text], [201, first.text]);
});

test("a key that has expired is a new key, though its record is still there", async () => {
  const key = { "idempotency-key": "expired" };
  const first = await shop.place("rest", mugs(), key);
  assert.is(await shop.place("rest", mugs(), key), first);

  const client = new DynamoDBClient(stack.aws);
  const TableName = stack.output("ordersTableName");
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const record = Items.map((item) => unmarshall(item)).find(({ PK }) =>
    /^IDEMPOTENCY#.*#expired$/.test(PK),
  );
  const day = 24 * 60 * 60;
  const now = Math.floor(Date.now() / 1000);
  assert.is(record?.["orderId"], first);
  assert.ok(Math.abs(Number(record?.["endsAt"]) - now - day) < 60);
  const Item = { ...record, endsAt: now - 1, expiresAt: now - 1 };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item }));

  const second = await shop.send("rest", mugs("poster"), key);
  assert.equal([second.status, second.headers.get("idempotent-replayed")], [201, null]);
  assert.is.not(second.json["orderId"], first);
  const again = await shop.send("rest", mugs("poster"), key);
  assert.equal([again.text, again.headers.get("idempotent-replayed")], [second.text, "true"]);
  await shop.until(first, "COMPLETED");
  await shop.until(String(second.json["orderId"]), "COMPLETED");
});

test.run();
