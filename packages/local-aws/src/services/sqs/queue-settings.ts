import { parseJson } from "../../kernel/nesting.ts";
import { invalidParameter } from "./sqs-error.ts";

/** What can be set of a queue, in SQS's own units. */
export interface QueueSettings {
  visibilityTimeoutSeconds: number;
  maximumMessageBytes: number;
  retentionSeconds: number;
  delaySeconds: number;
  waitSeconds: number;
  redrive?: RedrivePolicy;
  /** Which queues may use this one for their dead letters, as JSON. */
  redriveAllowPolicy?: string;
}

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  deadLetterArn: string;
  maxReceiveCount: number;
}

type NumberAttribute = keyof typeof NUMBERS;

const NUMBERS = {
  VisibilityTimeout: { key: "visibilityTimeoutSeconds", least: 0, most: 43_200 },
  MaximumMessageSize: { key: "maximumMessageBytes", least: 1024, most: 1_048_576 },
  MessageRetentionPeriod: { key: "retentionSeconds", least: 60, most: 1_209_600 },
  DelaySeconds: { key: "delaySeconds", least: 0, most: 900 },
  ReceiveMessageWaitTimeSeconds: { key: "waitSeconds", least: 0, most: 20 },
} as const;

/** What SQS sets where nothing is said. */
export const DEFAULT_SETTINGS: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  maximumMessageBytes: 1_048_576,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  waitSeconds: 0,
};

/**
 * The settings with attributes in SQS's own names put over them.
 *
 * @throws ServiceError naming the attribute that SQS would refuse.
 */
export function withAttributes(
  settings: QueueSettings,
  attributes: Readonly<Record<string, string>>,
): QueueSettings {
  const next: QueueSettings = { ...settings };
  for (const [name, value] of Object.entries(attributes)) {
    if (Object.hasOwn(NUMBERS, name)) {
      const { key, least, most } = NUMBERS[name as NumberAttribute];
      next[key] = wholeNumber(name, value, least, most);
    } else if (name === "RedrivePolicy") {
      if (value === "") delete next.redrive;
      else next.redrive = redrivePolicy(value);
    } else if (name === "RedriveAllowPolicy") {
      next.redriveAllowPolicy = value;
    } else if (name === "FifoQueue" || name === "ContentBasedDeduplication") {
      throw invalidParameter("FIFO queues are not supported by the local runtime");
    } else if (!["Policy", "SqsManagedSseEnabled"].includes(name)) {
      throw invalidParameter(`Unknown Attribute ${name}.`);
    }
  }
  return next;
}

/** Settings in SQS's own names. */
export function attributesOf(settings: QueueSettings): Record<string, string> {
  const { redrive, redriveAllowPolicy } = settings;
  const numbers = Object.entries(NUMBERS).map(([name, { key }]) => [name, String(settings[key])]);
  return {
    ...Object.fromEntries(numbers),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
    ...(redriveAllowPolicy && { RedriveAllowPolicy: redriveAllowPolicy }),
  };
}

/** A number within SQS's limits. @throws ServiceError naming the parameter. */
export function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw invalidParameter(
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`,
    );
  }
  return number;
}

function redrivePolicy(text: string): RedrivePolicy {
  let policy: { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown } | null;
  try {
    policy = parseJson(text);
  } catch {
    throw invalidParameter(
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: It is not JSON.`,
    );
  }
  if (typeof policy?.deadLetterTargetArn !== "string") {
    throw invalidParameter(
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn.`,
    );
  }
  return {
    deadLetterArn: policy.deadLetterTargetArn,
    maxReceiveCount: wholeNumber("maxReceiveCount", policy.maxReceiveCount, 1, 1000),
  };
}
