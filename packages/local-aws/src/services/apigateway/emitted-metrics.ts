import { METRICS_PAGE } from "../../gateway/gateway-metrics.ts";
import {
  type EmittedNamespace,
  emittedByAws,
  emittedHere,
} from "../../kernel/metrics/emitted-metric.ts";

const REST_API = [["ApiName"], ["ApiName", "Stage"], ["ApiName", "Method", "Resource", "Stage"]];

/** What AWS emits as `AWS/ApiGateway` of REST APIs. */
export const restApiMetrics: EmittedNamespace = {
  page: METRICS_PAGE,
  metrics: {
    ...emittedHere("Count", REST_API, ["Count", "4XXError", "5XXError"]),
    ...emittedHere("Milliseconds", REST_API, ["Latency", "IntegrationLatency"]),
    ...emittedByAws("Count", REST_API, ["CacheHitCount", "CacheMissCount"]),
  },
};
