import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readMap } from "../../src/console/map/read-map.ts";
import { HopResolver } from "../../src/console/map/resolve-hop.ts";
import { TrafficCount } from "../../src/console/traffic.ts";
import type { TraceRecord } from "../../src/kernel/trace.ts";
import { someProgram } from "./some-program.ts";

const test = suite("traffic on the map");
const { map, index } = readMap(someProgram);
const resolver = new HopResolver(map, index);
const REGION = "eu-west-1:000000000000";

const hop = (from: string, kind: string, to: string, more: Partial<TraceRecord> = {}) =>
  ({ time: 1, from, kind, to, decision: "allowed", ...more }) satisfies TraceRecord;

const ROWS: [why: string, record: TraceRecord, edges: string[], node?: string][] = [
  [
    "a function writes with its role",
    hop("place-role", "dynamodb:PutItem", `arn:aws:dynamodb:${REGION}:table/t-1a`),
    ["function:orders-place>table:orders-table"],
    "table:orders-table",
  ],
  [
    "a request reaches its API",
    hop("you", "execute-api:Invoke", "orders-api POST /orders"),
    [],
    "api:orders-api",
  ],
  [
    "API Gateway calls in the name of the API",
    hop(
      "apigateway.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:lambda:${REGION}:function:place-1a`,
    ),
    ["api:orders-api>function:orders-place"],
    "function:orders-place",
  ],
  [
    "a mapping brings messages to its function",
    hop("you", "lambda:InvokeFunction", `arn:aws:lambda:${REGION}:function:work-1a`),
    ["queue:orders-queue>function:orders-work"],
    "function:orders-work",
  ],
  [
    "what a pipe sends on came from its source",
    hop("pipe-role", "sqs:SendMessage", `arn:aws:sqs:${REGION}:queue-1a`),
    ["table:orders-table>pipe:orders-placed", "pipe:orders-placed>queue:orders-queue"],
    "queue:orders-queue",
  ],
  [
    "a rule starts an execution with its target's role",
    hop("rule-role", "states:StartExecution", `arn:aws:states:${REGION}:stateMachine:m-1a`),
    ["rule:orders-rule>machine:orders-machine"],
    "machine:orders-machine",
  ],
  [
    "an execution tells of its machine",
    hop("m-1a", "states:ExecutionFailed", `arn:aws:states:${REGION}:execution:m-1a:x`, {
      decision: "note",
    }),
    [],
    "machine:orders-machine",
  ],
  [
    "polling is no traffic",
    hop("work-role", "sqs:ReceiveMessage", `arn:aws:sqs:${REGION}:queue-1a`),
    [],
  ],
  [
    "polling that is denied is seen",
    hop("work-role", "sqs:ReceiveMessage", `arn:aws:sqs:${REGION}:queue-1a`, {
      decision: "denied",
    }),
    [],
    "queue:orders-queue",
  ],
  [
    "the person at the keyboard calls from outside the map",
    hop("you", "dynamodb:GetItem", `arn:aws:dynamodb:${REGION}:table/t-1a`),
    [],
    "table:orders-table",
  ],
  [
    "what the map has not is nowhere",
    hop("x", "sqs:SendMessage", `arn:aws:sqs:${REGION}:other`),
    [],
  ],
];

for (const [why, record, edges, node] of ROWS) {
  test(why, () => {
    const expected = { edges, ...(node && { node }) };
    assert.equal(resolver.see(record), expected);
    assert.equal(resolver.see(record), expected, "also the second time");
  });
}

test("hops are counted until they are taken, and faults are kept in words", () => {
  const count = new TrafficCount(resolver);
  assert.is(count.take(), undefined);
  const put = hop("place-role", "dynamodb:PutItem", `arn:aws:dynamodb:${REGION}:table/t-1a`);
  count.add(put);
  count.add({ ...put, decision: "denied", detail: "it may not" });
  const edge = "function:orders-place>table:orders-table";
  assert.equal(count.take(), {
    edges: { [edge]: 2 },
    nodes: { "table:orders-table": 2 },
    faults: [
      {
        time: 1,
        decision: "denied",
        from: "place-role",
        to: put.to,
        kind: put.kind,
        detail: "it may not",
        edges: [edge],
        node: "table:orders-table",
      },
    ],
  });
  assert.is(count.take(), undefined);
});

test("a flood of faults keeps the first of them", () => {
  const count = new TrafficCount(resolver);
  for (let n = 0; n < 100; n++) count.add(hop("x", "sqs:SendMessage", "y", { decision: "failed" }));
  assert.is(count.take()?.faults.length, 20);
});

test.run();
