import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  MalformedQueryException,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FrontDoor } from "../../src/endpoint/front-door.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { listenOnLoopback } from "../../src/kernel/listen.ts";
import { Logs } from "../../src/services/logs/service.ts";
import { insights, refusalOf } from "../support/insights.ts";
import { ROLE } from "../support/test-kernel.ts";

const test = suite("Logs Insights: the operations");

test("a query is scheduled, runs in slices, and is complete with its statistics", async () => {
  const { call, clock, logs, start } = insights();
  for (let n = 0; n < 2001; n++) logs.append("/g", "s", `${n % 2}`);
  const { queryId } = await start('filter @message = "1" | limit 3');
  const status = async () => (await call("GetQueryResults", { queryId })).status;
  assert.is(await status(), "Scheduled");
  const steps: string[] = [];
  clock.after(0, async () => steps.push(await status()));
  await clock.advance(0);
  assert.equal(steps, ["Running"]);
  const { statistics, results, ...rest } = await call("GetQueryResults", { queryId });
  assert.equal(rest, { queryLanguage: "CWLI", status: "Complete" });
  assert.is(results.length, 3);
  assert.equal(statistics, {
    recordsMatched: 1000,
    recordsScanned: 2001,
    bytesScanned: 2001,
    estimatedRecordsSkipped: 0,
    estimatedBytesSkipped: 0,
    logGroupsScanned: 1,
    resultCount: 3,
  });
});

test("only the lines of the groups and the seconds that are asked for are read", async () => {
  const { rows, write, second } = insights();
  write(["a", "b", "c"]);
  write(["d"], "/h");
  const read = async (input: object) =>
    (await rows("fields @message", input)).map((row) => row["@message"]);
  const range = { startTime: second() + 1, endTime: second() + 2 };
  assert.equal(await read(range), ["c", "b"]);
  assert.equal(await read({ ...range, endTime: range.startTime, limit: 1 }), ["b"]);
  const arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/h";
  const byArn = { logGroupName: undefined, logGroupIdentifiers: [arn, "/g"], limit: 2 };
  assert.equal(await read(byArn), ["c", "b"]);
  assert.equal(await read({ ...byArn, logGroupIdentifiers: [arn] }), ["d"]);
});

test("the second in which a query ends is read to its end", async () => {
  const { clock, rows, second, write } = insights();
  await clock.advance(999);
  write(["a", "b"]);
  const range = { startTime: second(), endTime: second() };
  assert.equal(await rows("fields @message", range), [{ "@message": "a" }]);
});

test("long results are returned in pages", async () => {
  const { call, clock, logs, start } = insights();
  for (let n = 0; n < 10_002; n++) logs.append("/g", "s", `${n}`);
  const { queryId } = await start("fields @message", { limit: 10_001 });
  await clock.advance(0);
  const first = await call("GetQueryResults", { queryId });
  assert.is(first.results.length, 10_000);
  const last = await call("GetQueryResults", { queryId, nextToken: first.nextToken });
  assert.equal(last.results[0]?.[0], { field: "@message", value: "1" });
  assert.equal([last.results.length, last.nextToken], [1, undefined]);
});

test("a query can be stopped before it ends, but not after", async () => {
  const { call, clock, start, write } = insights();
  write(["a"]);
  const { queryId } = await start("fields @message");
  assert.equal(await call("StopQuery", { queryId }), { success: true });
  await clock.advance(0);
  const { status, results } = await call("GetQueryResults", { queryId });
  assert.equal([status, results], ["Cancelled", []]);
  assert.is((await refusalOf(call("StopQuery", { queryId }))).code, "InvalidParameterException");
});

test("queries are listed newest first, by group and status", async () => {
  const { call, clock, start, run } = insights();
  await run("limit 1");
  await start("limit 2", { logGroupNames: ["/g", "/h"] });
  const list = async (input: object) => {
    type Answer = { queries: { queryString: string; status: string }[] };
    const { queries } = await call<Answer>("DescribeQueries", input);
    return queries.map(
      ({ queryString, status }) => `${queryString.replace(/^SOURCE .* \| /, "")} ${status}`,
    );
  };
  assert.equal(await list({}), ["limit 2 Scheduled", "limit 1 Complete"]);
  assert.equal(await list({ logGroupName: "/h" }), ["limit 2 Scheduled"]);
  assert.equal(await list({ status: "Complete" }), ["limit 1 Complete"]);
  await clock.advance(0);
  assert.equal(await list({ maxResults: 1 }), ["limit 2 Complete"]);
});

test("results are kept for the last hundred queries", async () => {
  const { call, run, start, clock } = insights();
  await run("limit 1");
  const { queryId: second } = await start("limit 2");
  await clock.advance(0);
  for (let n = 0; n < 99; n++) await start("limit 3");
  assert.is((await call("GetQueryResults", { queryId: second })).status, "Complete");
  await start("limit 4");
  const gone = await refusalOf(call("GetQueryResults", { queryId: second }));
  assert.is(gone.code, "ResourceNotFoundException");
  assert.is((await refusalOf(start("limit 5"))).code, "LimitExceededException");
});

