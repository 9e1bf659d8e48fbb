import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handler as getOrder } from "../../../../handlers/orders/doors/get-order.ts";
import { handler as getStatus } from "../../../../handlers/orders/doors/get-order-status.ts";
import { handler as getProduct } from "../../../../handlers/orders/doors/get-product.ts";
import { handler as listOrders } from "../../../../handlers/orders/doors/list-orders.ts";
import { handler as listProducts } from "../../../../handlers/orders/doors/list-products.ts";
import { handler as putProduct } from "../../../../handlers/orders/doors/put-product.ts";
import { readPageToken } from "../../../../handlers/orders/rules/page-token.ts";
import { apiRequest, assertAnswer, assertProblem } from "../../../support/api-request.ts";
import { type AwsReply, awsCallsOf, failing } from "../../../support/aws-calls.ts";
import { CREATED_AT, httpApiRequest, ORDER_ID, OTHER_ID } from "../../../support/order-samples.ts";

const test = suite("calls of the functions that read orders and products");
// What the handlers log is not what is tested here.
console.info = () => {};
console.error = () => {};

const aws = await awsCallsOf(test, () => ({
  ORDERS_TABLE: "orders",
  ORDER_STATUS_SHARDS: "2",
  UNTRACKED_IN_STOCK: "true",
}));

const key = (PK: string, SK = PK) => ({ PK: { S: PK }, SK: { S: SK } });
const read = (Key: object) => ({
  operation: "GetItem",
  input: { TableName: "orders", Key, ConsistentRead: true },
});
const item = (orderId: string, createdAt = CREATED_AT) => ({
  ...key(`ORDER#${orderId}`),
  statusShard: { S: "PENDING#0" },
  orderId: { S: orderId },
  createdAt: { S: createdAt },
  updatedAt: { S: createdAt },
  status: { S: "PENDING" },
  currency: { S: "EUR" },
  totalMinor: { N: "9999" },
});
const parameters = (orderId: string) => ({ pathParameters: { orderId } });

test("an order is one consistent read", async () => {
  aws.reply([200, { Item: item(ORDER_ID) }]);
  assertAnswer(await getOrder(apiRequest(parameters(ORDER_ID))), 200, {
    orderId: ORDER_ID,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    status: "PENDING",
    totalAmount: 99.99,
    currency: "EUR",
  });
  assert.equal(aws.calls, [read(key(`ORDER#${ORDER_ID}`))]);
});

for (const [name, send] of [
  ["the keyed API", () => getOrder(apiRequest(parameters(OTHER_ID)))],
  ["the open API", () => getStatus(httpApiRequest(parameters(OTHER_ID)))],
] as const) {
  const asOrder = read(key(`ORDER#${OTHER_ID}`));
  const asAlias = read(key(`ORDER#${OTHER_ID}`, "ALIAS"));

  test(`${name} follows a second name to its order`, async () => {
    aws.reply([200, {}], [200, { Item: { orderId: { S: ORDER_ID } } }]);
    aws.reply([200, { Item: item(ORDER_ID) }]);
    const answer = await send();
    assert.equal([answer.statusCode, JSON.parse(answer.body).orderId], [200, ORDER_ID]);
    assert.equal(aws.calls, [asOrder, asAlias, read(key(`ORDER#${ORDER_ID}`))]);
  });

  test(`${name} answers 404 where there is neither order nor second name`, async () => {
    assertProblem(await send(), { status: 404, code: "not_found" });
    assert.equal(aws.calls, [asOrder, asAlias]);
  });

  test(`${name} answers 503 when the table is busy`, async () => {
    aws.reply(failing("ThrottlingException"));
    assertProblem(await send(), { status: 503, code: "unavailable" });
  });
}

