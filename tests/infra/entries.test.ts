import { resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { functionBundler } from "../../infra/aws/function-code.ts";
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
  ["orders-place", "handlers/orders/doors/place-order.ts"],
  ["orders-get", "handlers/orders/doors/get-order.ts"],
  ["orders-list", "handlers/orders/doors/list-orders.ts"],
  ["orders-put-product", "handlers/orders/doors/put-product.ts"],
  ["orders-get-product", "handlers/orders/doors/get-product.ts"],
  ["orders-accept", "handlers/orders/doors/accept-order.ts"],
  ["orders-status", "handlers/orders/doors/get-order-status.ts"],
  ["orders-no-such-route", "handlers/orders/doors/no-such-route.ts"],
  ["orders-process", "handlers/orders/pipeline/process-order.ts"],
  ["orders-reconcile", "handlers/orders/pipeline/reconcile.ts"],
  ["orders-events", "handlers/orders/pipeline/order-events.ts"],
  ["orders-notify", "handlers/orders/pipeline/notify-customer.ts"],
  ["workflow-reserve-stock", "handlers/orders/saga/reserve-stock.ts"],
  ["workflow-charge-payment", "handlers/orders/saga/charge-payment.ts"],
  ["workflow-confirm-order", "handlers/orders/saga/confirm-order.ts"],
  ["workflow-refund-payment", "handlers/orders/saga/refund-payment.ts"],
  ["workflow-release-stock", "handlers/orders/saga/release-stock.ts"],
  ["workflow-reject-order", "handlers/orders/saga/reject-order.ts"],
];

test("every function is known here", () => {
  const functions = program.ofType("aws:lambda/function:Function").map(({ name }) => name);
  assert.equal(functions.sort(), entries.map(([name]) => name).sort());
});

for (const [name, entry] of entries) {
  test(`${name} runs ${entry}`, async () => {
    const { assets } = program.get(name).inputs["code"] as {
      assets: Record<string, { path: string }>;
    };
    const { file } = await functionBundler.bundle(entry);
    assert.equal(Object.keys(assets), ["index.mjs"]);
    assert.is(resolve(assets["index.mjs"]?.path ?? ""), file);
  });
}

test.run();
