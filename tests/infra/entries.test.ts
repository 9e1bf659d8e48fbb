import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bundle } from "../../infra/bundle/bundle.ts";
import { registrationsOf } from "./support/registrations.ts";

const test = suite("what functions run");

const program = await registrationsOf(() => import("../../index.ts"), {
  config: { "ingest:schedule": "rate(1 hour)" },
});

const entries: [name: string, entry: string][] = [
  ["customers-put", "handlers/customers/put-customer.ts"],
  ["customers-get", "handlers/customers/get-customer.ts"],
  ["customers-delete", "handlers/customers/delete-customer.ts"],
  ["workflow-validate-exists", "handlers/customers/validate-exists.ts"],
  ["workflow-log-event", "handlers/customers/log-event.ts"],
  ["workflow-insert-id", "handlers/customers/insert-id.ts"],
  ["ingest-get-users", "handlers/ingest/get-users.ts"],
  ["ingest-pull", "handlers/ingest/pull-users.ts"],
  ["ingest-ingest", "handlers/ingest/ingest.ts"],
  ["orders-place", "handlers/orders/place-order.ts"],
  ["orders-get", "handlers/orders/get-order.ts"],
  ["orders-list", "handlers/orders/list-orders.ts"],
  ["orders-put-product", "handlers/orders/put-product.ts"],
  ["orders-get-product", "handlers/orders/get-product.ts"],
  ["orders-accept", "handlers/orders/accept-order.ts"],
  ["orders-status", "handlers/orders/get-order-status.ts"],
  ["orders-no-such-route", "handlers/shared/no-such-route.ts"],
  ["orders-process", "handlers/orders/process-order.ts"],
  ["orders-reconcile", "handlers/orders/reconcile.ts"],
  ["orders-events", "handlers/orders/order-events.ts"],
  ["orders-notify", "handlers/orders/notify-customer.ts"],
  ["workflow-reserve-stock", "handlers/orders/reserve-stock.ts"],
  ["workflow-charge-payment", "handlers/orders/charge-payment.ts"],
  ["workflow-confirm-order", "handlers/orders/confirm-order.ts"],
  ["workflow-refund-payment", "handlers/orders/refund-payment.ts"],
  ["workflow-release-stock", "handlers/orders/release-stock.ts"],
  ["workflow-reject-order", "handlers/orders/reject-order.ts"],
];

test("every function is known here", () => {
  const functions = program.ofType("aws:lambda/function:Function").map(({ name }) => name);
  assert.equal(functions.sort(), entries.map(([name]) => name).sort());
});

for (const [name, entry] of entries) {
  test(`${name} runs ${entry}`, async () => {
    const { assets } = program.get(name).inputs["code"] as {
      assets: Record<string, { text: string }>;
    };
    assert.ok(assets["index.mjs"]?.text === (await bundle(entry)).code);
  });
}

test.run();
