import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as deleteCustomer from "../../../handlers/customers/delete-customer.ts";
import * as getCustomer from "../../../handlers/customers/get-customer.ts";
import * as insertId from "../../../handlers/customers/insert-id.ts";
import * as putCustomer from "../../../handlers/customers/put-customer.ts";
import * as validateExists from "../../../handlers/customers/validate-exists.ts";
import { apiRequest, assertAnswer, assertProblem } from "../../support/api-request.ts";

const test = suite("calls of the customer functions");

interface Reply {
  status: number;
  body: object;
}

const calls: { operation: string; input: Record<string, unknown> }[] = [];
let reply: Reply = { status: 200, body: {} };
let table: Server;

// A table that only listens: what is asked of it is the point here.
test.before(async () => {
  table = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const target = String(request.headers["x-amz-target"]);
    calls.push({ operation: target.replace("DynamoDB_20120810.", ""), input: JSON.parse(body) });
    response.writeHead(reply.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(reply.body));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => table.once("listening", resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(table.address() as AddressInfo).port}`,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
    CUSTOMERS_TABLE: "customer_ids",
  });
});
test.after(() => {
  table.close();
  table.closeAllConnections();
});
test.before.each(() => {
  calls.length = 0;
  reply = { status: 200, body: {} };
});

const failing = (type: string) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no" },
});
const request = (method: string) =>
  apiRequest({ method, resource: "/customers/{id}", pathParameters: { id: "c1" } });

const stored = { id: { S: "c1" }, createdAt: { S: "2026-11-21T09:30:00.000Z" } };

test("PUT makes one write, which succeeds only if the customer does not exist", async () => {
  assertAnswer(await putCustomer.handler(request("PUT")), 201, { id: "c1", created: true });
  const [{ operation = "", input = {} } = {}, ...more] = calls;
  assert.equal(more, []);
  assert.is(operation, "PutItem");
  const { Item, ...rest } = input as { Item: Record<string, { S: string }> };
  assert.equal(rest, {
    TableName: "customer_ids",
    ConditionExpression: "attribute_not_exists(id)",
  });
  assert.equal(Object.keys(Item), ["id", "createdAt"]);
  assert.is(Item["id"]?.S, "c1");
});

test("PUT takes a failed condition for a customer that exists", async () => {
  reply = failing("ConditionalCheckFailedException");
  assertAnswer(await putCustomer.handler(request("PUT")), 200, { id: "c1", created: false });
});

test("GET makes one consistent read", async () => {
  reply = { status: 200, body: { Item: stored } };
  assertAnswer(await getCustomer.handler(request("GET")), 200, {
    id: "c1",
    exists: true,
    createdAt: "2026-11-21T09:30:00.000Z",
  });
  const input = { TableName: "customer_ids", Key: { id: { S: "c1" } }, ConsistentRead: true };
  assert.equal(calls, [{ operation: "GetItem", input }]);
});

test("GET takes an empty answer for a customer that does not exist", async () => {
  assertProblem(await getCustomer.handler(request("GET")), { status: 404, code: "not_found" });
});

test("DELETE makes one write, and asks what it deleted", async () => {
  reply = { status: 200, body: { Attributes: stored } };
  assertAnswer(await deleteCustomer.handler(request("DELETE")), 200, { id: "c1", deleted: true });
  const input = { TableName: "customer_ids", Key: { id: { S: "c1" } }, ReturnValues: "ALL_OLD" };
  assert.equal(calls, [{ operation: "DeleteItem", input }]);
});

test("DELETE takes an empty answer for nothing deleted", async () => {
  const answer = await deleteCustomer.handler(request("DELETE"));
  assertAnswer(answer, 200, { id: "c1", deleted: false });
});

test("ValidateExists makes one consistent read", async () => {
  reply = { status: 200, body: { Item: { ...stored, registeredAt: { S: "now" } } } };
  assert.equal(await validateExists.handler({ id: "c1" }), { id: "c1", exists: true });
  const input = { TableName: "customer_ids", Key: { id: { S: "c1" } }, ConsistentRead: true };
  assert.equal(calls, [{ operation: "GetItem", input }]);
});

test("InsertId makes one write, which keeps what is already set", async () => {
  const registeredAt = "2026-11-20T00:00:00.000Z";
  reply = { status: 200, body: { Attributes: { ...stored, registeredAt: { S: registeredAt } } } };
  assert.equal(await insertId.handler({ id: "c1" }), { id: "c1", inserted: true, registeredAt });
  assert.is(calls.length, 1);
  assert.is(calls[0]?.operation, "UpdateItem");
  const { ExpressionAttributeValues, ...rest } = calls[0]?.input ?? {};
  assert.equal(rest, {
    TableName: "customer_ids",
    Key: { id: { S: "c1" } },
    UpdateExpression:
      "SET registeredAt = if_not_exists(registeredAt, :at), createdAt = if_not_exists(createdAt, :at)",
    ReturnValues: "ALL_NEW",
  });
  assert.equal(Object.keys(ExpressionAttributeValues as object), [":at"]);
});

const operations = {
  PUT: () => putCustomer.handler(request("PUT")),
  GET: () => getCustomer.handler(request("GET")),
  DELETE: () => deleteCustomer.handler(request("DELETE")),
};

for (const [method, send] of Object.entries(operations)) {
  for (const type of ["ProvisionedThroughputExceededException", "ThrottlingException"]) {
    test(`${method} answers 503 when the table says ${type}`, async () => {
      reply = failing(type);
      const answer = await send();
      assertProblem(answer, { status: 503, code: "unavailable" });
      assert.is(answer.headers?.["Retry-After"], "1");
    });
  }

  test(`${method} answers 500 when the role may not use the table`, async () => {
    reply = failing("AccessDeniedException");
    assertProblem(await send(), { status: 500, code: "internal" });
  });
}

test("a throttled table is a TransientError for a step", async () => {
  reply = failing("ProvisionedThroughputExceededException");
  try {
    await insertId.handler({ id: "c1" });
    assert.unreachable("it did not fail");
  } catch (error) {
    assert.is((error as Error).name, "TransientError");
  }
});

test.run();
