import { suite } from "uvu";
import * as assert from "uvu/assert";
import { endLines, startLine } from "../../src/services/lambda/platform-lines.ts";
import { insights } from "../support/insights.ts";

const test = suite("Logs Insights: what functions log");

const REPORT = { requestId: "r-1", durationMs: 12.345, initMs: 80, memoryBytes: 64 * 1024 * 1024 };
const FUNCTION = { systemLogLevel: "INFO", memoryMegabytes: 256, timeoutSeconds: 3 } as const;

test("the lines of a function that logs text are discovered as on AWS", async () => {
  const { rows, write, clock } = insights();
  const definition = { ...FUNCTION, logFormat: "Text" } as const;
  const request = "8f5bd1d5-6d7c-4a3b-9c51-0a4f6d3c2b1a";
  const report = { ...REPORT, requestId: request, status: "success" } as const;
  write([
    startLine(definition, request, clock.now()) ?? "",
    `2026-01-01T00:00:00.000Z\t${request}\tINFO\tpaid {"amount":5}`,
    ...endLines(definition, report, clock.now()),
  ]);
  const found = await rows(
    `fields @type, amount, @duration, @billedDuration, @initDuration, @memorySize, @maxMemoryUsed
     | filter @requestId = "${request}" | sort @timestamp asc`,
  );
  assert.equal(found, [
    { "@type": "START" },
    { amount: "5" },
    { "@type": "END" },
    {
      "@type": "REPORT",
      "@duration": "12.35",
      "@billedDuration": "93",
      "@initDuration": "80",
      "@memorySize": "256000000",
      "@maxMemoryUsed": "64000000",
    },
  ]);
});

test("durations of functions that log JSON are listed by function, the slowest first", async () => {
  const { rows, write, clock } = insights();
  const definition = { ...FUNCTION, logFormat: "JSON" } as const;
  const lines = (...durations: number[]) =>
    durations.flatMap((durationMs) =>
      endLines(definition, { ...REPORT, durationMs, status: "success" }, clock.now()),
    );
  write([{ level: "INFO", message: "not a report" }, ...lines(10, 20.5, 3)], "/g");
  write(lines(1000), "/h");
  const query = `filter type = "platform.report"
    | stats count(*) as invocations, avg(record.metrics.durationMs) as average,
        max(record.metrics.durationMs) as slowest, min(record.metrics.durationMs) as fastest by @log
    | sort slowest desc`;
  const row = (log: string, [invocations, average, slowest, fastest]: string[]) => ({
    "@log": `000000000000:${log}`,
    ...{ invocations, average, slowest, fastest },
  });
  assert.equal(await rows(query, { logGroupNames: ["/g", "/h"] }), [
    row("/h", ["1", "1000", "1000", "1000"]),
    row("/g", ["3", "11.1667", "20.5", "3"]),
  ]);
});

test("errors and failed invocations of all functions come newest first", async () => {
  const { rows, write, clock } = insights();
  const definition = { ...FUNCTION, logFormat: "JSON" } as const;
  const error = { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3 seconds" };
  const good = endLines(definition, { ...REPORT, status: "success" }, clock.now());
  const bad = endLines(definition, { ...REPORT, status: "timeout", error }, clock.now());
  const thrown = { level: "ERROR", message: "no stock", correlationId: "c-1" };
  write([{ level: "INFO", message: "begins" }, thrown, ...good]);
  await clock.advance(10_000);
  write([...good, ...bad], "/h");
  const query = `fields @timestamp, @log, level, message, correlationId, @message
    | filter level = "ERROR" or type = "platform.report" and record.status != "success"
    | sort @timestamp desc | limit 50`;
  const row = (log: string, second: string, message: unknown, fields: object) => ({
    "@timestamp": `2026-01-01 00:00:${second}.000`,
    "@log": `000000000000:${log}`,
    ...fields,
    "@message": typeof message === "string" ? message : JSON.stringify(message),
  });
  assert.equal(await rows(query, { logGroupNames: ["/g", "/h"] }), [
    row("/h", "12", bad[1], {}),
    row("/h", "11", bad[0], { level: "ERROR", message: error.errorMessage }),
    row("/g", "01", thrown, thrown),
  ]);
});

test("the journey of one order lists the lines of all functions by time", async () => {
  const { rows, write, clock } = insights();
  write([{ orderId: "X", message: "created" }, { orderId: "Z" }]);
  await clock.advance(5000);
  write([{ correlationId: "Y", message: "paid" }], "/h");
  const query = `fields @timestamp, @log, @message
    | filter orderId = "X" or correlationId = "Y" | sort @timestamp asc`;
  const found = await rows(query, { logGroupNames: ["/g", "/h"] });
  assert.equal(
    found.map((row) => [row["@timestamp"], row["@log"]]),
    [
      ["2026-01-01 00:00:00.000", "000000000000:/g"],
      ["2026-01-01 00:00:05.000", "000000000000:/h"],
    ],
  );
});

test.run();
