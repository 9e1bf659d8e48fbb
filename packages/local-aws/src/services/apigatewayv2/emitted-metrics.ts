import { METRICS_PAGE } from "../../gateway/gateway-metrics.ts";
import { type EmittedNamespace, emittedHere } from "../../kernel/metrics/emitted-metric.ts";

const HTTP_API = [["ApiId"], ["ApiId", "Stage"], ["ApiId", "Method", "Resource", "Stage"]];

/** What AWS emits as `AWS/ApiGateway` of HTTP APIs. */
export const httpApiMetrics: EmittedNamespace = {
  page: METRICS_PAGE,
  metrics: {
    ...emittedHere("Count", HTTP_API, ["Count", "4xx", "5xx"]),
    ...emittedHere("Milliseconds", HTTP_API, ["Latency", "IntegrationLatency"]),
    ...emittedHere("Bytes", HTTP_API, ["DataProcessed"]),
  },
};
