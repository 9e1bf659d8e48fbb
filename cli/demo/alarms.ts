import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Target } from "../target.ts";
import { patiently, runByHand } from "./executions.ts";
import { expect, type Narrator } from "./narrator.ts";

const ALARM = "monitoring-customers-workflow-failed";
// An alarm looks at whole minutes, and at the last three of them.
const PATIENCE_MS = 6 * 60_000;

/**
 * A failure turns an alarm on, which writes a mail.
 *
 * @param toTheEnd Also waits until the alarm turns off again, some minutes later.
 */
export async function alarmsTour(
  target: Target,
  narrator: Narrator,
  toTheEnd: boolean,
): Promise<void> {
  const cloudWatch = new CloudWatchClient(target.aws);
  const states = new SFNClient(target.aws);
  const turned = (state: string) =>
    patiently(
      `the alarm ${state}`,
      async () => {
        const describe = new DescribeAlarmsCommand({ AlarmNamePrefix: ALARM });
        const { MetricAlarms = [] } = await cloudWatch.send(describe);
        return MetricAlarms.find(({ StateValue }) => StateValue === state);
      },
      PATIENCE_MS,
    );
  narrator.chapter("Alarms", "ARN=$(npm run -s outputs customersWorkflowArn)");
  await narrator.step(
    "An execution with invalid input fails…",
    () => runByHand(states, target.outputs["customersWorkflowArn"] ?? "", { id: "" }),
    ({ status, error }) => {
      expect(status === "FAILED", `the execution ended ${status}`);
      return `${status}: ${error}`;
    },
    `${aws(target)} stepfunctions start-execution --state-machine-arn $ARN --input '{"id":""}'`,
  );
  const alarm = await narrator.step(
    "…and once its minute has ended, an alarm reports it, with what to do first. (Up to a minute.)",
    () => turned("ALARM"),
    ({ AlarmName, AlarmDescription }) => [`ALARM ${AlarmName}`, AlarmDescription ?? ""],
    `${aws(target)} cloudwatch describe-alarms --state-value ALARM`,
  );
  await narrator.step(
    "The alarm notifies monitoring:email.",
    () => told(target, cloudWatch, alarm.AlarmName ?? "", turnedAt(alarm)),
    (line) => line,
    target.aws.endpoint && `curl ${target.aws.endpoint}/_local/mailbox`,
  );
  if (!toTheEnd) return;
  await narrator.step(
    "When nothing has failed for a while, the alarm returns to OK. (This takes some minutes.)",
    () => turned("OK"),
    ({ AlarmName }) => `OK ${AlarmName}`,
  );
}

/** When an alarm came into its state, to the second: it may have been in it before this tour began. */
function turnedAt({ StateUpdatedTimestamp }: MetricAlarm): Date {
  return new Date(Math.floor(Number(StateUpdatedTimestamp) / 1000) * 1000);
}

/** The AWS CLI for a stack. */
function aws({ aws: { endpoint } }: Target): string {
  return endpoint ? `aws --endpoint-url ${endpoint}` : "aws";
}

/** What the alarm has told: the letter itself on this machine, elsewhere that CloudWatch has published it. */
async function told(
  { aws, name }: Target,
  cloudWatch: CloudWatchClient,
  AlarmName: string,
  began: Date,
): Promise<string> {
  if (aws.endpoint) {
    return patiently("the mail", async () => {
      const response = await fetch(`${aws.endpoint}/_local/mailbox`);
      const letters = (await response.json()) as { to: string; subject: string; time: string }[];
      const letter = letters.find(
        ({ subject, time }) =>
          subject.startsWith(`ALARM: "${AlarmName}"`) && new Date(time) >= began,
      );
      return letter && `to ${letter.to}: ${letter.subject}`;
    });
  }
  return patiently(`the alarm's action in ${name}`, async () => {
    const history = new DescribeAlarmHistoryCommand({
      AlarmName,
      HistoryItemType: "Action",
      StartDate: began,
    });
    const { AlarmHistoryItems = [] } = await cloudWatch.send(history);
    return AlarmHistoryItems[0]?.HistorySummary;
  });
}
