import { recordAnswer } from "../../gateway/gateway-metrics.ts";
import {
  type Dimensions,
  type MetricSink,
  NamespaceRecorder,
} from "../../kernel/metrics/namespace-recorder.ts";
import type { RestApis } from "./rest-apis.ts";

/** Emits `AWS/ApiGateway` of REST APIs; returns a function that stops it. */
export function emitRestApiMetrics(restApis: RestApis, metrics: MetricSink): () => void {
  const recorder = new NamespaceRecorder("AWS/ApiGateway", metrics);
  return restApis.onServed(({ id, name }, request) => {
    const { stageName: Stage, httpMethod: Method, resourcePath: Resource, detailed } = request;
    const ApiName = metricName(name) || id;
    const sets: Dimensions[] = [{ ApiName }, { ApiName, Stage }];
    if (detailed && Resource !== undefined) sets.push({ ApiName, Method, Resource, Stage });
    recordAnswer(recorder, sets, request, ["4XXError", "5XXError"]);
  });
}

/** In CloudWatch, an API's name has no characters beyond ASCII. */
function metricName(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "");
}
