import { type EventPattern, parsePattern } from "../../grammar/event-pattern/pattern.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";

/** An event source mapping as the program declares it, with Lambda's defaults. */
export interface MappingSettings {
  id: string;
  /** Logical name. */
  name: string;
  sourceArn: string;
  definition: FunctionDefinition;
  enabled: boolean;
  batchSize: number;
  windowSeconds: number;
  reportsFailures: boolean;
  /** A record is delivered when one of them fits; all are where there is none. */
  filters: EventPattern[];
  /** The filters as the program wrote them. */
  filterTexts: string[];
  /** Maximum number of concurrent invocations, for queues. */
  maximumConcurrency: number;
  /** What the program says of that. */
  scalingConcurrency: number | undefined;
  startingPosition: "LATEST" | "TRIM_HORIZON";
  bisect: boolean;
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
  parallelizationFactor: number;
  onFailureArn?: string;
  /** In milliseconds since 1970. */
  createdAt: number;
}

interface MappingInputs {
  eventSourceArn: string;
  enabled?: boolean;
  batchSize?: number;
  maximumBatchingWindowInSeconds?: number;
  functionResponseTypes?: string[];
  filterCriteria?: { filters?: { pattern: string }[] };
  scalingConfig?: { maximumConcurrency?: number };
  startingPosition?: string;
  bisectBatchOnFunctionError?: boolean;
  maximumRetryAttempts?: number;
  maximumRecordAgeInSeconds?: number;
  parallelizationFactor?: number;
  destinationConfig?: { onFailure?: { destinationArn?: string } };
}

const QUEUE_BATCH = 10;
const STREAM_BATCH = 100;
// Lambda starts with five pollers for a queue, and goes further under load.
const QUEUE_POLLERS = 5;

/**
 * Reads a mapping from its recorded inputs.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse it, or this runtime does.
 */
export function mappingSettings(
  resource: RecordedResource,
  definition: FunctionDefinition,
  createdAt: number,
): MappingSettings {
  const inputs = resource.inputs as unknown as MappingInputs;
  const fail = (why: string): never => {
    throw new Error(`${resource.name}: ${why}`);
  };
  const { eventSourceArn: sourceArn } = inputs;
  const isQueue = sourceArn.startsWith("arn:aws:sqs:");
  if (!isQueue && !/^arn:aws:dynamodb:.*\/stream\//.test(sourceArn)) {
    fail(`event source ${sourceArn} is not supported; use a queue or a table's stream`);
  }
  const { startingPosition, bisectBatchOnFunctionError: bisect = false } = inputs;
  if (!isQueue && startingPosition !== "LATEST" && startingPosition !== "TRIM_HORIZON") {
    fail(`startingPosition ${startingPosition} must be LATEST or TRIM_HORIZON`);
  }
  const { batchSize = isQueue ? QUEUE_BATCH : STREAM_BATCH } = inputs;
  const { maximumBatchingWindowInSeconds: windowSeconds = 0 } = inputs;
  if (batchSize < 1 || batchSize > 10_000) fail(`batchSize ${batchSize} must be from 1 to 10000`);
  if (isQueue && batchSize > QUEUE_BATCH && windowSeconds < 1) {
    fail(
      `batchSize ${batchSize} is more than ${QUEUE_BATCH}, so maximumBatchingWindowInSeconds must be at least 1`,
    );
  }
  if (windowSeconds < 0 || windowSeconds > 300) {
    fail(`maximumBatchingWindowInSeconds ${windowSeconds} must be from 0 to 300`);
  }
  const { maximumConcurrency = QUEUE_POLLERS } = inputs.scalingConfig ?? {};
  if (maximumConcurrency < 2 || maximumConcurrency > 1000) {
    fail(`maximumConcurrency ${maximumConcurrency} must be from 2 to 1000`);
  }
  const onFailureArn = inputs.destinationConfig?.onFailure?.destinationArn;
  if (isQueue && (onFailureArn || bisect)) {
    fail(
      "destinationConfig and bisectBatchOnFunctionError are for streams; a queue has its redrive policy",
    );
  }
  const filterTexts = (inputs.filterCriteria?.filters ?? []).map(({ pattern }) => pattern);
  const types = inputs.functionResponseTypes ?? [];
  return {
    id: resource.id,
    name: resource.name,
    sourceArn,
    definition,
    enabled: inputs.enabled !== false,
    batchSize,
    windowSeconds,
    reportsFailures: types.includes("ReportBatchItemFailures"),
    filters: filterTexts.map((text) => readFilter(text, fail)),
    filterTexts,
    maximumConcurrency,
    scalingConcurrency: inputs.scalingConfig?.maximumConcurrency,
    startingPosition: startingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON",
    bisect,
    maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
    maximumRecordAgeSeconds: inputs.maximumRecordAgeInSeconds ?? -1,
    parallelizationFactor: inputs.parallelizationFactor ?? 1,
    ...(onFailureArn && { onFailureArn }),
    createdAt,
  };
}

function readFilter(text: string, fail: (why: string) => never): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return fail(`Invalid filter pattern definition. ${error.message}`);
  }
}
