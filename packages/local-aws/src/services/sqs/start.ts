import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { emitSqsMetrics } from "./metrics.ts";
import { SqsProvisioner } from "./provision.ts";
import { Sqs } from "./service.ts";

/** Starts SQS. */
export function start({ kernel, awsEndpoint }: ServiceContext): RunningService<Sqs> {
  const sqs = new Sqs(kernel, { awsEndpoint });
  const queues = new SqsProvisioner(kernel, sqs);
  return {
    api: sqs,
    endpoints: [sqs],
    provision: {
      "aws:sqs/queue:Queue": (it) => queues.provisionQueue(it),
      "aws:sqs/redrivePolicy:RedrivePolicy": (it) => queues.provisionRedrivePolicy(it),
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": (it) =>
        queues.provisionRedriveAllowPolicy(it),
      "aws:sqs/queuePolicy:QueuePolicy": (it) => queues.provisionQueuePolicy(it),
    },
    provisioned: () => {
      queues.finish();
      sqs.resume();
    },
    emitMetrics: (sink) => emitSqsMetrics({ clock: kernel.clock, sqs, metrics: sink }),
    stop: () => sqs.stop(),
  };
}
