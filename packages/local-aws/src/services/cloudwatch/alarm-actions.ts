import type { Kernel } from "../../kernel/kernel.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Alarm } from "./alarm.ts";
import type { AlarmState } from "./alarm-evaluation.ts";
import { alarmMessage, alarmSubject, alarmTime, type TriggeringChild } from "./alarm-message.ts";

/** How one action went, as the alarm's history has it. */
export interface ActionOutcome {
  summary: string;
  /** JSON. */
  data: string;
}

const PRINCIPAL = "cloudwatch.amazonaws.com";

/** Why this runtime cannot run an action; only SNS topics are supported. */
export function actionProblem(arn: string): string | undefined {
  if (/^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn)) return undefined;
  return `alarm action ${arn} is not supported by the local runtime; use the ARN of an SNS topic`;
}

/** Notifies one topic of an alarm's new state. Never throws: a failure is traced, and part of the outcome. */
export async function runAction(
  kernel: Kernel,
  alarm: Alarm,
  topicArn: string,
  change: { from: AlarmState; children: TriggeringChild[] },
): Promise<ActionOutcome> {
  const Message = alarmMessage(kernel, alarm, change.from, change.children);
  const about = {
    stateUpdateTimestamp: alarm.changedAt,
    notificationResource: topicArn,
    stateChangeTime: alarmTime(alarm.changedAt),
  };
  try {
    await kernel.dispatcher.call(
      "sns",
      "Publish",
      { TopicArn: topicArn, Message, Subject: alarmSubject(alarm, kernel.region) },
      { kind: "service", principal: PRINCIPAL, sourceArn: alarm.arn },
    );
    return {
      summary: `Successfully executed action ${topicArn}`,
      data: JSON.stringify({ actionState: "Succeeded", ...about, publishedMessage: Message }),
    };
  } catch (failure) {
    const error = failureText(failure, alarm.arn, topicArn);
    kernel.trace.emit({
      from: alarm.settings.name,
      to: topicArn,
      kind: "cloudwatch:alarm-action",
      decision: "failed",
      detail: `nobody is notified that the alarm is ${alarm.state}: ${(failure as Error).message}`,
    });
    return {
      summary: `Failed to execute action ${topicArn}. Received error: "${error}"`,
      data: JSON.stringify({ actionState: "Failed", ...about, error }),
    };
  }
}

function failureText(failure: unknown, alarmArn: string, topicArn: string): string {
  if (failure instanceof ServiceError && failure.code === "AuthorizationError") {
    return `Resource: ${alarmArn} is not authorized to perform: SNS:Publish on resource: ${topicArn}`;
  }
  return (failure as Error).message;
}
