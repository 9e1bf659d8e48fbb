import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { KmsKeys } from "../kms/kms-keys.ts";
import type { Sns } from "./service.ts";
import type { SubscriptionSettings } from "./subscription.ts";

interface SubscriptionInputs {
  topic: string;
  protocol: string;
  endpoint: string;
  rawMessageDelivery?: boolean;
  filterPolicy?: string;
  filterPolicyScope?: SubscriptionSettings["filterScope"];
  redrivePolicy?: string;
}

/**
 * Creates what the program declares of SNS. Each method throws an Error that starts with the resource's logical name
 * where AWS would refuse the resource.
 */
export class SnsProvisioner {
  readonly #kernel: Kernel;
  readonly #sns: Sns;
  readonly #keys: KmsKeys;

  constructor(kernel: Kernel, sns: Sns, keys: KmsKeys) {
    this.#kernel = kernel;
    this.#sns = sns;
    this.#keys = keys;
  }

  /** Creates an `aws:sns/topic:Topic`. */
  provisionTopic(resource: RecordedResource): void {
    const { displayName, policy, kmsMasterKeyId } = resource.inputs as {
      displayName?: string;
      policy?: string;
      kmsMasterKeyId?: string;
    };
    const keyArn = kmsMasterKeyId && named(resource, () => this.#keys.keyArn(kmsMasterKeyId));
    this.#sns.createTopic(resource.id, displayName, keyArn || undefined);
    if (policy) this.#putPolicy(resource, resource.id, policy);
  }

  /** Puts an `aws:sns/topicPolicy:TopicPolicy` on its topic. */
  provisionTopicPolicy(resource: RecordedResource): void {
    this.#putPolicy(resource, resource.id, String(resource.inputs["policy"]));
  }

  /** Creates an `aws:sns/topicSubscription:TopicSubscription`. */
  provisionTopicSubscription(resource: RecordedResource): void {
    const inputs = resource.inputs as unknown as SubscriptionInputs;
    const { protocol, endpoint, filterPolicy, redrivePolicy } = inputs;
    named(resource, () => {
      const redrive = redrivePolicy ? parseJson(redrivePolicy) : undefined;
      this.#sns.subscribe(inputs.topic, resource.id, {
        protocol,
        endpoint,
        rawDelivery: inputs.rawMessageDelivery === true,
        filterScope: inputs.filterPolicyScope ?? "MessageAttributes",
        ...(filterPolicy && { filterPolicy }),
        ...(redrive && { deadLetterArn: String(redrive.deadLetterTargetArn) }),
      });
    });
  }

  #putPolicy(resource: RecordedResource, topicArn: string, policy: string): void {
    named(resource, () =>
      this.#kernel.policies.putResourcePolicy(topicArn, policy, resource.source),
    );
  }
}
