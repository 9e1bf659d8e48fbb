import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

/** SNS's Pulumi types. */
export const snsResourceTypes: ResourceType[] = [
  {
    type: "aws:sns/topic:Topic",
    honours: ["name", "displayName", "policy", "kmsMasterKeyId"],
    ignores: {
      ...TAGS,
      ...REGION,
      signatureVersion: "notifications are not signed",
      tracingConfig: "traces are not collected",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      return { id: arn, outputs: { name, arn, owner: account } };
    },
  },
  {
    type: "aws:sns/topicPolicy:TopicPolicy",
    honours: ["arn", "policy"],
    ignores: REGION,
    compute: ({ inputs }) => ({ id: String(inputs["arn"]), outputs: {} }),
  },
  {
    type: "aws:sns/topicSubscription:TopicSubscription",
    honours: [
      "topic",
      "protocol",
      "endpoint",
      "rawMessageDelivery",
      "filterPolicy",
      "filterPolicyScope",
      "redrivePolicy",
    ],
    ignores: {
      ...REGION,
      confirmationTimeoutInMinutes: "subscriptions are confirmed immediately",
      endpointAutoConfirms: "subscriptions are confirmed immediately",
    },
    compute({ inputs, generatedName }) {
      const arn = `${inputs["topic"]}:${generatedName}`;
      return { id: arn, outputs: { arn, pendingConfirmation: false } };
    },
  },
];
