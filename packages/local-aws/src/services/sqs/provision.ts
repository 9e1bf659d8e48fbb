import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { Queue } from "./queue.ts";
import { DEFAULT_SETTINGS, withAttributes } from "./queue-settings.ts";
import type { Sqs } from "./service.ts";

// Pulumi's names of a queue's attributes, and SQS's.
const ATTRIBUTES: Record<string, string> = {
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  redrivePolicy: "RedrivePolicy",
  redriveAllowPolicy: "RedriveAllowPolicy",
};
// The provider keeps to the limit that SQS had for long, where nothing is set.
const PROVIDER_DEFAULTS = { MaximumMessageSize: "262144" };

/**
 * Creates what the program declares of SQS. Each method throws an Error that starts with the resource's logical name
 * where AWS would refuse the resource.
 */
export class SqsProvisioner {
  readonly #kernel: Kernel;
  readonly #sqs: Sqs;
  readonly #redriven: { resource: RecordedResource; queue: Queue }[] = [];

  constructor(kernel: Kernel, sqs: Sqs) {
    this.#kernel = kernel;
    this.#sqs = sqs;
  }

  /** Creates an `aws:sqs/queue:Queue`. */
  provisionQueue(resource: RecordedResource): void {
    named(resource, () => {
      const attributes: Record<string, string> = { ...PROVIDER_DEFAULTS };
      for (const [input, attribute] of Object.entries(ATTRIBUTES)) {
        const value = resource.inputs[input];
        if (value !== undefined) attributes[attribute] = String(value);
      }
      const settings = withAttributes(DEFAULT_SETTINGS, attributes);
      const queue = this.#sqs.createQueue(String(resource.outputs["name"]), settings);
      if (settings.redrive) this.#redriven.push({ resource, queue });
      const { policy } = resource.inputs;
      if (policy) {
        this.#kernel.policies.putResourcePolicy(queue.arn, String(policy), resource.source);
      }
    });
  }

  /** Puts an `aws:sqs/queuePolicy:QueuePolicy` on its queue. */
  provisionQueuePolicy(resource: RecordedResource): void {
    named(resource, () => {
      const { arn } = this.#queueOf(resource);
      const policy = String(resource.inputs["policy"]);
      this.#kernel.policies.putResourcePolicy(arn, policy, resource.source);
    });
  }

  /** Puts an `aws:sqs/redrivePolicy:RedrivePolicy` on its queue. */
  provisionRedrivePolicy(resource: RecordedResource): void {
    this.#set(resource, "RedrivePolicy", "redrivePolicy");
  }

  /** Puts an `aws:sqs/redriveAllowPolicy:RedriveAllowPolicy` on its queue. */
  provisionRedriveAllowPolicy(resource: RecordedResource): void {
    this.#set(resource, "RedriveAllowPolicy", "redriveAllowPolicy");
  }

  /** Checks that every dead-letter queue exists and may be used; to be called once all queues exist. */
  finish(): void {
    for (const { resource, queue } of this.#redriven.splice(0)) {
      const arn = queue.settings.redrive?.deadLetterArn ?? "";
      const target = this.#sqs.queueByArn(arn);
      if (!target) throw new Error(`${resource.name}: the dead-letter queue ${arn} does not exist`);
      if (!allows(target.settings.redriveAllowPolicy, queue.arn)) {
        throw new Error(
          `${resource.name}: ${target.name} does not allow this queue to send it dead letters`,
        );
      }
    }
  }

  #set(resource: RecordedResource, attribute: string, input: string): void {
    named(resource, () => {
      const queue = this.#queueOf(resource);
      const value = String(resource.inputs[input]);
      queue.settings = withAttributes(queue.settings, { [attribute]: value });
      if (attribute === "RedrivePolicy") this.#redriven.push({ resource, queue });
    });
  }

  #queueOf({ inputs }: RecordedResource): Queue {
    const url = String(inputs["queueUrl"]);
    const queue = this.#sqs.queues.find(({ name }) => url.endsWith(`/${name}`));
    if (!queue) throw new Error(`there is no queue ${url}`);
    return queue;
  }
}

function allows(policyText: string | undefined, sourceArn: string): boolean {
  if (!policyText) return true;
  const policy = parseJson(policyText) as {
    redrivePermission: string;
    sourceQueueArns?: string[];
  };
  if (policy.redrivePermission === "byQueue") return !!policy.sourceQueueArns?.includes(sourceArn);
  return policy.redrivePermission === "allowAll";
}
