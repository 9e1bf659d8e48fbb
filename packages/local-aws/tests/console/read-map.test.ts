import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readMap } from "../../src/console/map/read-map.ts";
import { resource, someProgram } from "./some-program.ts";

const test = suite("the map of a program");
const { map } = readMap(someProgram);

test("has a node for each part, under its short name", () => {
  assert.equal(
    map.nodes.map(({ id, label, group }) => `${group} ${id} ${label}`),
    [
      "orders queue:orders-queue queue",
      "orders table:orders-table table",
      "orders function:orders-place place",
      "orders function:orders-work work",
      "orders function:orders-tell tell",
      "orders api:orders-api api",
      "orders pipe:orders-placed placed",
      "orders machine:orders-machine machine",
      "orders topic:orders-topic topic",
      "orders mail:orders-mail shop@example.com",
      "orders rule:orders-rule rule",
      "orders bus:default default bus",
      "orders alarms:orders 1 alarm",
    ],
  );
});

test("has an edge for each way that the program declares", () => {
  assert.equal(map.edges.map(({ id, kind, what }) => `${kind} ${id} ${what.join(" ")}`).sort(), [
    "call api:orders-api>function:orders-place integration",
    "call function:orders-work>machine:orders-machine states:StartExecution",
    "call machine:orders-machine>function:orders-tell lambda:InvokeFunction",
    "data function:orders-place>table:orders-table dynamodb:PutItem",
    "event alarms:orders>topic:orders-topic alarm action",
    "event bus:default>rule:orders-rule pattern",
    "event pipe:orders-placed>queue:orders-queue pipe",
    "event queue:orders-queue>function:orders-work event source mapping",
    "event rule:orders-rule>machine:orders-machine target",
    "event table:orders-table>pipe:orders-placed pipe",
    "event topic:orders-topic>mail:orders-mail subscription orders-mail",
  ]);
});

test("shows a queue of dead letters at what they come from, and its alarm there too", () => {
  const holders = map.nodes.filter(({ deadLetters }) => deadLetters.includes("dlq-1a"));
  assert.equal(
    holders.map(({ id }) => id),
    ["queue:orders-queue", "pipe:orders-placed"],
  );
  assert.equal(map.watched, { "alarm-1a": "pipe:orders-placed" });
});

test("says where a function's code begins", () => {
  const place = map.nodes.find(({ id }) => id === "function:orders-place");
  assert.is(place?.entry, "handlers/place.ts");
});

test("a resource of no component is in a group without a name", () => {
  const alone = { ...resource("aws:sqs/queue:Queue", "alone", {}, { name: "alone" }) };
  delete alone.parent;
  assert.equal(readMap([alone]).map.groups, [""]);
});

test("a policy that is no JSON declares no way", () => {
  const broken = resource("aws:iam/rolePolicy:RolePolicy", "r", { role: "r", policy: "{" });
  assert.equal(readMap([broken]).map.edges, []);
});

test.run();
