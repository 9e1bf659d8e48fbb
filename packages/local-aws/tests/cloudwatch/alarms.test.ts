import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import {
  type AlarmCondition,
  evaluateAlarm,
  type MissingData,
} from "../../src/services/cloudwatch/alarm-evaluation.ts";
import { alarmSubject } from "../../src/services/cloudwatch/alarm-message.ts";
import { CloudWatchProvisioner } from "../../src/services/cloudwatch/provision.ts";
import { CloudWatch } from "../../src/services/cloudwatch/service.ts";
import { KmsKeys } from "../../src/services/kms/kms-keys.ts";
import { SnsProvisioner } from "../../src/services/sns/provision.ts";
import { Sns } from "../../src/services/sns/service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("CloudWatch alarms");
const MINUTE = 60_000;
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:alerts";
const ALARM = "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:";
const you = { kind: "administrator" } as const;
const errors = {
  namespace: "Shop",
  metricName: "Errors",
  dimensions: { Service: "orders" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: "GreaterThanThreshold",
};

function recorded(type: string, id: string, inputs: object, outputs: object = {}) {
  return {
    urn: id,
    type,
    name: `logical-${id}`,
    id,
    inputs: { ...inputs },
    outputs: { ...outputs },
  };
}

const allow = (principal: string, actions: string[], condition?: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: principal },
        Action: actions,
        Resource: "*",
        ...(condition && { Condition: condition }),
      },
    ],
  });

const PUBLISH = allow("cloudwatch.amazonaws.com", ["sns:Publish"]);

interface Options {
  topicPolicy?: string | undefined;
  key?: { reference: string; policy?: string };
}

function stack({ topicPolicy = PUBLISH, key }: Options = {}) {
  const { kernel, clock, hops } = testKernelWithHops();
  const mailbox = new Mailbox();
  const sns = new Sns(kernel, mailbox);
  const cloudwatch = new CloudWatch(kernel);
  kernel.dispatcher.register(sns, cloudwatch);
  const keys = new KmsKeys(kernel);
  const topics = new SnsProvisioner(kernel, sns, keys);
  if (key?.policy) {
    const arn = "arn:aws:kms:eu-central-1:000000000000:key/k1";
    keys.provisionKey(recorded("aws:kms/key:Key", "k1", {}, { arn, policy: key.policy }));
    keys.provisionAlias(recorded("aws:kms/alias:Alias", "alias/mine", { targetKeyId: "k1" }));
  }
  const kmsMasterKeyId = key?.reference;
  topics.provisionTopic(
    recorded("aws:sns/topic:Topic", TOPIC, {
      policy: topicPolicy,
      ...(kmsMasterKeyId && { kmsMasterKeyId }),
    }),
  );
  topics.provisionTopicSubscription(
    recorded("aws:sns/topicSubscription:TopicSubscription", `${TOPIC}:1`, {
      topic: TOPIC,
      protocol: "email",
      endpoint: "ops@example.com",
    }),
  );
  const alarms = new CloudWatchProvisioner(cloudwatch);
  const alarm = (name: string, inputs: object) =>
    alarms.provisionMetricAlarm(recorded("aws:cloudwatch/metricAlarm:MetricAlarm", name, inputs));
  const composite = (alarmName: string, alarmRule: string, inputs: object = {}) =>
    alarms.provisionCompositeAlarm(
      recorded("aws:cloudwatch/compositeAlarm:CompositeAlarm", alarmName, {
        alarmName,
        alarmRule,
        ...inputs,
      }),
    );
  const fail = (count: number, service = "orders") =>
    cloudwatch.metrics.record("Shop", "Errors", { Service: service }, count, "Count");
  const state = (name: string) => cloudwatch.alarms.alarm(name)?.state;
  const call = <Output = Record<string, unknown>>(operation: string, input: object = {}) =>
    kernel.dispatcher.call<Output>("cloudwatch", operation, input, you);
  const history = async (AlarmName: string) => {
    const { AlarmHistoryItems } = await call<{ AlarmHistoryItems: { HistorySummary: string }[] }>(
      "DescribeAlarmHistory",
      { AlarmName, ScanBy: "TimestampAscending" },
    );
    return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
  };
  return { cloudwatch, alarms, alarm, composite, fail, state, call, history, mailbox, clock, hops };
}

