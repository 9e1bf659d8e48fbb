import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import draft04 from "ajv-draft-04";
import converter from "openapi-to-postmanv2";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { apiDocuments } from "../../../infra/api-documents.ts";
import { gatewayDocument } from "../../../infra/aws/openapi/gateway-document.ts";
import { ordersApi } from "../../../infra/orders/rest-api.ts";

const test = suite("OpenAPI documents");
const DOCS = join(import.meta.dirname, "..", "..", "..", "docs");

for (const [file, document] of Object.entries(apiDocuments())) {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;

  test(`docs/${file} is up to date; npm run openapi writes it`, () => {
    assert.is(readFileSync(join(DOCS, file), "utf8"), text);
  });

  test(`${file} is clean by Redocly's recommended rules`, async () => {
    const config = await createConfig({
      extends: ["recommended-strict"],
      // The stack of npm start is a server that a reader of the document really has.
      rules: { "no-server-example.com": "off" },
    });
    const problems = await lintFromString({ source: text, absoluteRef: file, config });
    assert.equal(
      problems.map(({ ruleId, message }) => `${ruleId}: ${message}`),
      [],
    );
  });

  test(`${file} imports into Postman with every operation`, async () => {
    const collection = await imported(text);
    const operations = Object.values(document["paths"] as Record<string, object>).flatMap((path) =>
      Object.keys(path).filter((key) => key !== "parameters"),
    );
    assert.is(requestsIn(collection), operations.length);
  });
}

const orders = JSON.parse(JSON.stringify(apiDocuments()["orders.openapi.json"]));
const { schemas } = orders.components;
const parameter = (path: string, name: string) =>
  orders.paths[path].get.parameters.find((it: { name: string }) => it.name === name);

test("numbers in queries are integers, with their limits", () => {
  assert.equal(parameter("/orders", "limit").schema, { type: "integer", minimum: 1, maximum: 100 });
  assert.is(parameter("/orders", "limit").example, 50);
  const ingest = JSON.parse(JSON.stringify(apiDocuments()["ingest.openapi.json"]));
  assert.equal(ingest.paths["/users"].get.parameters[0].schema, {
    type: "integer",
    minimum: 1,
    maximum: 999_999,
  });
});

test("the body of an order is one of two named schemas, which have nothing in common", () => {
  assert.equal(schemas.OrderBody, {
    oneOf: [
      { $ref: "#/components/schemas/ItemisedOrder" },
      { $ref: "#/components/schemas/SimpleOrder" },
    ],
  });
  for (const name of ["ItemisedOrder", "SimpleOrder"]) {
    assert.is(schemas[name].additionalProperties, false);
  }
  const { properties } = schemas.SimpleOrder;
  assert.not.ok(schemas.ItemisedOrder.required.every((name: string) => name in properties));
});

test("keys and addresses have the patterns that the handlers check", () => {
  for (const [file, path] of [
    ["orders.openapi.json", "/orders"],
    ["orders-http.openapi.json", "/orders"],
    ["ingest.openapi.json", "/ingest"],
  ] as const) {
    const { paths } = JSON.parse(JSON.stringify(apiDocuments()[file]));
    const [header] = paths[path].post.parameters;
    assert.is(header.name, "Idempotency-Key");
    assert.ok(new RegExp(header.schema.pattern).test(header.example), file);
    assert.not.ok(new RegExp(header.schema.pattern).test("a,b"), file);
  }
  const { street } = schemas.ItemisedOrder.properties.shippingAddress.properties;
  assert.ok(new RegExp(street.pattern).test("Hauptstraße 1"));
  for (const bad of ["", " ", "a\u0007"]) assert.not.ok(new RegExp(street.pattern).test(bad));
});

test("the direct door promises what the gateway's model checks, and no more", () => {
  const api = gatewayDocument(ordersApi, { uriOf: () => "" });
  const { components } = JSON.parse(JSON.stringify(api));
  const ajv = new draft04.default({ strict: false });
  const promised = ajv.compile(schemas.DirectOrderBody);
  const { minItems, maxItems, ...items } = components.schemas.DirectOrderBody.properties.items;
  const model = components.schemas.DirectOrderBody;
  // API Gateway ignores how many items a list has.
  const checked = ajv.compile({ ...model, properties: { ...model.properties, items } });
  const item = { productId: "mug", quantity: 1, price: 1 };
  const order = { customerId: "c", customerEmail: "ada@example.com", items: [item] };
  const bodies = [
    order,
    { ...order, items: [] },
    { ...order, items: Array(101).fill(item) },
    { ...order, amount: 1 },
    { ...order, currency: "XXX" },
    { ...order, extra: 1 },
    { amount: 1, currency: "EUR" },
    { amount: 1 },
    { currency: "EUR", paymentToken: "tok_visa" },
    {},
    [],
  ];

  assert.equal([minItems, maxItems], [1, 100]);
  assert.equal(
    bodies.map((body) => promised(body)),
    bodies.map((body) => checked(body)),
  );
  assert.equal(
    bodies.map((body) => promised(body)),
    [true, true, true, true, false, false, true, false, true, false, false],
  );
});

test("the server of npm start comes first, and the outputs are named as the stack has them", () => {
  for (const [file, output] of [
    ["customers.openapi.json", "customersApiUrl"],
    ["ingest.openapi.json", "ingestApiUrl"],
    ["orders.openapi.json", "ordersApiUrl"],
    ["orders-http.openapi.json", "ordersHttpApiUrl"],
  ] as const) {
    const [local, deployed] = JSON.parse(JSON.stringify(apiDocuments()[file])).servers;
    assert.match(local.url, /^http:\/\/localhost:/);
    assert.is(deployed.description, `On AWS; the stack's output ${output}`);
    assert.match(readFileSync(join(DOCS, "..", "index.ts"), "utf8"), `export const ${output} =`);
  }
});

interface PostmanItem {
  request?: object;
  item?: PostmanItem[];
}

function imported(data: string): Promise<PostmanItem> {
  return new Promise((resolve, reject) => {
    converter.convert({ type: "string", data }, {}, (error, result) => {
      const [output] = result?.output ?? [];
      if (error || !result?.result || !output) reject(error ?? new Error(result?.reason));
      else resolve(output.data as PostmanItem);
    });
  });
}

function requestsIn({ request, item = [] }: PostmanItem): number {
  return item.reduce((sum, inner) => sum + requestsIn(inner), request ? 1 : 0);
}

test.run();
