import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { dynamodb } from "../dynamodb/definition.ts";
import { lambda } from "../lambda/definition.ts";
import { sqs } from "../sqs/definition.ts";
import { EventSources } from "./event-sources.ts";
import { emitStreamMetrics } from "./metrics.ts";

/** Starts Lambda's event source mappings. */
export function start({ kernel, use }: ServiceContext): RunningService<EventSources> {
  const { streams } = use(dynamodb);
  const eventSources = new EventSources(kernel, {
    lambda: use(lambda),
    sqs: use(sqs),
    onRecords: (arn, wake) => streams.onRecords(arn, wake),
  });
  return {
    api: eventSources,
    endpoints: [eventSources],
    provision: {
      "aws:lambda/eventSourceMapping:EventSourceMapping": (it) => eventSources.provision(it),
    },
    emitMetrics: (sink) => emitStreamMetrics(eventSources, sink),
    stop: () => eventSources.stop(),
  };
}
