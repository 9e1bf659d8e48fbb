import type { Kernel } from "../../kernel/kernel.ts";
import type { MetricSink } from "../../kernel/metrics/namespace-recorder.ts";
import type { Services } from "../../runtime/services.ts";
import { emitGatewayMetrics } from "../apigateway/metrics.ts";
import { emitDynamoDbMetrics } from "../dynamodb/metrics.ts";
import { emitEventsMetrics } from "../eventbridge/metrics.ts";
import { emitLambdaMetrics } from "../lambda/metrics.ts";
import { emitPipesMetrics } from "../pipes/metrics.ts";
import { emitSnsMetrics } from "../sns/metrics.ts";
import { emitSqsMetrics } from "../sqs/metrics.ts";
import { emitStatesMetrics } from "../step-functions/metrics.ts";

/** The services that emit metrics. */
export type MeasuredServices = Pick<
  Services,
  | "lambda"
  | "eventSources"
  | "sqs"
  | "states"
  | "restApis"
  | "httpApis"
  | "dynamodb"
  | "events"
  | "pipes"
  | "sns"
>;

/** What the metrics of all services are made from. */
export interface ServiceMetricsParts {
  kernel: Pick<Kernel, "account" | "clock">;
  services: MeasuredServices;
  metrics: MetricSink;
}

/**
 * Emits the metrics that AWS's services emit by themselves, under the same names and dimensions and in the same
 * units; the answer ends it, timers included.
 */
export function emitServiceMetrics({ kernel, services, metrics }: ServiceMetricsParts): () => void {
  const { account, clock } = kernel;
  const { lambda, eventSources, sqs, restApis, httpApis, pipes } = services;
  const stops = [
    emitLambdaMetrics({ clock, lambda, eventSources, metrics }),
    emitSqsMetrics({ clock, sqs, metrics }),
    emitStatesMetrics(services.states, metrics),
    emitGatewayMetrics({ restApis, httpApis, metrics }),
    emitDynamoDbMetrics(services.dynamodb, metrics),
    emitEventsMetrics(services.events, metrics),
    emitPipesMetrics({ account, pipes, metrics }),
    emitSnsMetrics(services.sns, metrics),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
