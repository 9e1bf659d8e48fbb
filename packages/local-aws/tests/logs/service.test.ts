import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFilterPattern } from "../../src/services/logs/filter-pattern.ts";
import { provisionLogGroup } from "../../src/services/logs/provision.ts";
import { Logs } from "../../src/services/logs/service.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("CloudWatch Logs");
const HOUR = 60 * 60 * 1000;
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
  ["{ $.status = 503 }", LINE, true],
  ["{ $.status != 503 }", LINE, false],
  ['{ $.nothing != "x" }', LINE, false],
  ["{ $.level = %^ER+OR$% }", LINE, true],
  ["{ $.user.id = b-* }", LINE, false],
  ['{ $["user"]["id"] = a-1 }', LINE, true],
  ['{ $.level = "ERRO?" }', LINE, false],
  ["{ $.ok IS TRUE || $.status = 503 && $.ok IS FALSE }", LINE, true],
  ["?WARN ERROR", "an ERROR", true],
  ["?WARN -timeout", "WARN by timeout", false],
  ['-"by timeout"', "ERROR by timeout", false],
  ["error", "an ERROR", false],
] as const) {
  test(`the pattern ${pattern || "(none)"} ${expected ? "finds" : "passes over"} ${message}`, () => {
    assert.is(parseFilterPattern(pattern)(message), expected);
  });
}

for (const pattern of [
  "{ $.a =",
  "{ $.a }",
  "{ $.a = 1 } x",
  '{ $.a = "x }',
  "{ $.a > high }",
  "{ $.a IS MAYBE }",
  "{ a = 1 }",
  "[ip, user]",
  "%(a|b)%",
  "%[%",
]) {
  test(`the pattern ${pattern} is refused`, () => {
    assert.throws(() => parseFilterPattern(pattern), /^Invalid filter pattern/);
  });
}

test("lines of all streams are ordered by time, on every page", async () => {
  const { filter, logs, clock, call } = logsWith();
  const now = clock.now();
  logs.append("/g", "s", "fourth", now + 4);
  logs.append("/g", "t", "first", now + 1);
  logs.append("/g", "t", "third", now + 3);
  logs.append("/g", "s", "second", now + 2);
  assert.equal(await filter(), ["first", "second", "third", "fourth"]);
  const { nextToken } = await call("FilterLogEvents", { limit: 3 });
  assert.equal(await filter({ limit: 3, nextToken }), ["fourth"]);
  assert.equal(await filter({ endTime: now + 2 }), ["first", "second"]);
});

test("lines that are too old, too new, or past their retention are not stored, and that is answered", async () => {
  const { call, clock, filter, logs } = logsWith();
  logs.provisionGroup("/long");
  await call("CreateLogStream", { logStreamName: "s" });
  await call("CreateLogStream", { logGroupName: "/long", logStreamName: "s" });
  const now = clock.now();
  const put = async (events: [at: number, message: string][], group: object = {}) => {
    const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
    const answer = await call("PutLogEvents", { ...group, logStreamName: "s", logEvents });
    return answer["rejectedLogEventsInfo"];
  };
  const [tooOld, past] = [[now - 15 * DAY, "too old"] as const, [now - 26 * HOUR, "past"] as const];
  const good = [now - 3 * HOUR, "good"] as const;
  const tooNew = [now + 3 * HOUR, "too new"] as const;
  assert.equal(await put([[...tooOld]]), { tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 1 });
  assert.equal(await put([[...past], [...good]]), { expiredLogEventEndIndex: 1 });
  assert.equal(await put([[now, "new"], [...tooNew]]), { tooNewLogEventStartIndex: 1 });
  assert.equal(await filter(), ["good", "new"]);
  const long = { logGroupName: "/long" };
  assert.equal(await put([[...tooOld]], long), { tooOldLogEventEndIndex: 1 });
  assert.is(await put([[...past], [...good]], long), undefined);
  assert.equal(await filter({ logGroupName: "/long" }), ["past", "good"]);
});

