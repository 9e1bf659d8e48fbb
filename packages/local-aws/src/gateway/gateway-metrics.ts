import type { Dimensions, NamespaceRecorder } from "../kernel/metrics/namespace-recorder.ts";

/** Where AWS documents the metrics of both kinds of API. */
export const METRICS_PAGE =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html and http-api-metrics.html";

/** One answered request. Times are in milliseconds. */
export interface Answered {
  status: number;
  latencyMs: number;
  integrationLatencyMs?: number | undefined;
}

/** Records what both kinds of API emit of a request; the kinds name their errors each in its own way. */
export function recordAnswer(
  recorder: NamespaceRecorder,
  sets: readonly Dimensions[],
  { status, latencyMs, integrationLatencyMs }: Answered,
  [clientErrors, serverErrors]: readonly [string, string],
): void {
  recorder.record(sets, "Count", 1);
  // Zeros make the average of errors their rate.
  recorder.record(sets, clientErrors, status >= 400 && status < 500 ? 1 : 0);
  recorder.record(sets, serverErrors, status >= 500 ? 1 : 0);
  recorder.record(sets, "Latency", latencyMs, "Milliseconds");
  if (integrationLatencyMs === undefined) return;
  recorder.record(sets, "IntegrationLatency", integrationLatencyMs, "Milliseconds");
}
