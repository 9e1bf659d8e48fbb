import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("customers, end to end");
let stack: TestStack;
let states: SFNClient;
let key: string;

test.before(async () => {
  stack = await startStack();
  states = new SFNClient(stack.aws);
  key = stack.output("customersApiKey");
});
test.after(() => stack?.stop());

const customers = (method: string, id: string, init: RequestInit = {}) =>
  call(method, `${stack.output("customersApiUrl")}/customers/${id}`, {
    ...init,
    headers: { "x-api-key": key, ...init.headers },
  });

async function executionsFor(id: string) {
  const stateMachineArn = stack.output("customersWorkflowArn");
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
  const described = await Promise.all(
    executions.map(({ executionArn }) =>
      states.send(new DescribeExecutionCommand({ executionArn })),
    ),
  );
  return described.filter(({ input }) => JSON.parse(input ?? "{}").id === id);
}

test("a customer is created once, found, and deleted once", async () => {
  const created = await customers("PUT", "ada");
  assert.is(created.status, 201);
  assert.equal(created.json, { id: "ada", created: true });

  const again = await customers("PUT", "ada");
  assert.is(again.status, 200);
  assert.equal(again.json, { id: "ada", created: false });

  const found = await customers("GET", "ada");
  assert.is(found.status, 200);
  assert.is(found.json["exists"], true);

  await stack.until(
    "the registration",
    async () => (await customers("GET", "ada")).json["registeredAt"],
  );
  const gone = await customers("DELETE", "ada");
  assert.is(gone.status, 200);
  assert.equal(gone.json, { id: "ada", deleted: true });
  assert.equal((await customers("DELETE", "ada")).json, { id: "ada", deleted: false });

  const missing = await customers("GET", "ada");
  assert.is(missing.status, 404);
  assert.is(missing.json["code"], "not_found");
  assert.is(missing.json["exists"], false);
});

test("a request without a key or with a wrong one is refused with CORS headers", async () => {
  const url = `${stack.output("customersApiUrl")}/customers/ada`;
  for (const headers of [{}, { "x-api-key": "wrong" }] as Record<string, string>[]) {
    const { status, headers: answered, json } = await call("GET", url, { headers });
    assert.is(status, 403);
    assert.is(json["code"], "forbidden");
    assert.is(json["status"], 403);
    assert.is(answered.get("content-type"), "application/problem+json");
    assert.is(answered.get("access-control-allow-origin"), "*");
    assert.ok(answered.get("x-amzn-requestid"));
  }
});

test("a preflight needs no key", async () => {
  const { status, headers } = await call(
    "OPTIONS",
    `${stack.output("customersApiUrl")}/customers/ada`,
  );
  assert.ok(status === 200 || status === 204, String(status));
  assert.is(headers.get("access-control-allow-origin"), "*");
  assert.match(headers.get("access-control-allow-headers") ?? "", /x-api-key/i);
});

test("ten PUTs of one id at once give one 201, nine 200 and one event", async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => customers("PUT", "grace")));
  const statuses = answers.map(({ status }) => status).sort();
  assert.equal(statuses, [...Array(9).fill(200), 201]);

  await stack.until("the execution", async () => (await executionsFor("grace"))[0]);
  await stack.clock.advance(60_000);
  assert.is((await executionsFor("grace")).length, 1);
});

test("a PUT ends in a registered customer through stream, pipe, rule and workflow", async () => {
  await customers("PUT", "linus");
  const registered = await stack.until("the registration", async () => {
    const { json } = await customers("GET", "linus");
    return json["registeredAt"] ? json : undefined;
  });
  assert.is(registered["id"], "linus");
  assert.type(registered["createdAt"], "string");

  const execution = await stack.until("the end of the execution", async () => {
    const [found] = await executionsFor("linus");
    return found?.status === "RUNNING" ? undefined : found;
  });
  assert.is(execution.input, '{"id":"linus"}');
  assert.is(execution.status, "SUCCEEDED");
});

test("a delete and a second PUT announce the customer again", async () => {
  await customers("PUT", "barbara");
  await stack.until("the first execution", async () => (await executionsFor("barbara"))[0]);
  await stack.until(
    "the registration",
    async () => (await customers("GET", "barbara")).json["registeredAt"],
  );
  await customers("DELETE", "barbara");
  assert.is((await customers("PUT", "barbara")).status, 201);
  await stack.until("the second execution", async () => (await executionsFor("barbara"))[1]);
});

test.run();
