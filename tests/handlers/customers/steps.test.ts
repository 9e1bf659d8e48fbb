import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Customer } from "../../../handlers/customers/contract.ts";
import { createHandler as createInsert } from "../../../handlers/customers/insert-id.ts";
import { createHandler as createLog } from "../../../handlers/customers/log-event.ts";
import { createHandler as createValidate } from "../../../handlers/customers/validate-exists.ts";

const test = suite("customer steps");

const NOW = "2026-11-21T09:30:00.000Z";

const validating = (...stored: Customer[]) =>
  createValidate({ findCustomer: async (id) => stored.find((customer) => customer.id === id) });

async function failure(work: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  return assert.unreachable("it did not fail") as never;
}

test("a customer exists once it is registered", async () => {
  const validate = validating(
    { id: "new", createdAt: NOW },
    { id: "known", createdAt: NOW, registeredAt: NOW },
  );
  assert.equal(await validate({ id: "nobody" }), { id: "nobody", exists: false });
  assert.equal(await validate({ id: "new" }), { id: "new", exists: false });
  assert.equal(await validate({ id: "known" }), { id: "known", exists: true });
});

test("the heartbeat's input is valid", async () => {
  const input = { id: "scheduled-check" };
  assert.equal(await validating()(input), { ...input, exists: false });
});

test("passes over what an event carries beside the id", async () => {
  const input = { id: "c1", note: "x".repeat(200_000) };
  assert.equal(await validating()(input), { id: "c1", exists: false });
});

const pattern =
  "must be 1 to 128 characters: letters, digits, and . _ @ -, with a letter or digit first";
const invalid: [name: string, input: unknown, message: string][] = [
  ["an empty object", {}, "/id is required"],
  ["an empty id", { id: "" }, `/id ${pattern}`],
  ["a blank id", { id: " " }, `/id ${pattern}`],
  ["a number as id", { id: 5 }, "/id must be a string"],
  ["null as id", { id: null }, "/id must be a string"],
  ["a list", [], "/id is required"],
  ["a text", "x", "the input must be of type Object"],
  ["null", null, "the input must be of type Object"],
  ["nothing", undefined, "the input must be of type Object"],
];

for (const [name, input, message] of invalid) {
  test(`${name} is a ValidationError`, async () => {
    assert.equal(await failure(validating()(input)), { name: "ValidationError", message });
  });
}

test("inserting registers the customer as of now", async () => {
  const registered: string[][] = [];
  const insert = createInsert({
    now: () => new Date(NOW),
    registerCustomer: async (id, at) => {
      registered.push([id, at]);
      return "2026-11-20T00:00:00.000Z";
    },
  });
  assert.equal(await insert({ id: "c1", exists: false }), {
    id: "c1",
    inserted: true,
    registeredAt: "2026-11-20T00:00:00.000Z",
  });
  assert.equal(registered, [["c1", NOW]]);
});

test("logging records the id and inserts nothing", async () => {
  const entries: object[] = [];
  const log = createLog({ log: (entry) => void entries.push(entry) });
  assert.equal(await log({ id: "c1", exists: true }), { id: "c1", inserted: false });
  assert.equal(entries, [{ event: "customer_known", id: "c1" }]);
});

test("a busy table is a TransientError", async () => {
  const busy = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  const validate = createValidate({ findCustomer: () => Promise.reject(busy) });
  assert.equal(await failure(validate({ id: "c1" })), {
    name: "TransientError",
    message: "a service is busy",
  });
});

test("any other failure is passed on unchanged", async () => {
  const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
  const validate = createValidate({ findCustomer: () => Promise.reject(denied) });
  assert.equal(await failure(validate({ id: "c1" })), {
    name: "AccessDeniedException",
    message: "no",
  });
});

test.run();