function testKernelWithHops() {
  const { kernel, clock } = testKernel();
  const hops: string[] = [];
  kernel.trace.subscribe(({ kind, decision }) => {
    if (decision === "failed" || decision === "denied") hops.push(`${kind} ${decision}`);
  });
  return { kernel, clock, hops };
}

// Points from old to new, 0 good, X bad, - missing; then what missing, ignore, breaching and notBreaching make of them.
const TABLE: [points: string, n: number, m: number, states: string][] = [
  ["0 - X - X", 3, 3, "OK OK OK OK"],
  ["0 - - - -", 3, 3, "OK OK OK OK"],
  ["- - - - -", 3, 3, "INSUFFICIENT_DATA KEPT ALARM OK"],
  ["0 X X - X", 3, 3, "ALARM ALARM ALARM ALARM"],
  ["- - X - -", 3, 3, "ALARM KEPT ALARM OK"],
  ["0 - X - X", 3, 2, "ALARM ALARM ALARM ALARM"],
  ["0 0 X 0 X", 3, 2, "ALARM ALARM ALARM ALARM"],
  ["0 - X - -", 3, 2, "OK OK ALARM OK"],
  ["- - - - 0", 3, 2, "OK OK ALARM OK"],
  ["- - - X -", 3, 2, "ALARM KEPT ALARM OK"],
];
const TREATMENTS: MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

for (const [points, evaluationPeriods, datapointsToAlarm, expected] of TABLE) {
  test(`missing data: ${points} with ${datapointsToAlarm} of ${evaluationPeriods} is as in AWS's table`, () => {
    const values = points.split(" ").map((it) => ({ "0": 0, X: 1 })[it]);
    const states = TREATMENTS.map((treatMissingData) => {
      const condition: AlarmCondition = {
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0.5,
        evaluationPeriods,
        datapointsToAlarm,
        treatMissingData,
      };
      const kept = (["OK", "ALARM"] as const).map((now) => evaluateAlarm(values, condition, now));
      return kept[0] === kept[1] ? kept[0] : "KEPT";
    });
    assert.is(states.join(" "), expected);
  });
}

test("a breach that is younger than the datapoints to alarm is no premature alarm", () => {
  const condition: AlarmCondition = {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0.5,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: "missing",
  };
  const gap = undefined;
  assert.is(evaluateAlarm([gap, gap, gap, gap, 1], condition, "OK"), "OK");
});

test("an alarm starts without data, fires at the end of the minute, and mails AWS's own message", async () => {
  const { alarm, fail, state, history, mailbox, clock } = stack();
  alarm("orders-failed", { ...errors, alarmActions: [TOPIC], alarmDescription: "look" });
  assert.is(state("orders-failed"), "INSUFFICIENT_DATA");
  fail(2);
  fail(3);
  await clock.advance(62_000);
  assert.is(state("orders-failed"), "ALARM");
  const [letter, ...others] = mailbox.letters;
  assert.is(others.length, 0);
  assert.is(letter?.to, "ops@example.com");
  assert.is(letter?.subject, 'ALARM: "orders-failed" in EU (Frankfurt)');
  assert.equal(JSON.parse(letter?.body ?? ""), {
    AlarmName: "orders-failed",
    AlarmDescription: "look",
    AWSAccountId: "000000000000",
    AlarmConfigurationUpdatedTimestamp: "2026-01-01T00:00:00.000+0000",
    NewStateValue: "ALARM",
    NewStateReason:
      "Threshold Crossed: 1 datapoint [5.0 (01/01/26 00:00:00)] was greater than the threshold (1.0).",
    StateChangeTime: "2026-01-01T00:01:01.000+0000",
    Region: "EU (Frankfurt)",
    AlarmArn: `${ALARM}orders-failed`,
    OldStateValue: "INSUFFICIENT_DATA",
    OKActions: [],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: "Errors",
      Namespace: "Shop",
      StatisticType: "Statistic",
      Statistic: "SUM",
      Unit: null,
      Dimensions: [{ value: "orders", name: "Service" }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 1,
      TreatMissingData: "missing",
      EvaluateLowSampleCountPercentile: "",
    },
  });
  assert.equal(await history("orders-failed"), [
    'Alarm "orders-failed" created',
    "Alarm updated from INSUFFICIENT_DATA to ALARM",
    `Successfully executed action ${TOPIC}`,
  ]);
});

