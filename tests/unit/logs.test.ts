import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFilterPattern } from "../../local/logs/filter-pattern.ts";
import { Logs } from "../../local/logs/service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("CloudWatch Logs");
const DAY = 24 * 60 * 60 * 1000;

function logsWith(...messages: string[]) {
  const { kernel, clock } = testKernel();
  const logs = new Logs(kernel);
  kernel.dispatcher.register(logs);
  logs.provisionGroup("/g", 1);
  for (const message of messages) logs.append("/g", "s", message);
  const call = (operation: string, input: object = {}) =>
    kernel.dispatcher.call<Record<string, unknown>>(
      "logs",
      operation,
      { logGroupName: "/g", ...input },
      { kind: "administrator" },
    );
  const filter = async (input: object = {}) =>
    ((await call("FilterLogEvents", input))["events"] as { message: string }[]).map(
      ({ message }) => message,
    );
  return { logs, clock, call, filter };
}

const LINE = JSON.stringify({
  level: "ERROR",
  status: 503,
  user: { id: "a-1" },
  ok: false,
  gone: null,
});

for (const [pattern, message, expected] of [
  ["", "anything", true],
  ["ERROR timeout", "an ERROR by timeout", true],
  ["ERROR timeout", "an ERROR", false],
  ["?WARN ?ERROR", "an ERROR", true],
  ["?WARN ?FATAL", "an ERROR", false],
  ["ERROR -timeout", "ERROR by timeout", false],
  ['"by timeout"', "ERROR by timeout", true],
  ['"by timeout"', "timeout by ERROR", false],
  ["%time\\w+%", "ERROR by timeout", true],
  ['{ $.level = "ERROR" }', LINE, true],
  ['{ $.level != "ERROR" }', LINE, false],
  ['{ $.level = "E*" && $.status >= 500 }', LINE, true],
  ["{ $.status > 503 }", LINE, false],
  ['{ ($.status < 400 || $.level = "ERROR") && $.user.id = "a-*" }', LINE, true],
  ["{ $.ok IS FALSE }", LINE, true],
  ["{ $.gone IS NULL }", LINE, true],
  ["{ $.nothing NOT EXISTS }", LINE, true],
  ['{ $.level = "ERROR" }', "not JSON", false],
] as const) {
  test(`the pattern ${pattern || "(none)"} ${expected ? "finds" : "passes over"} ${message}`, () => {
    assert.is(parseFilterPattern(pattern)(message), expected);
  });
}

test("a pattern that cannot be read is refused", () => {
  assert.throws(() => parseFilterPattern("{ $.a ="), /Invalid filter pattern/);
  assert.throws(() => parseFilterPattern("[ip, user]"), /not supported/);
});

test("events are found by pattern and time, page by page", async () => {
  const { call, clock, filter, logs } = logsWith("one", "two");
  await clock.advance(1000);
  logs.append("/g", "t", "three");
  assert.equal(await filter(), ["one", "two", "three"]);
  assert.equal(await filter({ startTime: clock.now() }), ["three"]);
  assert.equal(await filter({ logStreamNames: ["s"], filterPattern: "two" }), ["two"]);
  const first = await call("FilterLogEvents", { limit: 2 });
  assert.equal(await filter({ limit: 2, nextToken: first["nextToken"] }), ["three"]);
});

test("a stream is read forwards and backwards, and the last token stays", async () => {
  const { call } = logsWith("one", "two", "three");
  const read = async (input: object) => {
    const answer = await call("GetLogEvents", { logStreamName: "s", ...input });
    const events = answer["events"] as { message: string }[];
    return { ...answer, messages: events.map(({ message }) => message) } as {
      messages: string[];
      nextForwardToken: string;
      nextBackwardToken: string;
    };
  };
  const start = await read({ startFromHead: true, limit: 2 });
  assert.equal(start.messages, ["one", "two"]);
  const rest = await read({ nextToken: start.nextForwardToken });
  assert.equal(rest.messages, ["three"]);
  const end = await read({ nextToken: rest.nextForwardToken });
  assert.equal(end.messages, []);
  assert.is(end.nextForwardToken, rest.nextForwardToken);
  assert.equal((await read({ limit: 1 })).messages, ["three"]);
});

test("lines go when their retention is over", async () => {
  const { clock, filter, logs } = logsWith("old");
  await clock.advance(DAY / 2);
  logs.append("/g", "s", "new");
  await clock.advance(DAY / 2 + 1);
  assert.equal(await filter(), ["new"]);
});

test("groups are listed with their retention", async () => {
  const { call, logs } = logsWith();
  logs.provisionGroup("/h");
  const answer = await call("DescribeLogGroups", { logGroupNamePrefix: "/" });
  const groups = answer["logGroups"] as { logGroupName: string; retentionInDays?: number }[];
  assert.equal(
    groups.map((group) => [group.logGroupName, group.retentionInDays]),
    [
      ["/g", 1],
      ["/h", undefined],
    ],
  );
});

test("writing to a group or a stream that is not there fails by name", async () => {
  const { call } = logsWith();
  for (const input of [{ logGroupName: "/no" }, { logStreamName: "no" }]) {
    try {
      await call("PutLogEvents", { logEvents: [{ timestamp: 1, message: "x" }], ...input });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "ResourceNotFoundException");
    }
  }
});

test.run();
