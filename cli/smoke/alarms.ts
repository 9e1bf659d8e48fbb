import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { alarmNames, alarmsOfStack } from "../alarms-of-stack.ts";
import { expect, type Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";

/** Alarms: some notify the alerts topic, none of them is in ALARM, and every subscription is confirmed. */
export async function smokeAlarms({ aws, outputs }: Target, narrator: Narrator): Promise<void> {
  const topic = outputs["alertsTopicArn"] ?? "";
  narrator.chapter("Alarms");
  const alarms = await narrator.step(
    "Alarms notify the alerts topic.",
    () => alarmsOfStack(new CloudWatchClient(aws), topic),
    (found) => {
      expect(found.length > 0, `no alarm has the action ${topic}`);
      const silent = found.filter(({ ActionsEnabled }) => !ActionsEnabled);
      expect(silent.length === 0, `actions are disabled: ${alarmNames(silent)}`);
      return `${found.length} alarms`;
    },
  );
  await narrator.step(
    "No alarm is in ALARM.",
    async () => alarms.filter(({ StateValue }) => StateValue === "ALARM"),
    (on) => {
      expect(on.length === 0, `in ALARM: ${alarmNames(on)}`);
      return `${alarms.length} alarms are not in ALARM`;
    },
  );
  await narrator.step(
    "Every subscription of the topic is confirmed.",
    () => new SNSClient(aws).send(new ListSubscriptionsByTopicCommand({ TopicArn: topic })),
    ({ Subscriptions = [] }) => {
      const pending = Subscriptions.filter((it) => it.SubscriptionArn === "PendingConfirmation");
      const addresses = pending.map(({ Endpoint }) => Endpoint).join(", ");
      expect(pending.length === 0, `not confirmed: ${addresses}; follow the link in AWS's mail`);
      if (Subscriptions.length > 0) return `${Subscriptions.length} subscriptions`;
      return "nobody is notified; set monitoring:email";
    },
  );
}
