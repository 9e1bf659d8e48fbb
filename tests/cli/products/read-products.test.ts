import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readProducts } from "../../../cli/products/read-products.ts";

const test = suite("files of products");
const csv = (text: string) => readProducts(text, "csv");
const json = (value: unknown) => readProducts(JSON.stringify(value), "json");

test("a CSV file has columns in any order, quotes, and empty values that are left out", () => {
  const text =
    '\uFEFFstock,name,productId,price\r\n10,"Mug, ""blue""",mug-blue,12.5\r\n\r\n3,,poster,\r\n';
  assert.equal(csv(text), [
    { line: 2, productId: "mug-blue", body: { stock: 10, name: 'Mug, "blue"', price: 12.5 } },
    { line: 4, productId: "poster", body: { stock: 3 } },
  ]);
});

test("what is no number is left for the API to refuse", () => {
  assert.equal(csv("productId,stock\nmug,many\n"), [
    { line: 2, productId: "mug", body: { stock: "many" } },
  ]);
});

test("a line without an id, or with too many values, is named and spoils no other", () => {
  assert.equal(csv("productId,stock\n,1\nmug,2,3\ncup,4\n"), [
    { line: 2, problem: "has no productId" },
    { line: 3, problem: "has 3 values for 2 columns" },
    { line: 4, productId: "cup", body: { stock: 4 } },
  ]);
});

test("columns that are missing or unknown are refused before anything is sent", () => {
  const rule =
    "the first line must name the columns productId and stock, and may name price, currency and name; it is: ";
  assert.throws(
    () => csv("id,stock\nmug,1\n"),
    (error: Error) => error.message === `${rule}id,stock`,
  );
  assert.throws(
    () => csv(""),
    (error: Error) => error.message === rule,
  );
});

test("a JSON file is an array of products", () => {
  assert.equal(json([{ productId: "mug", stock: 1, price: 2 }, null, { stock: 3 }]), [
    { line: 1, productId: "mug", body: { stock: 1, price: 2 } },
    { line: 2, problem: "is not an object" },
    { line: 3, problem: "has no productId" },
  ]);
  assert.throws(() => json({}), /^the file must be a JSON array of products$/);
  assert.throws(() => readProducts("[", "json"), /^the file is not JSON: /);
});

test.run();
