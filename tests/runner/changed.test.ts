import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testsOf } from "./changed.ts";
import { ImportGraph } from "./import-graph.ts";
import { testFiles } from "./layers.ts";
import { nearest } from "./nearest.ts";

const test = suite("npm test -- --changed");
const all = testFiles();
const graph = await ImportGraph.of(all);

/** Whether these test files are among those that a change of a file runs. */
function runs(changed: string, ...tests: string[]): boolean[] {
  const { files } = testsOf([changed], all, graph);
  return tests.map((test) => files.includes(test));
}

const CLOCK = "packages/local-aws/tests/kernel/clock.test.ts";
const STORE = "packages/local-aws/tests/sqs/service.test.ts";
const RULES = "tests/handlers/orders/rules/order.test.ts";
const SCHEDULE = "tests/e2e/ingest-schedule.test.ts";

test("runs what imports a changed file, however far away, and nothing else", () => {
  assert.equal(runs("packages/local-aws/src/kernel/clock.ts", CLOCK, STORE, RULES), [
    true,
    true,
    false,
  ]);
  assert.equal(runs("handlers/orders/rules/order.ts", RULES, CLOCK), [true, false]);
});

test("runs what starts a changed file as a program", () => {
  assert.equal(runs("cli/start.ts", "tests/e2e/lifecycle.test.ts", RULES), [true, false]);
});

test("runs what starts the whole program after a change of its resources", () => {
  const announcements = "tests/infra/orders/announcements.test.ts";
  assert.equal(runs("infra/aws/queue.ts", SCHEDULE, announcements, RULES), [true, true, false]);
});

test("runs a changed test file, and the tests that use changed support", () => {
  assert.equal(runs(RULES, RULES, CLOCK), [true, false]);
  assert.equal(runs("tests/support/order-samples.ts", RULES, CLOCK), [true, false]);
});

test("runs what names a changed document", () => {
  const guides = "tests/e2e/guides.test.ts";
  assert.equal(runs("docs/guides/add-an-endpoint.md", guides, RULES), [true, false]);
});

test("runs what starts a changed command, by its path or by its npm script", () => {
  assert.equal(runs("cli/dlq.ts", "tests/cli/dlq/command.test.ts", RULES), [true, false]);
  const kit = "cli/conformance-idempotency.ts";
  assert.equal(runs(kit, "tests/e2e/orders-conformance.test.ts", RULES), [true, false]);
});

/** The nearest tests to a change that fit into ten seconds, where each takes one. */
function nearby(...changed: string[]): string[] {
  const times = Object.fromEntries(all.map((file) => [file, 1_000]));
  return nearest(testsOf(changed, all, graph).files, changed, graph, times, 10_000).files;
}

test("runs the nearest first, and leaves out what takes too long", () => {
  const infra = nearby("infra/orders/queue.ts");
  assert.is(infra.length, 10);
  assert.ok(infra.slice(0, 5).every((file) => file.startsWith("tests/infra/orders/")));
  const [service = ""] = nearby("packages/local-aws/src/services/sqs/service.ts");
  assert.match(service, /^packages\/local-aws\/tests\/sqs\//);
  assert.is(nearby("handlers/orders/rules/order.ts")[0], RULES);
});

test("runs a changed test however long it takes, and says what is left out", () => {
  const kills = "tests/e2e/kills.test.ts";
  const times = { [kills]: 60_000, [RULES]: 500, [CLOCK]: 600 };
  assert.equal(nearest([CLOCK, RULES, kills], [kills, RULES], graph, times, 1_000), {
    files: [RULES, kills],
    left: [CLOCK],
  });
});

for (const [file, why] of [
  ["package-lock.json", "package-lock.json decides on all"],
  ["tests/run.ts", "tests/run.ts decides on all"],
  ["somewhere/new.ts", "nothing tells which tests somewhere/new.ts touches"],
] as const) {
  test(`runs all when ${why}`, () => {
    assert.equal(testsOf([file], all, graph), { files: all, why });
  });
}

test("runs nothing when nothing changed", () => {
  assert.equal(testsOf([], all, graph), { files: [], why: "nothing changed" });
});

test.run();
