import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  ListMetricsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FrontDoor } from "../../src/endpoint/front-door.ts";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { startServices } from "../../src/runtime/services.ts";
import { readEmf } from "../../src/services/cloudwatch/emf.ts";
import { metricAlarmSettings } from "../../src/services/cloudwatch/metric-alarm-settings.ts";
import { parseMath } from "../../src/services/cloudwatch/metric-math.ts";
import { MetricStore } from "../../src/services/cloudwatch/metric-store.ts";
import { CloudWatch } from "../../src/services/cloudwatch/service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("CloudWatch metrics");
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function emfLine(metadata: object, members: object): string {
  return JSON.stringify({ _aws: { Timestamp: 1000, CloudWatchMetrics: [metadata] }, ...members });
}

const LATENCY = { Name: "latency", Unit: "Milliseconds" };
const directive = { Namespace: "Shop", Dimensions: [["service"]], Metrics: [LATENCY] };

// What a line carries: dimensions, value and unit of each record.
const EMF: [what: string, line: string, values: string[]][] = [
  [
    "each dimension set gets the value",
    emfLine(
      { ...directive, Dimensions: [["service"], ["service", "op"], []] },
      { service: "s", op: "put", latency: 7 },
    ),
    ["service=s 7 Milliseconds", "service=s,op=put 7 Milliseconds", " 7 Milliseconds"],
  ],
  [
    "a set with a dimension that has no value is dropped, the others stay",
    emfLine(
      { ...directive, Dimensions: [["service", "op"], ["service"]] },
      { service: "s", latency: 7 },
    ),
    ["service=s 7 Milliseconds"],
  ],
  [
    "no sets mean the metric without dimensions",
    emfLine({ Namespace: "Shop", Metrics: [{ Name: "latency" }] }, { latency: 7 }),
    [" 7 None"],
  ],
  [
    "an array gives each of its values",
    emfLine(directive, { service: "s", latency: [1, 2] }),
    ["service=s 1 Milliseconds", "service=s 2 Milliseconds"],
  ],
  [
    "an array of 101 values gives none",
    emfLine(directive, { service: "s", latency: Array(101).fill(1) }),
    [],
  ],
  ["a value that is no number is none", emfLine(directive, { service: "s", latency: "7" }), []],
  ["a line without the metadata is none", '{"latency":7,"note":"CloudWatchMetrics"}', []],
  ["a line that is no JSON is none", 'INFO "CloudWatchMetrics" {', []],
];

for (const [what, line, values] of EMF) {
  test(`embedded metrics: ${what}`, () => {
    const found = readEmf(line, 5).map(({ dimensions, value, unit }) => {
      const names = Object.entries(dimensions).map((pair) => pair.join("="));
      return `${names.join(",")} ${value} ${unit}`;
    });
    assert.equal(found, values);
  });
}

test("embedded metrics count at their own time, or when the line was logged", () => {
  const line = emfLine(directive, { service: "s", latency: 7 });
  assert.is(readEmf(line, 5)[0]?.at, 1000);
  assert.is(readEmf(line.replace('"Timestamp":1000,', ""), 5)[0]?.at, 5);
});

test("lines of functions become metrics, lines of other groups do not", async () => {
  const { kernel } = testKernel();
  const { services, stop } = await startServices({
    kernel,
    mailbox: new Mailbox(),
    awsEndpoint: "http://127.0.0.1:1",
  });
  const line = emfLine(
    { ...directive, Dimensions: [["service"]] },
    { service: "s", latency: 7 },
  ).replace('"Timestamp":1000,', "");
  for (const group of ["/aws/lambda/orders", "/aws/apigateway/shop"]) {
    services.logs.provisionGroup(group);
    services.logs.append(group, "stream", line);
  }
  const metric = { namespace: "Shop", name: "latency", dimensions: { service: "s" } };
  const [datapoint] = services.cloudwatch.metrics
    .datapoints(metric, { start: START, end: START + MINUTE, period: MINUTE })
    .values();
  assert.is(datapoint?.count, 1);
  await stop();
});

function store() {
  const clock = new VirtualClock(START);
  const metrics = new MetricStore(clock);
  const metric = { namespace: "Shop", name: "latency", dimensions: { b: "2", a: "1" } };
  const at = (start: number, end: number, period = MINUTE, unit?: string) =>
    metrics.datapoints(metric, { start, end, period, unit });
  return { clock, metrics, metric, at };
}

test("a period has the five statistics and percentiles of its values", () => {
  const { metrics, at } = store();
  for (let value = 100; value >= 1; value--) {
    metrics.record("Shop", "latency", { a: "1", b: "2" }, value, "Milliseconds");
  }
  const datapoint = at(START, START + MINUTE).get(START);
  const names = [
    "SampleCount",
    "Sum",
    "Average",
    "Minimum",
    "Maximum",
    "p0",
    "p50",
    "p99",
    "p99.9",
  ];
  assert.equal(
    names.map((name) => datapoint?.statistic(name)),
    [100, 5050, 50.5, 1, 100, 1, 50, 99, 100],
  );
});