test("actions run when the state changes and only then, those of the new state", async () => {
  const { alarm, fail, state, mailbox, clock } = stack();
  const actions = { alarmActions: [TOPIC], okActions: [TOPIC], insufficientDataActions: [TOPIC] };
  alarm("a", { ...errors, ...actions });
  for (let minute = 0; minute < 3; minute++) {
    fail(5);
    await clock.advance(MINUTE);
  }
  fail(0);
  await clock.advance(2 * MINUTE);
  assert.is(state("a"), "OK");
  await clock.advance(5 * MINUTE);
  assert.is(state("a"), "INSUFFICIENT_DATA");
  assert.equal(
    mailbox.letters.map(({ subject }) => subject.split(":")[0]),
    ["ALARM", "OK", "INSUFFICIENT_DATA"],
  );
});

test("only the values of the alarm's own dimensions count", async () => {
  const { alarm, fail, state, clock } = stack();
  alarm("a", errors);
  fail(9, "payments");
  await clock.advance(62_000);
  assert.is(state("a"), "INSUFFICIENT_DATA");
});

test("two bad minutes of the last three are enough for 2 of 3", async () => {
  const { alarm, fail, state, clock } = stack();
  alarm("a", { ...errors, evaluationPeriods: 3, datapointsToAlarm: 2 });
  const seen: unknown[] = [];
  await clock.advance(2000);
  for (const count of [5, 0, 5, 0, 0]) {
    fail(count);
    await clock.advance(MINUTE);
    seen.push(state("a"));
  }
  assert.equal(seen, ["OK", "OK", "ALARM", "OK", "OK"]);
});

test("a period of five minutes is a window that moves on each minute", async () => {
  const { alarm, fail, state, clock } = stack();
  alarm("a", { ...errors, period: 300, threshold: 3, treatMissingData: "notBreaching" });
  await clock.advance(4 * MINUTE + 2000);
  fail(2);
  await clock.advance(2 * MINUTE);
  fail(2);
  assert.is(state("a"), "OK");
  await clock.advance(MINUTE);
  assert.is(state("a"), "ALARM");
});

test("a period of ten seconds is evaluated every ten seconds", async () => {
  const { alarm, fail, state, clock } = stack();
  alarm("a", { ...errors, period: 10 });
  fail(5);
  await clock.advance(12_000);
  assert.is(state("a"), "ALARM");
});

test("alarms on DynamoDB's metrics keep their state when data is missing", async () => {
  const { alarm, state, clock } = stack();
  alarm("a", { ...errors, namespace: "AWS/DynamoDB", treatMissingData: "breaching" });
  await clock.advance(10 * MINUTE);
  assert.is(state("a"), "INSUFFICIENT_DATA");
});

test("an alarm computes an error rate from two metrics", async () => {
  const { alarm, cloudwatch, state, mailbox, clock } = stack();
  const metric = (id: string, metricName: string) => ({
    id,
    metric: { namespace: "Shop", metricName, period: 60, stat: "Sum", dimensions: {} },
  });
  alarm("rate", {
    metricQueries: [
      metric("errors", "Errors"),
      metric("calls", "Calls"),
      { id: "rate", expression: "100 * FILL(errors, 0) / calls", label: "%", returnData: true },
    ],
    evaluationPeriods: 1,
    threshold: 10,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    alarmActions: [TOPIC],
  });
  for (let call = 0; call < 8; call++) cloudwatch.metrics.record("Shop", "Calls", {}, 1);
  await clock.advance(62_000);
  assert.is(state("rate"), "OK");
  cloudwatch.metrics.record("Shop", "Calls", {}, 4);
  cloudwatch.metrics.record("Shop", "Errors", {}, 1);
  await clock.advance(MINUTE);
  assert.is(state("rate"), "ALARM");
  const { Trigger } = JSON.parse(mailbox.letters[0]?.body ?? "");
  assert.equal(Trigger.Metrics[0], {
    Id: "errors",
    MetricStat: {
      Metric: { Dimensions: [], MetricName: "Errors", Namespace: "Shop" },
      Period: 60,
      Stat: "Sum",
    },
    ReturnData: false,
  });
});

