import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
} from "@aws-sdk/client-cloudwatch";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Target } from "../target.ts";
import { patiently, runByHand } from "./executions.ts";
import { expect, type Narrator } from "./narrator.ts";

const ALARM = "monitoring-customers-workflow-failed";
// An alarm looks at whole minutes, and at the last three of them.
const PATIENCE_MS = 6 * 60_000;

/** A failure turns an alarm on, which writes a mail, and off again. */
export async function alarmsTour(target: Target, narrator: Narrator): Promise<void> {
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
  narrator.chapter("Alarms");
  const began = new Date();
  await narrator.step(
    "An execution with invalid input fails…",
    () => runByHand(states, target.outputs["customersWorkflowArn"] ?? "", { id: "" }),
    ({ status, error }) => {
      expect(status === "FAILED", `the execution ended ${status}`);
      return `${status}: ${error}`;
    },
  );
  const alarm = await narrator.step(
    "…and after a minute an alarm reports it, with what to do first.",
    () => turned("ALARM"),
    ({ AlarmName, AlarmDescription }) => [`ALARM ${AlarmName}`, AlarmDescription ?? ""],
  );
  await narrator.step(
    "The alarm notifies monitoring:email.",
    () => told(target, cloudWatch, alarm.AlarmName ?? "", began),
    (line) => line,
  );
  await narrator.step(
    "When nothing has failed for a while, the alarm returns to OK. (This takes some minutes.)",
    () => turned("OK"),
    ({ AlarmName }) => `OK ${AlarmName}`,
  );
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
