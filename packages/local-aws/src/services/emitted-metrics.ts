import type { EmittedMetric, EmittedNamespace } from "../kernel/metrics/emitted-metric.ts";
import type { ServiceDefinition } from "../program/service-definition.ts";
import { serviceDefinitions } from "./list.ts";

/** Everything that AWS emits in the namespaces of the services that the local runtime has, as far as an alarm may want it. */
export const emittedMetrics: Readonly<Record<string, EmittedNamespace>> = collect(
  Object.values(serviceDefinitions),
);

function collect(definitions: readonly ServiceDefinition[]): Record<string, EmittedNamespace> {
  const namespaces: Record<string, EmittedNamespace> = {};
  for (const { emittedMetrics = {} } of definitions) {
    for (const [name, namespace] of Object.entries(emittedMetrics)) {
      const known = namespaces[name];
      namespaces[name] = known ? { ...known, metrics: merge(known, namespace) } : namespace;
    }
  }
  return namespaces;
}

/** Two services may emit the same metric with other dimensions, as both kinds of API do. */
function merge(one: EmittedNamespace, other: EmittedNamespace): Record<string, EmittedMetric> {
  const metrics = { ...one.metrics };
  for (const [name, metric] of Object.entries(other.metrics)) {
    const { dimensions = [] } = metrics[name] ?? {};
    metrics[name] = { ...metric, dimensions: [...dimensions, ...metric.dimensions] };
  }
  return metrics;
}
