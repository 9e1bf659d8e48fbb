import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@hey-api/openapi-ts";
import { build } from "esbuild";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

// Somebody else's generator makes a client from the documents, and a program that uses it places orders.
const test = suite("a generated client");

const ROOT = join(import.meta.dirname, "..", "..");
// Beside the packages that the compiler needs.
const CACHE = join(ROOT, "node_modules", ".cache");
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, "generated-client-"));

const PROGRAM = `
import { client as httpClient } from "./orders-http/client.gen";
import { acceptOrder, getOrderStatus } from "./orders-http/sdk.gen";
import { client } from "./orders/client.gen";
import { listOrders, placeOrder, placeOrderDirect } from "./orders/sdk.gen";
import type { ItemisedOrder, OrderBody, SimpleOrder } from "./orders/types.gen";

const itemised: ItemisedOrder = {
  customerId: "customer-1",
  customerEmail: "ada@example.com",
  items: [{ productId: "mug-blue", quantity: 2, price: 29.99 }],
};
const simple: SimpleOrder = { amount: 12.5, currency: "EUR" };
// @ts-expect-error An amount needs a currency.
const neither: OrderBody = { amount: 12.5 };

export interface Doors { url: string; httpUrl: string; key: string }

export async function placeEachKind({ url, httpUrl, key }: Doors): Promise<string[]> {
  client.setConfig({ baseUrl: url, auth: () => key });
  httpClient.setConfig({ baseUrl: httpUrl });
  const ids: string[] = [];
  for (const body of [itemised, simple] satisfies OrderBody[]) {
    const placed = await placeOrder({ body, throwOnError: true });
    const direct = await placeOrderDirect({ body, throwOnError: true });
    const accepted = await acceptOrder({ body, throwOnError: true });
    ids.push(placed.data.orderId, direct.data.orderId, accepted.data.orderId);
  }
  return ids;
}

export async function pageOfOne(): Promise<number> {
  // @ts-expect-error A limit is a number.
  const wrong: Parameters<typeof listOrders>[0] = { query: { limit: "1" } };
  const { data } = await listOrders({ query: { limit: 1, status: "COMPLETED" }, throwOnError: true });
  return data.orders.length;
}

export async function refusalOfOther(): Promise<unknown> {
  const { error } = await placeOrder({ body: neither });
  return error?.errors;
}

export async function statusOf(orderId: string): Promise<string> {
  const { data } = await getOrderStatus({ path: { orderId }, throwOnError: true });
  return data.status;
}
`;

interface Program {
  placeEachKind(doors: { url: string; httpUrl: string; key: string }): Promise<string[]>;
  pageOfOne(): Promise<number>;
  refusalOfOther(): Promise<{ pointer: string; code: string }[]>;
  statusOf(orderId: string): Promise<string>;
}

let stack: TestStack;
test.before(async () => {
  for (const name of ["orders", "orders-http"]) {
    await createClient({
      input: join(ROOT, "docs", `${name}.openapi.json`),
      output: { path: join(folder, name) },
      plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
      logs: { level: "silent" },
    });
  }
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  stack = await startStack();
});
test.after(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("compiles with a program that uses it, and finds that program's mistakes", () => {
  const program = ts.createProgram([join(folder, "program.ts")], {
    noEmit: true,
    strict: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
    skipLibCheck: true,
  });
  const found = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  assert.equal(found, []);
});

test("places an order of each kind at each door, and they are completed", async () => {
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [join(folder, "program.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
  });
  const program: Program = await import(pathToFileURL(outfile).href);
  const ids = await program.placeEachKind({
    url: stack.output("ordersApiUrl"),
    httpUrl: stack.output("ordersHttpApiUrl"),
    key: stack.output("ordersApiKey"),
  });
  const shop = new Shop(stack);

  assert.is(new Set(ids).size, 6);
  for (const id of ids) {
    await shop.until(id, "COMPLETED");
    assert.is(await program.statusOf(id), "COMPLETED");
  }
  assert.is(await program.pageOfOne(), 1);
  assert.equal(
    (await program.refusalOfOther()).map(({ pointer, code }) => `${pointer} ${code}`),
    ["/currency required"],
  );
});

test.run();