const list = (values: Record<string, string>) => {
  const many = Object.entries(values).map(([name, value]) => [name, [value]]);
  const multiValueQueryStringParameters = Object.fromEntries(many);
  return listOrders({ ...apiRequest(), multiValueQueryStringParameters });
};
const query = (shard: string, Limit: number, start?: object) => ({
  operation: "Query",
  input: {
    TableName: "orders",
    IndexName: "byStatus",
    KeyConditionExpression: "statusShard = :shard",
    ExpressionAttributeValues: { ":shard": { S: shard } },
    ScanIndexForward: false,
    Limit,
    ...(start && { ExclusiveStartKey: start }),
  },
});
/** Queries go out side by side, and come in in any order. */
const sortedCalls = () =>
  [...aws.calls].sort((a, b) => (JSON.stringify(a.input) < JSON.stringify(b.input) ? -1 : 1));
const page = (...Items: object[]): AwsReply => [200, { Items }];
const at = (second: number) => `2026-11-21T09:30:0${second}.000Z`;
const idOf = (n: number) => ORDER_ID.slice(0, -1) + n;

test("a list of a status asks each of its keys for one order more than fits", async () => {
  aws.reply(page(), page());
  assertAnswer(await list({ status: "PENDING", limit: "7" }), 200, {
    orders: [],
    count: 0,
    filter: { status: "PENDING" },
  });
  assert.equal(sortedCalls(), [query("PENDING#0", 8), query("PENDING#1", 8)]);
});

test("a list of every status asks all keys", async () => {
  assert.is((await list({})).statusCode, 200);
  const names = ["COMPLETED", "FAILED", "PENDING", "PROCESSING"].flatMap((status) => [
    query(`${status}#0`, 51),
    query(`${status}#1`, 51),
  ]);
  assert.equal(sortedCalls(), names);
});

test("pages are merged newest first, and go on in each key where they ended", async () => {
  // Both keys answer alike, so that it does not matter which is asked first.
  const items = page(item(idOf(2), at(2)), item(idOf(1), at(1)));
  // There is no secret yet, and another function makes one at the same time: that one counts.
  const secret = Buffer.alloc(32, 7);
  aws.reply(items, items, [200, {}], failing("ConditionalCheckFailedException"));
  aws.reply([200, { Item: { secret: { S: secret.toString("base64") } } }]);
  const first = JSON.parse((await list({ status: "PENDING", limit: "2" })).body);
  const ids = first.orders.map(({ orderId }: { orderId: string }) => orderId);
  assert.equal([ids, first.count], [[idOf(2), idOf(2)], 2]);
  assert.equal(readPageToken(first.nextToken, "PENDING/2", secret), {
    "PENDING#0": [at(2), idOf(2)],
    "PENDING#1": [at(2), idOf(2)],
  });
  const { Item, ...put } = aws.input<{ Item: Record<string, unknown> }>(3);
  assert.equal(put, { TableName: "orders", ConditionExpression: "attribute_not_exists(PK)" });
  const { secret: made, ...name } = Item;
  assert.equal(name, key("SECRET#page-token"));
  assert.match(JSON.stringify(made), /^\{"S":"[A-Za-z0-9+/]{43}="\}$/);
  const asked = read(key("SECRET#page-token"));
  assert.equal([aws.calls[2], aws.calls[4], aws.calls.length], [asked, asked, 5]);

  aws.reset();
  await list({ status: "PENDING", limit: "2", nextToken: first.nextToken });
  const start = (shard: string) => ({
    ...key(`ORDER#${idOf(2)}`),
    statusShard: { S: shard },
    createdAt: { S: at(2) },
  });
  assert.equal(sortedCalls(), [
    query("PENDING#0", 3, start("PENDING#0")),
    query("PENDING#1", 3, start("PENDING#1")),
  ]);
});

const product = (method: string, body: string | null = null) =>
  apiRequest({ method, pathParameters: { productId: "mug" }, body });
const MUG = { productId: { S: "mug" }, free: { N: "7" }, held: { N: "2" }, sold: { N: "1" } };
const VIEW = { productId: "mug", stock: 7, held: 2, sold: 1 };

