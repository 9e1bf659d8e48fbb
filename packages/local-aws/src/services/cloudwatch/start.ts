import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { logs } from "../logs/definition.ts";
import { recordEmf } from "./emf.ts";
import { CloudWatchProvisioner } from "./provision.ts";
import { CloudWatch } from "./service.ts";

const FUNCTION_LOGS = "/aws/lambda/";

/** Starts CloudWatch, which keeps what every service emits and what functions log in the embedded metric format. */
export function start({ kernel, use }: ServiceContext): RunningService<CloudWatch> {
  const cloudwatch = new CloudWatch(kernel);
  const alarms = new CloudWatchProvisioner(cloudwatch);
  const stopMetrics = kernel.metrics.subscribe(cloudwatch.metrics);
  const stopLines = use(logs).onLine(({ group, message, timestamp }) => {
    if (group.startsWith(FUNCTION_LOGS)) recordEmf(cloudwatch.metrics, message, timestamp);
  });
  return {
    api: cloudwatch,
    endpoints: [cloudwatch],
    provision: {
      "aws:cloudwatch/metricAlarm:MetricAlarm": (it) => alarms.provisionMetricAlarm(it),
      "aws:cloudwatch/compositeAlarm:CompositeAlarm": (it) => alarms.provisionCompositeAlarm(it),
      "aws:cloudwatch/dashboard:Dashboard": (it) => alarms.provisionDashboard(it),
    },
    provisioned: () => alarms.finish(),
    stop: () => {
      stopMetrics();
      stopLines();
      cloudwatch.stop();
    },
  };
}
