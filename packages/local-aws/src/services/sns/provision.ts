import { jsonProblem } from "../../grammar/event-pattern/json-tokens.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { KmsKeys } from "../kms/kms-keys.ts";
import type { Sns } from "./service.ts";
import { invalidAttribute } from "./sns-error.ts";
import type { SubscriptionSettings } from "./subscription.ts";

const SCOPES = ["MessageAttributes", "MessageBody"];

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
    const { protocol, endpoint, filterPolicy, redrivePolicy, filterPolicyScope } = inputs;
    named(resource, () => {
      const deadLetterArn = redrivePolicy && deadLetterArnIn(redrivePolicy);
      if (filterPolicyScope !== undefined && !SCOPES.includes(filterPolicyScope)) {
        throw invalidAttribute(
          `FilterPolicyScope: Invalid value [${filterPolicyScope}]. Please use either MessageBody or MessageAttributes`,
        );
      }
      this.#sns.subscribe(inputs.topic, resource.id, {
        protocol,
        endpoint,
        rawDelivery: inputs.rawMessageDelivery === true,
        filterScope: filterPolicyScope ?? "MessageAttributes",
        ...(filterPolicy && { filterPolicy }),
        ...(deadLetterArn && { deadLetterArn }),
      });
    });
  }

  #putPolicy(resource: RecordedResource, topicArn: string, policy: string): void {
    named(resource, () =>
      this.#kernel.policies.putResourcePolicy(topicArn, policy, resource.source),
    );
  }
}

function deadLetterArnIn(redrivePolicy: string): string {
  const problem = jsonProblem(redrivePolicy);
  if (problem) throw invalidAttribute(`RedrivePolicy: failed to parse JSON. ${problem}`);
  const arn = String(parseJson(redrivePolicy).deadLetterTargetArn);
  if (/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w.-]+$/.test(arn)) return arn;
  throw invalidAttribute("RedrivePolicy: deadLetterTargetArn is an invalid arn");
}
