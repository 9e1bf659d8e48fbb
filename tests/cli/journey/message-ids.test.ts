import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readMessage } from "../../../handlers/orders/queue/message.ts";

const test = suite("journey: ids that a message is logged with");

const idsInMessage = (...message: Parameters<typeof readMessage>) => readMessage(...message).ids;
const ID = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const direct = { door: "direct", orderId: ID };

test("a message of a door is logged with the ids beside it, whatever its body is", () => {
  assert.equal(idsInMessage("{", { ...direct, correlationId: "c-1", idempotencyKey: '"k-1"' }), {
    orderId: ID,
    correlationId: "c-1",
    idempotencyKey: "k-1",
  });
});

test("without a correlation id that may be used, an order's own id is it", () => {
  assert.equal(idsInMessage("{}", direct), { orderId: ID, correlationId: ID });
  assert.equal(idsInMessage("{}", { ...direct, correlationId: "two words" }), {
    orderId: ID,
    correlationId: ID,
  });
});

test("a message of a stored order is logged with the order that its body names", () => {
  assert.equal(idsInMessage(JSON.stringify({ orderId: ID, createdAt: "any" }), {}), {
    orderId: ID,
  });
});

test("what is no id and no key is not logged", () => {
  for (const body of ["{", "null", "[]", '{"orderId":"x"}', '{"orderId":5}']) {
    assert.equal(idsInMessage(body, {}), {}, body);
  }
  assert.equal(idsInMessage("{}", { door: "direct", orderId: "x", idempotencyKey: "a b" }), {});
});

test.run();
