import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("the catalogue");
let stack: TestStack;
let shop: Shop;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
  shop = new Shop(stack);
});
test.after(() => stack?.stop());

const list = (query = "") => call("GET", `${stack.output("ordersHttpApiUrl")}/products${query}`);

test("is empty at first, and then lists every product by id, in pages, without a key", async () => {
  assert.equal((await list()).json, { products: [] });
  await shop.api("PUT", "/products/poster", { stock: 3 });
  const mug = { stock: 10, price: 29.99, currency: "EUR", name: "Blue mug" };
  await shop.api("PUT", "/products/mug-blue", mug);
  await shop.api("PUT", "/products/tea", { stock: 0, price: 4.5, name: "Tea" });

  const offers = [
    { productId: "mug-blue", ...mug },
    { productId: "poster", stock: 3 },
    { productId: "tea", name: "Tea", stock: 0, price: 4.5, currency: "EUR" },
  ];
  const { status, headers, json } = await list();
  assert.equal({ status, json }, { status: 200, json: { products: offers } });
  assert.is(headers.get("cache-control"), "public, max-age=5, stale-while-revalidate=30");

  const first = await list("?limit=2");
  assert.equal(first.json, { products: offers.slice(0, 2), next: "poster" });
  assert.equal((await list("?limit=2&after=poster")).json, { products: offers.slice(2) });
});

test("keeps a product's price and name when only its stock is set", async () => {
  await shop.api("PUT", "/products/mug-blue", { stock: 4 });
  const { json } = await list("?limit=1");
  const [mug] = json["products"] as unknown[];
  assert.equal(mug, {
    productId: "mug-blue",
    name: "Blue mug",
    stock: 4,
    price: 29.99,
    currency: "EUR",
  });
});

test("refuses query parameters that it does not know or cannot read", async () => {
  for (const query of ["?limit=0", "?limit=1&limit=2", "?after=a%20b", "?sort=price"]) {
    const { status, json } = await list(query);
    assert.equal([status, json["code"]], [400, "invalid_parameter"], query);
  }
});

test.run();