test("a state that is set by hand runs its actions and gives way to the next evaluation", async () => {
  const { alarm, fail, state, call, mailbox, clock } = stack();
  alarm("a", { ...errors, alarmActions: [TOPIC] });
  fail(0);
  await clock.advance(62_000);
  await call("SetAlarmState", { AlarmName: "a", StateValue: "ALARM", StateReason: "drill" });
  await clock.advance(0);
  assert.is(state("a"), "ALARM");
  assert.is(JSON.parse(mailbox.letters[0]?.body ?? "").NewStateReason, "drill");
  fail(0);
  await clock.advance(MINUTE);
  assert.is(state("a"), "OK");
});

test("an alarm whose actions are disabled changes state and tells nobody", async () => {
  const { alarm, fail, state, call, mailbox, clock } = stack();
  alarm("a", { ...errors, alarmActions: [TOPIC] });
  await call("DisableAlarmActions", { AlarmNames: ["a"] });
  fail(5);
  await clock.advance(62_000);
  assert.is(state("a"), "ALARM");
  assert.equal(mailbox.letters, []);
});

test("a composite alarm follows its alarms and says which one changed it", async () => {
  const { alarm, alarms, composite, cloudwatch, fail, state, mailbox, clock } = stack();
  alarm("a", { ...errors, treatMissingData: "notBreaching" });
  alarm("b", { ...errors, metricName: "Other", treatMissingData: "notBreaching" });
  composite("outer", 'ALARM("both") OR FALSE', { alarmActions: [TOPIC] });
  composite("both", `ALARM(a) AND NOT (OK("${ALARM}b") OR INSUFFICIENT_DATA(b))`);
  alarms.finish();
  assert.is(state("both"), "OK");
  fail(5);
  await clock.advance(62_000);
  assert.equal([state("a"), state("both"), state("outer")], ["ALARM", "OK", "OK"]);
  cloudwatch.metrics.record("Shop", "Other", { Service: "orders" }, 5);
  await clock.advance(MINUTE);
  assert.equal([state("both"), state("outer")], ["ALARM", "ALARM"]);
  const message = JSON.parse(mailbox.letters[0]?.body ?? "");
  assert.is(
    message.NewStateReason,
    `${ALARM}both transitioned to ALARM at Thursday 01 January, 2026 00:02:01 UTC`,
  );
  assert.is(message.AlarmRule, 'ALARM("both") OR FALSE');
  assert.equal(message.TriggeringChildren, [
    {
      Arn: `${ALARM}both`,
      State: { Value: "ALARM", Timestamp: "2026-01-01T00:02:01.000+0000" },
    },
  ]);
});

test("a composite alarm that refers to an unknown alarm or to itself, or has a malformed rule, is refused", () => {
  const unknown = stack();
  unknown.composite("c", "ALARM(nowhere)");
  assert.throws(
    () => unknown.alarms.finish(),
    /^logical-c: AlarmRule ALARM\(nowhere\) names nowhere, which is not an alarm$/,
  );
  const cycle = stack();
  cycle.composite("c", "ALARM(d)");
  cycle.composite("d", "NOT ALARM(c)");
  assert.throws(() => cycle.alarms.finish(), /^logical-c: AlarmRule .* leads back .*: c, d$/);
  for (const rule of ["ALARM(a", "ALARM(a) ALARM(b)", "FIRING(a)", "", 'ALARM("a)']) {
    assert.throws(() => stack().composite("c", rule), /^logical-c: AlarmRule .*malformed/);
  }
});

test("a topic whose policy does not let alarms in makes a failed action, not an error", async () => {
  const topicPolicy = allow("events.amazonaws.com", ["sns:Publish"]);
  const { alarm, fail, state, history, mailbox, hops, clock } = stack({ topicPolicy });
  alarm("a", { ...errors, alarmActions: [TOPIC] });
  fail(5);
  await clock.advance(62_000);
  assert.is(state("a"), "ALARM");
  assert.equal(mailbox.letters, []);
  assert.is(
    (await history("a")).at(-1),
    `Failed to execute action ${TOPIC}. Received error: "Resource: ${ALARM}a is not authorized to perform: SNS:Publish on resource: ${TOPIC}"`,
  );
  assert.equal(hops, ["sns:Publish denied", "cloudwatch:alarm-action failed"]);
});

