import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { HttpApis } from "../apigatewayv2/http-apis.ts";
import type { RestApis } from "./rest-apis.ts";

/** What the metrics of APIs are made from. */
export interface GatewayMetricsParts {
  restApis: RestApis;
  httpApis: HttpApis;
  metrics: MetricSink;
}

interface Answered {
  status: number;
  latencyMs: number;
  integrationLatencyMs?: number | undefined;
}

/** Emits `AWS/ApiGateway` of REST and HTTP APIs; the answer ends it. */
export function emitGatewayMetrics(parts: GatewayMetricsParts): () => void {
  const { restApis, httpApis, metrics } = parts;
  const recorder = new NamespaceRecorder("AWS/ApiGateway", metrics);
  const stopRest = restApis.onServed(({ id, name }, request) => {
    const { stageName: Stage, httpMethod: Method, resourcePath: Resource, detailed } = request;
    const ApiName = metricName(name) || id;
    const sets: Dimensions[] = [{ ApiName }, { ApiName, Stage }];
    if (detailed && Resource !== undefined) sets.push({ ApiName, Method, Resource, Stage });
    recordAnswer(recorder, sets, request, ["4XXError", "5XXError"]);
  });
  const stopHttp = httpApis.onServed((request) => {
    const { apiId: ApiId, stageName: Stage, routeKey = "", detailed, bytes } = request;
    const sets: Dimensions[] = [{ ApiId }, { ApiId, Stage }];
    const [Method = "", Resource] = routeKey.split(" ");
    if (detailed && Resource !== undefined) sets.push({ ApiId, Method, Resource, Stage });
    recordAnswer(recorder, sets, request, ["4xx", "5xx"]);
    recorder.record(sets, "DataProcessed", bytes, "Bytes");
  });
  return () => {
    stopRest();
    stopHttp();
  };
}

/** CloudWatch gets an API's name without what is not ASCII. */
function metricName(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "");
}

function recordAnswer(
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
