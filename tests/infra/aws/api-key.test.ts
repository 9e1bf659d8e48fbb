import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "../support/program.ts";

const test = suite("API keys");

const program = await programWith({
  config: { "api:consumers": "default,web,web.2", "ingest:requireKey": "true" },
});

test("each consumer has a key of each API, all of them in the API's usage plan", () => {
  const apis = ["customers-api", "orders-api", "ingest-api"];
  const plans = program.ofType("aws:apigateway/usagePlan:UsagePlan").map(({ name }) => name);
  const keys = program
    .ofType("aws:apigateway/usagePlanKey:UsagePlanKey")
    .map(({ inputs }) => inputs);

  assert.equal(plans.sort(), apis.map((api) => `${api}-plan`).sort());
  for (const api of apis) {
    for (const suffix of ["", "-web", "-web.2"]) {
      const [found, ...others] = keys.filter(({ keyId }) => keyId === `${api}-key${suffix}.id`);
      assert.equal(others, []);
      assert.is(found?.["usagePlanId"], `${api}-plan.id`);
    }
  }
});

test("the stack hands out every key, as a secret", () => {
  assert.equal(program.outputs["apiKeys"], {
    "customers-api default": "customers-api-key.value",
    "customers-api web": "customers-api-key-web.value",
    "customers-api web.2": "customers-api-key-web.2.value",
    "ingest-api default": "ingest-api-key.value",
    "ingest-api web": "ingest-api-key-web.value",
    "ingest-api web.2": "ingest-api-key-web.2.value",
    "orders-api default": "orders-api-key.value",
    "orders-api web": "orders-api-key-web.value",
    "orders-api web.2": "orders-api-key-web.2.value",
  });
  assert.ok(program.secretOutputs.includes("apiKeys"));
  assert.is(program.outputs["customersApiKey"], "customers-api-key.value");
});

test.run();