test("the oldest results go when there are too many rows", async () => {
  const { call, clock, logs, start } = insights();
  for (let n = 0; n < 100_000; n++) logs.append("/g", "s", "x");
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) {
    ids.push((await start("fields @message", { limit: 100_000 })).queryId);
    await clock.advance(0);
  }
  const gone = await refusalOf(call("GetQueryResults", { queryId: ids[0] }));
  assert.is(gone.code, "ResourceNotFoundException");
  const nextToken = Buffer.from("99999").toString("base64");
  const { results } = await call("GetQueryResults", { queryId: ids[1], nextToken });
  assert.is(results.length, 1);
});

test("an expression that backtracks for ever elsewhere is over in time", async () => {
  const { run, write } = insights();
  write([`${"a".repeat(60_000)}!`, "aa"]);
  for (const [query, found] of [
    ["filter @message like /^(a+)+$/", 1],
    ["filter @message like /(a|a)*b/", 0],
    ['parse @message "*a*a*a*a*a*a*b" as c, d, e, f, g, h, i | filter ispresent(c)', 0],
    ["parse @message /(?<x>(a+)+)$/ | filter ispresent(x)", 1],
  ] as const) {
    const { status, results } = await run(query);
    assert.equal([status, results.length], ["Complete", found]);
  }
});

for (const [why, input, code] of [
  ["a group that is not there", { logGroupName: "/no" }, "ResourceNotFoundException"],
  ["no group", { logGroupName: undefined }, "InvalidParameterException"],
  ["two ways to name groups", { logGroupIdentifiers: ["/g"] }, "InvalidParameterException"],
  ["a start after the end", { startTime: 9_999_999_999 }, "InvalidParameterException"],
  ["a time in milliseconds", { startTime: 1_767_225_600_000 }, "InvalidParameterException"],
  ["no start", { startTime: undefined }, "InvalidParameterException"],
  ["a limit of 0", { limit: 0 }, "InvalidParameterException"],
  ["another language", { queryLanguage: "SQL" }, "InvalidParameterException"],
  ["no query", { queryString: undefined }, "InvalidParameterException"],
] as const) {
  test(`a query with ${why} is not started`, async () => {
    const { start } = insights();
    assert.is((await refusalOf(start("limit 1", input))).code, code);
  });
}

test("a role needs each group of its query", async () => {
  const { kernel, second } = insights();
  const group = (name: string) => `arn:aws:logs:eu-central-1:000000000000:log-group:${name}:*`;
  const Statement = [
    { Effect: "Allow" as const, Action: "logs:StartQuery", Resource: group("/g") },
  ];
  kernel.policies.putRolePolicy(ROLE, "everything", { Version: "2012-10-17", Statement });
  const caller = { kind: "role", roleArn: ROLE, sessionName: "s" } as const;
  const query = { queryString: "limit 1", startTime: 0, endTime: second() };
  const startIn = (logGroupNames: string[]) =>
    kernel.dispatcher.call<object>("logs", "StartQuery", { ...query, logGroupNames }, caller);
  assert.equal(Object.keys(await startIn(["/g"])), ["queryId"]);
  assert.is((await refusalOf(startIn(["/g", "/h"]))).code, "AccessDeniedException");
  const results = kernel.dispatcher.call("logs", "GetQueryResults", { queryId: "x" }, caller);
  assert.is((await refusalOf(results)).code, "AccessDeniedException");
});

test("the SDK and its errors work over the endpoint", async () => {
  const kernel = createKernel();
  const logs = new Logs(kernel);
  kernel.dispatcher.register(logs);
  logs.provisionGroup("/g");
  logs.append("/g", "s", '{"level":"ERROR","message":"no stock"}');
  const server = await listenOnLoopback(0, "");
  const door = new FrontDoor(kernel, {});
  server.answerWith((request, response) => void door.handle(request, response));
  const client = new CloudWatchLogsClient({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const start = (queryString: string) => {
    const endTime = Math.floor(Date.now() / 1000);
    const range = { startTime: endTime - 60, endTime };
    return client.send(new StartQueryCommand({ logGroupName: "/g", queryString, ...range }));
  };
  try {
    const { queryId } = await start('fields message | filter level = "ERROR"');
    const read = () => client.send(new GetQueryResultsCommand({ queryId }));
    let answer = await read();
    while (answer.status === "Scheduled" || answer.status === "Running") answer = await read();
    assert.is(answer.status, "Complete");
    assert.equal(answer.results?.[0]?.[0], { field: "message", value: "no stock" });
    assert.is(answer.statistics?.recordsMatched, 1);
    const error = await refusalOf(start("fields a | stats"));
    assert.instance(error, MalformedQueryException);
    const { queryCompileError } = error as unknown as MalformedQueryException;
    assert.equal(queryCompileError?.location, { startCharOffset: 16, endCharOffset: 16 });
  } finally {
    client.destroy();
    await server.close();
  }
});

test.run();
