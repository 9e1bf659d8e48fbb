import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };
const computeOfQueue: ResourceType["compute"] = ({ inputs }) => ({
  id: String(inputs["queueUrl"]),
  outputs: {},
});

/** SQS's Pulumi types. */
export const sqsResourceTypes: ResourceType[] = [
  {
    type: "aws:sqs/queue:Queue",
    honours: [
      "name",
      "delaySeconds",
      "maxMessageSize",
      "messageRetentionSeconds",
      "receiveWaitTimeSeconds",
      "visibilityTimeoutSeconds",
      "redrivePolicy",
      "redriveAllowPolicy",
      "policy",
    ],
    ignores: {
      ...TAGS,
      ...REGION,
      sqsManagedSseEnabled: "queues are not encrypted",
      kmsMasterKeyId: "queues are not encrypted",
      kmsDataKeyReusePeriodSeconds: "queues are not encrypted",
    },
    compute({ inputs, generatedName }, { region, account, awsEndpoint }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const url = `${awsEndpoint}/${account}/${name}`;
      return { id: url, outputs: { name, url, arn: `arn:aws:sqs:${region}:${account}:${name}` } };
    },
  },
  {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    honours: ["queueUrl", "policy"],
    ignores: REGION,
    compute: computeOfQueue,
  },
  {
    type: "aws:sqs/redrivePolicy:RedrivePolicy",
    honours: ["queueUrl", "redrivePolicy"],
    ignores: REGION,
    compute: computeOfQueue,
  },
  {
    type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    honours: ["queueUrl", "redriveAllowPolicy"],
    ignores: REGION,
    compute: computeOfQueue,
  },
];