test("a product is one consistent read", async () => {
  aws.reply([200, { Item: { ...key("PRODUCT#mug"), ...MUG } }]);
  assertAnswer(await getProduct(product("GET")), 200, VIEW);
  assert.equal(aws.calls, [read(key("PRODUCT#mug"))]);
  assertProblem(await getProduct(product("GET")), { status: 404, code: "not_found" });
});

test("a product's free units are set, which keeps what is held and sold; then it enters the catalogue", async () => {
  aws.reply([200, { Attributes: MUG }], [200, {}]);
  assertAnswer(await putProduct(product("PUT", '{"stock":7}')), 200, VIEW);
  assert.is(aws.calls.length, 2);
  assert.equal(aws.calls[1], {
    operation: "PutItem",
    input: { TableName: "orders", Item: key("CATALOGUE", "mug") },
  });
  const { ExpressionAttributeValues, ...input } = aws.input(0);
  assert.equal(input, {
    TableName: "orders",
    Key: key("PRODUCT#mug"),
    UpdateExpression:
      "SET productId = :id, #free = :free, updatedAt = :at, held = if_not_exists(held, :none), sold = if_not_exists(sold, :none)",
    ExpressionAttributeNames: { "#free": "free" },
    ReturnValues: "ALL_NEW",
  });
  const { ":at": time, ...values } = ExpressionAttributeValues as Record<string, object>;
  assert.equal(values, { ":id": { S: "mug" }, ":free": { N: "7" }, ":none": { N: "0" } });
  assert.match(JSON.stringify(time), /^\{"S":"\d{4}-\d\d-\d\dT[\d:.]{12}Z"\}$/);
});

const CACHED = { "Cache-Control": "public, max-age=5, stale-while-revalidate=30" };
const catalogue = (queryStringParameters: Record<string, string>) =>
  listProducts(httpApiRequest({ queryStringParameters }));
const stored = (id: string) => ({ ...key(`PRODUCT#${id}`), ...MUG, productId: { S: id } });

test("a page of products is one query of the catalogue and one batch of products, in the catalogue's order", async () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => key("CATALOGUE", id));
  aws.reply([200, { Items: [{ SK: a?.SK }, { SK: b?.SK }, { SK: c?.SK }], LastEvaluatedKey: c }]);
  // The batch has an order of its own, and b is gone.
  aws.reply([200, { Responses: { orders: [stored("c"), stored("a")] } }]);
  const answer = await catalogue({ limit: "3", after: "0" });
  const offers = {
    products: [
      { productId: "a", stock: 7 },
      { productId: "c", stock: 7 },
    ],
    next: "c",
  };
  assertAnswer(answer, 200, offers, CACHED);
  assert.equal(aws.calls, [
    {
      operation: "Query",
      input: {
        TableName: "orders",
        KeyConditionExpression: "PK = :catalogue",
        ExpressionAttributeValues: { ":catalogue": { S: "CATALOGUE" } },
        ProjectionExpression: "SK",
        Limit: 3,
        ExclusiveStartKey: key("CATALOGUE", "0"),
      },
    },
    {
      operation: "BatchGetItem",
      input: {
        RequestItems: { orders: { Keys: ["a", "b", "c"].map((id) => key(`PRODUCT#${id}`)) } },
      },
    },
  ]);
});

test("an empty catalogue is one query; what DynamoDB leaves for later is asked for again by the client", async () => {
  aws.reply([200, { Items: [] }]);
  assertAnswer(await catalogue({}), 200, { products: [] }, CACHED);
  assert.is(aws.calls.length, 1);
  aws.reply([200, { Items: [{ SK: { S: "a" } }] }]);
  const UnprocessedKeys = { orders: { Keys: [key("PRODUCT#a")] } };
  aws.reply([200, { Responses: { orders: [] }, UnprocessedKeys }]);
  assertProblem(await catalogue({}), { status: 503, code: "unavailable" });
});

test.run();