for (const [why, logEvents] of [
  ["no lines", []],
  ["a line without a message", [{ timestamp: 1 }]],
  ["a line without a time", [{ message: "x" }]],
  [
    "lines out of order",
    [
      { timestamp: 2, message: "x" },
      { timestamp: 1, message: "y" },
    ],
  ],
  ["more than a megabyte", [{ timestamp: 1, message: "x".repeat(1_048_576) }]],
] as const) {
  test(`${why} cannot be written`, async () => {
    const { call } = logsWith();
    await call("CreateLogStream", { logStreamName: "s" });
    try {
      await call("PutLogEvents", { logStreamName: "s", logEvents });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "InvalidParameterException");
    }
  });
}

test("a group keeps a bounded amount of lines, the last ones", async () => {
  const { logs, filter } = logsWith();
  for (let n = 0; n < 40; n++) logs.append("/g", "s", `${n} ${"x".repeat(500_000)}`);
  const kept = (await filter()).map((message) => Number(message.split(" ")[0]));
  assert.is(kept.at(-1), 39);
  assert.ok(kept.length < 34 && kept.length >= 24, String(kept.length));
});

test("streams are listed by their names or by their last line", async () => {
  const { call, logs, clock } = logsWith();
  logs.append("/g", "b", "x", clock.now() + 1);
  logs.append("/g", "a", "x", clock.now() + 2);
  logs.append("/g", "c", "x", clock.now() + 3);
  const names = async (input: object) =>
    ((await call("DescribeLogStreams", input))["logStreams"] as { logStreamName: string }[]).map(
      ({ logStreamName }) => logStreamName,
    );
  assert.equal(await names({}), ["a", "b", "c"]);
  assert.equal(await names({ orderBy: "LastEventTime", descending: true }), ["c", "a", "b"]);
  assert.equal(await names({ logStreamNamePrefix: "b" }), ["b"]);
});

test("a grant on a group's bare ARN does not reach the group's lines", async () => {
  const { kernel } = testKernel();
  const logs = new Logs(kernel);
  kernel.dispatcher.register(logs);
  logs.provisionGroup("/g");
  const arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/g";
  const caller = { kind: "role", roleArn: ROLE, sessionName: "s" } as const;
  const filterAs = async (Resource: string) => {
    const Statement = [{ Effect: "Allow" as const, Action: "logs:FilterLogEvents", Resource }];
    kernel.policies.putRolePolicy(ROLE, "everything", { Version: "2012-10-17", Statement });
    return await kernel.dispatcher
      .call("logs", "FilterLogEvents", { logGroupName: "/g" }, caller)
      .then(
        () => "allowed",
        (error: { code: string }) => error.code,
      );
  };
  assert.is(await filterAs(arn), "AccessDeniedException");
  assert.is(await filterAs(`${arn}:*`), "allowed");
});

test("an operation that is not served is refused by name", async () => {
  const { call } = logsWith();
  try {
    await call("CreateExportTask", {});
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      "logs:CreateExportTask is not served by the local runtime; of logs it serves CreateLogGroup, ",
    );
  }
});

test("a group with a retention that AWS does not know, or made twice, is refused by name", () => {
  const { logs } = logsWith();
  const group = (id: string, inputs: Record<string, unknown>) => {
    const resource = { urn: "", type: "", name: "lines", id, inputs, outputs: {} };
    return () => provisionLogGroup(logs, resource);
  };
  assert.throws(group("/h", { retentionInDays: 8 }), /^lines: retentionInDays 8 must be one of/);
  assert.throws(group("/g", {}), /^lines: there is a log group \/g already/);
  assert.throws(group("/h h", {}), /^lines: the log group name/);
  group("/h", { retentionInDays: 7 })();
  assert.is(logs.hasGroup("/h"), true);
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
  for (const input of [
    { logGroupName: "/no", logStreamName: "s" },
    { logGroupName: "/g", logStreamName: "no" },
  ]) {
    try {
      await call("PutLogEvents", { logEvents: [{ timestamp: 1, message: "x" }], ...input });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "ResourceNotFoundException");
    }
  }
});

test.run();
