import { recordAnswer } from "../../gateway/gateway-metrics.ts";
import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { HttpApis } from "./http-apis.ts";

/** Emits `AWS/ApiGateway` of HTTP APIs; returns a function that stops it. */
export function emitHttpApiMetrics(httpApis: HttpApis, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/ApiGateway", metrics);
  return httpApis.onServed((request) => {
    const { apiId: ApiId, stageName: Stage, routeKey = "", detailed, bytes } = request;
    const sets: Dimensions[] = [{ ApiId }, { ApiId, Stage }];
    const [Method = "", Resource] = routeKey.split(" ");
    if (detailed && Resource !== undefined) sets.push({ ApiId, Method, Resource, Stage });
    recordAnswer(recorder, sets, request, ["4xx", "5xx"]);
    recorder.record(sets, "DataProcessed", bytes, "Bytes");
  });
}
