import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { kms } from "../kms/definition.ts";
import { emitSnsMetrics } from "./metrics.ts";
import { SnsProvisioner } from "./provision.ts";
import { Sns } from "./service.ts";

/** Starts SNS. It is after Lambda, since functions subscribe to topics. */
export function start({ kernel, mailbox, awsEndpoint, use }: ServiceContext): RunningService<Sns> {
  const sns = new Sns(kernel, mailbox, { awsEndpoint });
  const topics = new SnsProvisioner(kernel, sns, use(kms));
  return {
    api: sns,
    endpoints: [sns],
    provision: {
      "aws:sns/topic:Topic": (it) => topics.provisionTopic(it),
      "aws:sns/topicPolicy:TopicPolicy": (it) => topics.provisionTopicPolicy(it),
      "aws:sns/topicSubscription:TopicSubscription": (it) => topics.provisionTopicSubscription(it),
    },
    provisioned: () => sns.resume(),
    emitMetrics: (sink) => emitSnsMetrics(sns, sink),
  };
}