test("percentiles of very many different values stay within 5 %", () => {
  const { metrics, at } = store();
  for (let value = 1; value <= 100_000; value++) {
    metrics.record("Shop", "latency", { a: "1", b: "2" }, value);
  }
  const p90 =
    at(START, START + MINUTE)
      .get(START)
      ?.statistic("p90") ?? 0;
  assert.ok(Math.abs(p90 - 90_000) < 4500, String(p90));
});

test("values count in the period in which they fall, and units stay apart", () => {
  const { clock, metrics, at } = store();
  const dimensions = { a: "1", b: "2" };
  metrics.record("Shop", "latency", dimensions, 1, "Seconds", START + 9999);
  metrics.record("Shop", "latency", dimensions, 2, "Seconds", START + 10_000);
  metrics.record("Shop", "latency", dimensions, 4, "Count", START + MINUTE);
  metrics.record("Shop", "latency", { a: "1" }, 8, "Seconds", START);
  const sums = (period: number, unit?: string) =>
    [...at(START, START + 2 * MINUTE, period, unit)].map(([from, { sum }]) => [from - START, sum]);
  assert.equal(sums(MINUTE), [
    [0, 3],
    [MINUTE, 4],
  ]);
  assert.equal(sums(10_000, "Seconds"), [
    [0, 1],
    [10_000, 2],
  ]);
  assert.is(clock.now(), START);
});

test("values are kept by the minute after three hours and dropped after 15 days", async () => {
  const { clock, metrics, at } = store();
  const dimensions = { a: "1", b: "2" };
  metrics.record("Shop", "latency", dimensions, 1, "None", START + 1000);
  metrics.record("Shop", "latency", dimensions, 2, "None", START + 30_000);
  await clock.advance(4 * HOUR);
  metrics.record("Shop", "latency", dimensions, 3);
  const sums = (from: number, to: number, period: number) =>
    [...at(from, to, period)].map(([, { sum }]) => sum);
  assert.equal(sums(START, START + MINUTE, 10_000), [3]);
  assert.equal(sums(START, START + 5 * HOUR, HOUR), [3, 3]);
  await clock.advance((15 * 24 + 1) * HOUR);
  metrics.record("Shop", "latency", dimensions, 4);
  assert.equal(sums(START, clock.now() + MINUTE, HOUR), [4]);
});

test("at most ten thousand metrics are kept, those that had values last", async () => {
  const { clock, metrics } = store();
  metrics.record("Shop", "first", {}, 1);
  await clock.advance(1000);
  for (let n = 0; n < 10_000; n++) metrics.record("Shop", "many", { n: String(n) }, 1);
  const names = new Set(metrics.list().map(({ name }) => name));
  assert.equal([...names], ["many"]);
  assert.ok(metrics.list().length <= 10_000);
});

const series = (...values: (number | undefined)[]) =>
  new Map(values.flatMap((value, at) => (value === undefined ? [] : [[at, value] as const])));

// With m1 = 1, 2, - and m2 = 2, 0, 4.
const MATH: [expression: string, values: (number | undefined)[]][] = [
  ["m1 + m2 * 2", [5, 2]],
  ["(m1 + m2) / 2", [1.5, 1]],
  ["m1 / m2", [0.5]],
  ["-m1 - -1", [0, -1]],
  ["2 ^ m2", [4, 1, 16]],
  ["FILL(m1, 0) + m2", [3, 2, 4]],
  ["FILL(m1, REPEAT)", [1, 2, 2]],
  ["SUM([m1, m2])", [3, 2, 4]],
  ["MAX([m1, m2, 3])", [3, 3, 4]],
  ["SUM(METRICS())", [3, 2, 4]],
  ["m2 - MIN(m2)", [2, 0, 4]],
  ["IF(m2 > 0, 100 * FILL(m1, 0) / m2, 0)", [50, 0, 0]],
  ["IF(m2 == 0 || m2 >= 4, 1)", [undefined, 1, 1]],
  ["AVG([m1,m2]) > 1 AND ABS(m2) != 4", [1, 0, 0]],
  ["CEIL(m1 / 4) + FLOOR(m2 / 3)", [1, 1]],
];

for (const [expression, values] of MATH) {
  test(`metric math: ${expression}`, () => {
    const metrics: Record<string, ReadonlyMap<number, number>> = {
      m1: series(1, 2),
      m2: series(2, 0, 4),
    };
    const result = parseMath(expression).compute({
      times: [0, 1, 2],
      resultOf: (id) => metrics[id] ?? new Map(),
      metrics: () => Object.values(metrics),
    });
    assert.equal(result, series(...values));
  });
}

test("metric math that is malformed or unknown is refused by name", () => {
  const refused: [string, RegExp][] = [
    ["m1 +", /it ends too soon$/],
    ["(m1", /\) is missing$/],
    ["m1 m2", /m2 is not expected$/],
    ["SEARCH('x', 'Sum')", /'x', 'Sum'\) is not understood$/],
    ["RATE(m1)", /the function RATE is not supported by the local runtime/],
    ["IF(m1)", /IF has the wrong number of arguments$/],
  ];
  for (const [expression, message] of refused) assert.throws(() => parseMath(expression), message);
});