const KEY_USE = ["kms:Decrypt", "kms:GenerateDataKey*"];
const KEYS: [what: string, key: { reference: string; policy?: string }, letters: number][] = [
  ["AWS's own key for SNS keeps alarms out", { reference: "alias/aws/sns" }, 0],
  [
    "a key whose policy names another service keeps alarms out",
    { reference: "k1", policy: allow("events.amazonaws.com", KEY_USE) },
    0,
  ],
  [
    "a key that lets alarms decrypt but not make data keys keeps them out",
    { reference: "alias/mine", policy: allow("cloudwatch.amazonaws.com", ["kms:Decrypt"]) },
    0,
  ],
  [
    "a key for the alarms of another account keeps them out",
    {
      reference: "k1",
      policy: allow("cloudwatch.amazonaws.com", KEY_USE, {
        StringEquals: { "aws:SourceAccount": "111111111111" },
      }),
    },
    0,
  ],
  [
    "a key that names alarms lets them in",
    {
      reference: "alias/mine",
      policy: allow("cloudwatch.amazonaws.com", KEY_USE, {
        ArnLike: { "aws:SourceArn": `${ALARM}*` },
      }),
    },
    1,
  ],
];

for (const [what, key, letters] of KEYS) {
  test(what, async () => {
    const { alarm, fail, history, mailbox, clock } = stack({ key });
    alarm("a", { ...errors, alarmActions: [TOPIC] });
    fail(5);
    await clock.advance(62_000);
    assert.is(mailbox.letters.length, letters);
    const last = (await history("a")).at(-1) ?? "";
    assert.match(
      last,
      letters > 0
        ? /^Successfully executed action/
        : /^Failed to execute action .*cloudwatch\.amazonaws\.com is not authorized to perform: kms:/,
    );
  });
}

test("a topic with a key that the program does not declare is refused", () => {
  assert.throws(
    () => stack({ key: { reference: "alias/other" } }),
    /: the program declares no KMS key alias\/other$/,
  );
});

test("what CloudWatch would refuse of an alarm is refused at the start", () => {
  const refused: [object, RegExp][] = [
    [{ period: 45 }, /^logical-a: period 45 must be 10, 20, 30 or a multiple of 60 seconds$/],
    [{ datapointsToAlarm: 2 }, /datapointsToAlarm 2 is more than evaluationPeriods 1$/],
    [{ evaluationPeriods: 300, period: 300 }, /are longer than a day$/],
    [{ statistic: "Median" }, /statistic Median must be one of/],
    [{ extendedStatistic: "p99" }, /either statistic or extendedStatistic$/],
    [{ treatMissingData: "good" }, /treatMissingData good must be one of/],
    [{ comparisonOperator: "GreaterThanUpperThreshold" }, /is not supported by the local runtime/],
    [{ alarmActions: ["arn:aws:lambda:x"] }, /alarmActions: alarm action arn:aws:lambda:x is not/],
    [{ metricName: undefined }, /either metricName or metricQueries$/],
  ];
  for (const [change, message] of refused) {
    assert.throws(() => stack().alarm("a", { ...errors, ...change }), message);
  }
});

test("a subject fits into the 100 characters of SNS", () => {
  const { alarm, cloudwatch } = stack();
  alarm("x".repeat(200), errors);
  const [made] = cloudwatch.alarms.alarms;
  assert.is(made && alarmSubject(made, "eu-central-1").length, 100);
});

test("a dashboard must be JSON with widgets", async () => {
  const { alarms, call } = stack();
  const dashboard = (dashboardBody: string) =>
    alarms.provisionDashboard(
      recorded("aws:cloudwatch/dashboard:Dashboard", "shop", { dashboardBody }),
    );
  assert.throws(() => dashboard("{"), /^logical-shop: DashboardBody of shop: it is not JSON/);
  assert.throws(() => dashboard("{}"), /has no array widgets$/);
  assert.throws(() => dashboard('{"widgets":[{"type":"text"}]}'), /widgets\/0 has no properties$/);
  const body = '{"widgets":[{"type":"text","properties":{"markdown":"hi"}}]}';
  dashboard(body);
  assert.equal(await call("GetDashboard", { DashboardName: "shop" }), {
    DashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/shop",
    DashboardBody: body,
    DashboardName: "shop",
  });
});

test.run();
