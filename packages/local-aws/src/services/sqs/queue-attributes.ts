import { isDeepStrictEqual } from "node:util";
import { many } from "../../kernel/iam/policy-document.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { attributesOf, type QueueSettings, withAttributes } from "./queue-settings.ts";

// Attributes that may be requested, even of a queue without them.
const ATTRIBUTE_NAMES = new Set([
  "All",
  "Policy",
  "VisibilityTimeout",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
  "ApproximateNumberOfMessagesDelayed",
  "DelaySeconds",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "FifoQueue",
  "ContentBasedDeduplication",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "RedriveAllowPolicy",
  "SqsManagedSseEnabled",
]);

/** The requested attributes of those that a queue has. @throws ServiceError InvalidAttributeName */
export function pickAttributes(
  has: Record<string, string>,
  names: readonly string[],
): Record<string, string> {
  const unknown = names.find((name) => !ATTRIBUTE_NAMES.has(name));
  if (unknown !== undefined) {
    throw new ServiceError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  }
  if (names.includes("All")) return has;
  return Object.fromEntries(
    names.flatMap((name) => (has[name] === undefined ? [] : [[name, has[name]]])),
  );
}

/**
 * Checks that an existing queue may be created again: with the attributes that it has; omitted ones match.
 *
 * @throws ServiceError QueueNameExists
 */
export function checkSameAttributes(
  settings: QueueSettings,
  has: Record<string, string>,
  attributes: Record<string, string>,
): void {
  const wanted: Record<string, string> = { ...attributesOf(withAttributes(settings, attributes)) };
  for (const [name, value] of Object.entries(attributes)) {
    const same = name === "Policy" ? isSamePolicy(has[name], value) : has[name] === wanted[name];
    if (same) continue;
    throw new ServiceError(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
}

/** Whether two policies say the same, a single statement as a list of one. */
function isSamePolicy(one = "", other = ""): boolean {
  if (one === "" || other === "") return one === other;
  const read = (text: string) => {
    const { Version, Id, Statement } = parseJson(text);
    return { Version, Id, Statement: many(Statement) };
  };
  return isDeepStrictEqual(read(one), read(other));
}
