import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { emitEventsMetrics } from "./metrics.ts";
import { EventsProvisioner } from "./provision.ts";
import { EventBridge } from "./service.ts";

/** Starts EventBridge. */
export function start({ kernel }: ServiceContext): RunningService<EventBridge> {
  const events = new EventBridge(kernel);
  const buses = new EventsProvisioner(kernel, events.buses);
  return {
    api: events,
    endpoints: [events],
    provision: {
      "aws:cloudwatch/eventBus:EventBus": (it) => buses.provisionEventBus(it),
      "aws:cloudwatch/eventBusPolicy:EventBusPolicy": (it) => buses.provisionEventBusPolicy(it),
      "aws:cloudwatch/eventRule:EventRule": (it) => buses.provisionEventRule(it),
      "aws:cloudwatch/eventTarget:EventTarget": (it) => buses.provisionEventTarget(it),
    },
    provisioned: () => events.resume(),
    emitMetrics: (sink) => emitEventsMetrics(events, sink),
    stop: () => events.stop(),
  };
}
