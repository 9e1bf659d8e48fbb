import { suite } from "uvu";
import * as assert from "uvu/assert";
import { greeting } from "../../src/command-line/greeting.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";

const test = suite("greeting");

function greets(notes: string[], inspectPorts = new Map<string, number>()): string {
  const runtime = {
    program: { project: "shop", stack: "dev", resources: [] },
    outputs: { url: "http://localhost:1" },
    origin: { kept: true },
    notes,
    services: { lambda: { inspectPorts } },
    awsEndpoint: "http://127.0.0.1:2",
  } as unknown as Runtime;
  return greeting(runtime, { ms: 1, verbose: false });
}

test("says which APIs accept every request that AWS would not, each once", () => {
  const unchecked = "tokens are not checked: every request is accepted";
  const text = greets([
    `a (aws:apigatewayv2/route:Route): authorizerId: ${unchecked}`,
    `a (aws:apigatewayv2/route:Route): authorizationType: ${unchecked}`,
    `b (aws:apigateway/restApi:RestApi): body: security: ${unchecked}`,
    "c (aws:sqs/queue:Queue): tags: tags are not stored",
  ]);

  assert.match(
    text,
    /\n {2}IAM signatures and tokens are not checked on this machine: a, b accept every request\n/,
  );
  assert.match(text, /\n {2}4 settings have no effect on this machine; --verbose lists them\n/);
});

test("says nothing of signatures where nobody asks for any", () => {
  assert.not.match(greets(["c (aws:sqs/queue:Queue): tags: tags are not stored"]), /signatures/);
});

test("says where debuggers attach", () => {
  const ports = new Map([
    ["fn-1", 9229],
    ["fn-2", 9230],
  ]);
  const lines = greets([], ports).split("\n");
  const first = lines.findIndex((line) => line.includes("debuggers"));
  assert.equal(lines.slice(first, first + 2), [
    "  debuggers         127.0.0.1:9229   fn-1",
    "                    127.0.0.1:9230   fn-2",
  ]);
  assert.not.match(greets([]), /debuggers/);
});

test.run();
