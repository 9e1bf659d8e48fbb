import { type CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";

/** An alarm, as far as commands look at it. */
export interface StackAlarm {
  AlarmName?: string | undefined;
  ActionsEnabled?: boolean | undefined;
  AlarmActions?: string[] | undefined;
  StateValue?: string | undefined;
}

/** The alarms that tell a stack's alerts topic. */
export async function alarmsOfStack(
  cloudWatch: CloudWatchClient,
  topicArn: string,
): Promise<StackAlarm[]> {
  const found: StackAlarm[] = [];
  for await (const page of paginateDescribeAlarms(
    { client: cloudWatch },
    { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
  )) {
    const alarms: StackAlarm[] = [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])];
    found.push(...alarms.filter(({ AlarmActions = [] }) => AlarmActions.includes(topicArn)));
  }
  return found;
}

/** Names of alarms, for messages. */
export function alarmNames(alarms: readonly StackAlarm[]): string {
  return alarms.map(({ AlarmName }) => AlarmName).join(", ");
}
