import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "../support/program.ts";

const test = suite("CORS origins");

const SHOP = "https://shop.example";
const program = await programWith({
  config: { "api:corsOrigins": `${SHOP}, http://localhost:5173` },
});
const REST_FUNCTIONS = /^(customers|ingest|orders)-(get|put|delete|place|list)-|^ingest-ingest$/;

test("the HTTP API names all of them", () => {
  const [api] = program.ofType("aws:apigatewayv2/api:Api");
  assert.equal(Object(api?.inputs["corsConfiguration"]).allowOrigins, [
    SHOP,
    "http://localhost:5173",
  ]);
});

test("REST APIs name the first wherever the gateway itself answers", () => {
  const apis = program.ofType("aws:apigateway/restApi:RestApi");
  assert.is(apis.length, 3);
  for (const { inputs } of apis) {
    const named = String(inputs["body"]).match(/header\.Access-Control-Allow-Origin":"'[^']*'"/g);
    assert.ok(named && named.length > 15);
    assert.equal([...new Set(named)], [`header.Access-Control-Allow-Origin":"'${SHOP}'"`]);
  }
});

test("functions of REST APIs name the first", () => {
  const told = program
    .ofType("aws:lambda/function:Function")
    .filter(({ inputs }) => Object(inputs["environment"]).variables?.CORS_ORIGIN !== undefined);
  const names = told.map(({ name }) => name);
  assert.equal(
    names.filter((name) => !REST_FUNCTIONS.test(name)),
    [],
  );
  assert.is(names.length, 10);
  for (const { inputs } of told) {
    assert.is(Object(inputs["environment"]).variables.CORS_ORIGIN, SHOP);
  }
});

test.run();
