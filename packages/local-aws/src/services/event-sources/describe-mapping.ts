import type { Kernel } from "../../kernel/kernel.ts";
import type { EventSourceMapping } from "./list-mappings.ts";
import type { MappingSettings } from "./mapping-settings.ts";

/** A mapping as Lambda describes it; a queue's has no word of what only streams have. */
export function describeMapping(
  settings: MappingSettings,
  { account, region }: Pick<Kernel, "account" | "region">,
): EventSourceMapping & Record<string, unknown> {
  const { id, sourceArn, definition, filterTexts, onFailureArn } = settings;
  const isQueue = sourceArn.startsWith("arn:aws:sqs:");
  const common = {
    UUID: id,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    EventSourceArn: sourceArn,
    FunctionArn: definition.arn,
    LastModified: settings.createdAt / 1000,
    State: settings.enabled ? "Enabled" : "Disabled",
    StateTransitionReason: isQueue ? "USER_INITIATED" : "User action",
    FunctionResponseTypes: settings.reportsFailures ? ["ReportBatchItemFailures"] : [],
    EventSourceMappingArn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${id}`,
    ...(filterTexts.length > 0 && {
      FilterCriteria: { Filters: filterTexts.map((Pattern) => ({ Pattern })) },
    }),
  };
  if (isQueue) {
    const { scalingConcurrency } = settings;
    return {
      ...common,
      ...(scalingConcurrency && { ScalingConfig: { MaximumConcurrency: scalingConcurrency } }),
    };
  }
  return {
    ...common,
    StartingPosition: settings.startingPosition,
    BisectBatchOnFunctionError: settings.bisect,
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
    ParallelizationFactor: settings.parallelizationFactor,
    TumblingWindowInSeconds: 0,
    DestinationConfig: { OnFailure: onFailureArn ? { Destination: onFailureArn } : {} },
  };
}