async function frontDoor() {
  const { kernel, clock } = testKernel();
  const cloudwatch = new CloudWatch(kernel);
  kernel.dispatcher.register(cloudwatch);
  const door = new FrontDoor(kernel, {});
  const server = createServer((request, response) => void door.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new CloudWatchClient({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
    maxAttempts: 1,
  });
  const close = () => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  return { client, cloudwatch, clock, close };
}

test("the SDK puts metrics and reads them back", async () => {
  const { client, clock, close } = await frontDoor();
  const Dimensions = [{ Name: "Service", Value: "orders" }];
  const MetricData = [
    { MetricName: "Latency", Dimensions, Value: 5, Unit: "Milliseconds" as const },
    {
      MetricName: "Latency",
      Dimensions,
      Values: [1, 9],
      Counts: [2, 1],
      Unit: "Milliseconds" as const,
    },
    { MetricName: "Size", StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 1, Maximum: 5 } },
  ];
  await client.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
  const range = { StartTime: new Date(START), EndTime: new Date(START + MINUTE) };
  const latency = { Namespace: "Shop", MetricName: "Latency", Dimensions, Period: 60, ...range };
  const datapoints = async (wanted: Partial<GetMetricStatisticsCommandInput>) =>
    (await client.send(new GetMetricStatisticsCommand({ ...latency, ...wanted }))).Datapoints;
  const point = { Timestamp: new Date(START), Unit: "Milliseconds" };
  assert.equal(await datapoints({ Statistics: ["Sum", "SampleCount"] }), [
    { ...point, Sum: 16, SampleCount: 4 },
  ]);
  assert.equal(await datapoints({ ExtendedStatistics: ["p75"] }), [
    { ...point, ExtendedStatistics: { p75: 5 } },
  ]);
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        {
          Id: "size",
          ReturnData: false,
          MetricStat: {
            Metric: { Namespace: "Shop", MetricName: "Size" },
            Period: 60,
            Stat: "Average",
          },
        },
        { Id: "double", Expression: "size * 2", Label: "twice" },
      ],
      ...range,
    }),
  );
  assert.equal(MetricDataResults, [
    {
      Id: "double",
      Label: "twice",
      Timestamps: [new Date(START)],
      Values: [6],
      StatusCode: "Complete",
    },
  ]);
  const { Metrics } = await client.send(
    new ListMetricsCommand({ Dimensions: [{ Name: "Service" }] }),
  );
  assert.equal(Metrics, [{ Namespace: "Shop", MetricName: "Latency", Dimensions }]);
  assert.is(clock.now(), START);
  close();
});

test("the SDK's compressed calls are understood", async () => {
  const { client, cloudwatch, close } = await frontDoor();
  const MetricData = Array.from({ length: 500 }, (_, n) => ({
    MetricName: `metric${n}`,
    Value: n,
  }));
  await client.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
  assert.is(cloudwatch.metrics.list().length, 500);
  close();
});

test("the SDK reads alarms, sets their state and gets errors by their names", async () => {
  const { client, cloudwatch, close } = await frontDoor();
  cloudwatch.alarms.addMetricAlarm(
    metricAlarmSettings("slow", {
      namespace: "Shop",
      metricName: "Latency",
      extendedStatistic: "p99",
      period: 60,
      evaluationPeriods: 3,
      threshold: 250,
      comparisonOperator: "GreaterThanThreshold",
    }),
  );
  await client.send(
    new SetAlarmStateCommand({ AlarmName: "slow", StateValue: "OK", StateReason: "drill" }),
  );
  const described = await client.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: "s", StateValue: "OK" }),
  );
  assert.equal(described.CompositeAlarms, []);
  assert.equal(described.MetricAlarms, [
    {
      AlarmName: "slow",
      AlarmArn: "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:slow",
      AlarmConfigurationUpdatedTimestamp: new Date(START),
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      StateValue: "OK",
      StateReason: "drill",
      StateUpdatedTimestamp: new Date(START),
      StateTransitionedTimestamp: new Date(START),
      MetricName: "Latency",
      Namespace: "Shop",
      ExtendedStatistic: "p99",
      Dimensions: [],
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 250,
      ComparisonOperator: "GreaterThanThreshold",
    },
  ]);
  const failure = async (command: SetAlarmStateCommand | PutMetricDataCommand) => {
    try {
      await client.send(command as SetAlarmStateCommand);
      return "none";
    } catch (error) {
      return (error as Error).name;
    }
  };
  const unknown = { AlarmName: "x", StateValue: "OK" as const, StateReason: "" };
  assert.is(await failure(new SetAlarmStateCommand(unknown)), "ResourceNotFound");
  const reserved = { Namespace: "AWS/Lambda", MetricData: [{ MetricName: "m", Value: 1 }] };
  assert.match(await failure(new PutMetricDataCommand(reserved)), "InvalidParameterValue");
  close();
});

test.run();
