import { parseJsonObject } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
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
  /** Whether SQS would encrypt it with a key of its own; kept and shown, nothing is encrypted here. */
  managedSse: boolean;
  /** The KMS key that would encrypt it; kept and shown. */
  kmsKeyId?: string;
  kmsReuseSeconds?: number;
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

/** SQS's defaults. */
export const DEFAULT_SETTINGS: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  maximumMessageBytes: 1_048_576,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  waitSeconds: 0,
  managedSse: true,
};

const DEFAULT_KMS_REUSE_SECONDS = 300;
const REDRIVE_ALLOW_PERMISSIONS: readonly unknown[] = ["allowAll", "denyAll", "byQueue"];

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
  for (const [name, value] of Object.entries(attributes)) setAttribute(next, name, value);
  if (attributes["KmsMasterKeyId"] && attributes["SqsManagedSseEnabled"] === "true") {
    throw new ServiceError(
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  return next;
}

function setAttribute(next: QueueSettings, name: string, value: string): void {
  if (Object.hasOwn(NUMBERS, name)) {
    const { key, least, most } = NUMBERS[name as NumberAttribute];
    next[key] = numberWithin(name, value, least, most);
  } else if (name === "RedrivePolicy") {
    if (value === "") delete next.redrive;
    else next.redrive = redrivePolicy(value);
  } else if (name === "RedriveAllowPolicy") {
    if (value === "") delete next.redriveAllowPolicy;
    else next.redriveAllowPolicy = redriveAllowPolicy(value);
  } else if (name === "SqsManagedSseEnabled") {
    if (value !== "true" && value !== "false") throw invalidAttribute(name);
    next.managedSse = value === "true";
    if (next.managedSse) delete next.kmsKeyId;
  } else if (name === "KmsMasterKeyId") {
    if (value === "") delete next.kmsKeyId;
    else {
      next.kmsKeyId = value;
      next.managedSse = false;
    }
  } else if (name === "KmsDataKeyReusePeriodSeconds") {
    next.kmsReuseSeconds = numberWithin(name, value, 60, 86_400);
  } else if (name === "DeduplicationScope" || name === "FifoThroughputLimit") {
    throw new ServiceError(
      "InvalidAttributeName",
      `You can specify the ${name} only when FifoQueue is set to true.`,
    );
  } else if (name !== "Policy") {
    throw new ServiceError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  }
}

/** Settings in SQS's own names. */
export function attributesOf(settings: QueueSettings): Record<string, string> {
  const { redrive, redriveAllowPolicy, managedSse, kmsKeyId, kmsReuseSeconds } = settings;
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
    SqsManagedSseEnabled: String(managedSse),
    ...(kmsKeyId && {
      KmsMasterKeyId: kmsKeyId,
      KmsDataKeyReusePeriodSeconds: String(kmsReuseSeconds ?? DEFAULT_KMS_REUSE_SECONDS),
    }),
  };
}

/** A parameter that is a number within SQS's limits. @throws ServiceError naming the parameter. */
export function wholeNumber(
  name: string,
  value: unknown,
  least: number,
  most: number,
  reason = `Must be between ${least} and ${most}, if provided.`,
): number {
  if (isWithin(value, least, most)) return Number(value);
  throw invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

function numberWithin(attribute: string, value: string, least: number, most: number): number {
  if (/^\d+$/.test(value) && isWithin(value, least, most)) return Number(value);
  throw invalidAttribute(attribute);
}

function isWithin(value: unknown, least: number, most: number): boolean {
  const number = Number(value);
  return Number.isInteger(number) && number >= least && number <= most;
}

function redrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string) =>
    invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const policy = parseJsonObject(text);
  if (!policy) throw refuse("Redrive policy is not a valid JSON map.");
  for (const name of ["deadLetterTargetArn", "maxReceiveCount"]) {
    if (policy[name] === undefined) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (!isWithin(maxReceiveCount, 1, 1000)) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return {
    deadLetterArn: String(deadLetterTargetArn),
    maxReceiveCount: Number(maxReceiveCount),
  };
}

function redriveAllowPolicy(text: string): string {
  const permission = parseJsonObject(text)?.["redrivePermission"];
  if (REDRIVE_ALLOW_PERMISSIONS.includes(permission)) return text;
  throw invalidParameter(
    `Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: redrivePermission must be one of ${REDRIVE_ALLOW_PERMISSIONS.join(", ")}.`,
  );
}

function invalidAttribute(name: string): ServiceError {
  return new ServiceError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
}
