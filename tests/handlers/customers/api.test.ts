import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Customer } from "../../../handlers/customers/contract.ts";
import { createHandler as createDelete } from "../../../handlers/customers/delete-customer.ts";
import { createHandler as createGet } from "../../../handlers/customers/get-customer.ts";
import { createHandler as createPut } from "../../../handlers/customers/put-customer.ts";
import {
  apiRequest,
  assertAnswer,
  assertProblem,
  type RequestParts,
} from "../../support/api-request.ts";

const test = suite("customer handlers");

const NOW = "2026-11-21T09:30:00.000Z";
const methods = ["PUT", "GET", "DELETE"] as const;

/** The three handlers over one table in memory, and the number of writes to it. */
function customers(...stored: Customer[]) {
  const table = new Map(stored.map((customer) => [customer.id, customer]));
  const writes: string[] = [];
  const handlers = {
    PUT: createPut({
      now: () => new Date(NOW),
      createCustomer: async (customer) => {
        writes.push(`put ${customer.id}`);
        if (table.has(customer.id)) return false;
        table.set(customer.id, customer);
        return true;
      },
    }),
    GET: createGet({ findCustomer: async (id) => table.get(id) }),
    DELETE: createDelete({
      deleteCustomer: async (id) => {
        writes.push(`delete ${id}`);
        return table.delete(id);
      },
    }),
  };
  const send = (method: (typeof methods)[number], id: string, parts: RequestParts = {}) =>
    handlers[method](
      apiRequest({ method, resource: "/customers/{id}", pathParameters: { id }, ...parts }),
    );
  return { send, table, writes };
}

test("creates a customer once", async () => {
  const { send, table } = customers();
  assertAnswer(await send("PUT", "demo-123"), 201, { id: "demo-123", created: true });
  assertAnswer(await send("PUT", "demo-123"), 200, { id: "demo-123", created: false });
  assert.equal([...table.values()], [{ id: "demo-123", createdAt: NOW }]);
});

test("creates once of ten requests at the same time", async () => {
  const { send } = customers();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send("PUT", "c1")));
  const statuses = answers.map(({ statusCode }) => statusCode).sort();
  assert.equal(statuses, [...Array(9).fill(200), 201]);
});

test("tells when a customer was created, and registered once it is", async () => {
  const registered = { id: "known", createdAt: NOW, registeredAt: "2026-11-21T09:30:01.250Z" };
  const { send } = customers({ id: "new", createdAt: NOW }, registered);
  assertAnswer(await send("GET", "new"), 200, { id: "new", exists: true, createdAt: NOW });
  assertAnswer(await send("GET", "known"), 200, { exists: true, ...registered });
});

test("answers 404 for an unknown customer, and that it does not exist", async () => {
  const { send } = customers();
  const body = assertProblem(await send("GET", "nobody"), { status: 404, code: "not_found" });
  assert.is(body["exists"], false);
});

test("deletes a customer once", async () => {
  const { send } = customers({ id: "c1", createdAt: NOW });
  assertAnswer(await send("DELETE", "c1"), 200, { id: "c1", deleted: true });
  assertAnswer(await send("DELETE", "c1"), 200, { id: "c1", deleted: false });
});

const badIds: [name: string, sent: string][] = [
  ["a missing id", ""],
  ["a space", "%20"],
  ["a decoded space", " "],
  ["a tab", "%09"],
  ["129 characters", "a".repeat(129)],
  ["2,049 bytes", "a".repeat(2_049)],
  ["a null character", "%00"],
  ["a line break", "a%0d%0a"],
  ["bytes that are not UTF-8", "%ff"],
  ["a bare percent sign", "%"],
  ["dots", ".."],
  ["an encoded path", "..%2F..%2Fetc%2Fpasswd"],
  ["a path encoded twice", "%252e%252e%252f"],
  ["an encoded slash", "a%2Fb"],
  ["an umlaut", "%C3%BC"],
  ["Chinese", "用户"],
  ["an emoji", "%F0%9F%98%80"],
  ["a right-to-left override", "a%E2%80%AEb"],
  ["é in one character", "caf%C3%A9"],
  ["é in two", "cafe%CC%81"],
  ["__proto__", "__proto__"],
  ["SQL", "'%20OR%20'1'%3D'1"],
  ["a star", "*"],
  ["braces", "{id}"],
  ["a line break at the end", "demo%0A"],
];

for (const method of methods) {
  for (const [name, sent] of badIds) {
    test(`${method} refuses ${name} as an id`, async () => {
      const { send, writes } = customers();
      const body = assertProblem(await send(method, sent), {
        status: 400,
        code: "invalid_parameter",
      });
      assert.match(String(body["detail"]), /^id must be 1 to 128 characters: letters/);
      assert.equal(writes, []);
    });
  }
}

const goodIds: [name: string, sent: string, id: string][] = [
  ["one character", "1", "1"],
  ["128 characters", "a".repeat(128), "a".repeat(128)],
  ["digits", "12", "12"],
  ["an underscore inside", "test_123", "test_123"],
  ["an e-mail address", "jo@example.com", "jo@example.com"],
  ["an encoded e-mail address", "jo%40example.com", "jo@example.com"],
  ["constructor", "constructor", "constructor"],
  ["hasOwnProperty", "hasOwnProperty", "hasOwnProperty"],
];

for (const [name, sent, id] of goodIds) {
  test(`takes ${name} as an id through its whole life`, async () => {
    const { send } = customers();
    assertAnswer(await send("PUT", sent), 201, { id, created: true });
    assertAnswer(await send("GET", sent), 200, { id, exists: true, createdAt: NOW });
    assertAnswer(await send("DELETE", sent), 200, { id, deleted: true });
  });
}

const bodies: [name: string, body: string | null, expected: 201 | [string, string?][]][] = [
  ["no body", null, 201],
  ["an empty body", "", 201],
  ["an empty object", "{}", 201],
  ["the same id", '{"id":"c1"}', 201],
  ["another id", '{"id":"c2"}', [["/id", "mismatch"]]],
  ["an id that is none", '{"id":""}', [["/id", "pattern"]]],
  ["an id that is no text", '{"id":5}', [["/id", "type"]]],
  ["a list", "[]", [["", "type"]]],
  ["null", "null", [["", "type"]]],
  ["another field", '{"id":"c1","name":"x"}', [["/name", "unknown_field"]]],
  ["a prototype", '{"__proto__":{"polluted":1}}', [["/__proto__", "unknown_field"]]],
];

for (const [name, body, expected] of bodies) {
  test(`PUT with ${name} ${expected === 201 ? "creates" : "writes nothing"}`, async () => {
    const { send, writes } = customers();
    const result = await send("PUT", "c1", { body });
    if (expected === 201) assertAnswer(result, 201, { id: "c1", created: true });
    else {
      const errors = expected.map(([pointer, code = ""]): [string, string] => [pointer, code]);
      assertProblem(result, { status: 400, code: "validation_failed", errors });
      assert.equal(writes, []);
    }
  });
}

test("PUT with a broken body writes nothing", async () => {
  const { send, writes } = customers();
  assertProblem(await send("PUT", "c1", { body: "{" }), { status: 400, code: "invalid_json" });
  assert.equal(writes, []);
});

for (const method of ["GET", "DELETE"] as const) {
  test(`${method} passes over a body`, async () => {
    const { send } = customers({ id: "c1", createdAt: NOW });
    const parts = { body: "{", headers: { "Content-Type": "text/plain" } };
    assert.is((await send(method, "c1", parts)).statusCode, 200);
  });
}

test.run();
