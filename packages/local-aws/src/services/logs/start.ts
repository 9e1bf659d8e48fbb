import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { provisionQueryDefinition } from "./insights/provision.ts";
import { provisionLogGroup } from "./provision.ts";
import { Logs } from "./service.ts";

/** Starts CloudWatch Logs. */
export function start({ kernel }: ServiceContext): RunningService<Logs> {
  const logs = new Logs(kernel);
  return {
    api: logs,
    endpoints: [logs],
    provision: {
      "aws:cloudwatch/logGroup:LogGroup": (it) => provisionLogGroup(logs, it),
      "aws:cloudwatch/queryDefinition:QueryDefinition": (it) => provisionQueryDefinition(logs, it),
    },
  };
}
