import { recorded } from "../../support/conformance.ts";

/** What a program declares, and the mapping as ListEventSourceMappings shows it. */
export interface DescribedMapping {
  what: string;
  source: string;
  inputs: Record<string, unknown>;
  shows: Record<string, unknown>;
}

const REGION = "eu-central-1:000000000000";
const QUEUE = `arn:aws:sqs:${REGION}:orders`;
const STREAM = `arn:aws:dynamodb:${REGION}:table/orders/stream/2026-01-01T00:00:00.000`;
const DEAD = `arn:aws:sqs:${REGION}:dead`;
const COMMON = {
  UUID: "id-1",
  FunctionArn: `arn:aws:lambda:${REGION}:function:fn`,
  EventSourceMappingArn: `arn:aws:lambda:${REGION}:event-source-mapping:id-1`,
  LastModified: 1_700_000_000,
  MaximumBatchingWindowInSeconds: 0,
  State: "Enabled",
  FunctionResponseTypes: [],
};
const OF_QUEUE = { ...COMMON, EventSourceArn: QUEUE, StateTransitionReason: "USER_INITIATED" };
const OF_STREAM = {
  ...COMMON,
  EventSourceArn: STREAM,
  StateTransitionReason: "User action",
  StartingPosition: "TRIM_HORIZON",
  BisectBatchOnFunctionError: false,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  ParallelizationFactor: 1,
  TumblingWindowInSeconds: 0,
  DestinationConfig: { OnFailure: {} },
};
const PATTERN = '{ "body": {"kind": ["a"]} }';

/** Members of mappings: what was set, and Lambda's defaults. */
export const DESCRIBED_MAPPINGS: DescribedMapping[] = [
  {
    what: "a queue's mapping has ten messages a batch, and no word of what streams have",
    source: recorded("test_lambda_integration_sqs.py, test_sqs_event_source_mapping"),
    inputs: { eventSourceArn: QUEUE },
    shows: { ...OF_QUEUE, BatchSize: 10 },
  },
  {
    what: "a queue's settings, and its filter as it was written",
    source: recorded("test_lambda_integration_sqs.py, test_sqs_event_filter"),
    inputs: {
      eventSourceArn: QUEUE,
      batchSize: 50,
      maximumBatchingWindowInSeconds: 1,
      enabled: false,
      functionResponseTypes: ["ReportBatchItemFailures"],
      filterCriteria: { filters: [{ pattern: PATTERN }] },
      scalingConfig: { maximumConcurrency: 3 },
    },
    shows: {
      ...OF_QUEUE,
      BatchSize: 50,
      MaximumBatchingWindowInSeconds: 1,
      State: "Disabled",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      FilterCriteria: { Filters: [{ Pattern: PATTERN }] },
      ScalingConfig: { MaximumConcurrency: 3 },
    },
  },
  {
    what: "a stream's mapping has a hundred records a batch, and tries for as long as there are records",
    source: recorded("test_lambda_integration_dynamodbstreams.py, test_enabled_and_disabled"),
    inputs: { eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON" },
    shows: { ...OF_STREAM, BatchSize: 100 },
  },
  {
    what: "a stream's settings, with where failed batches go",
    source: recorded("test_dynamodb_event_source_mapping_with_on_failure_destination_config"),
    inputs: {
      eventSourceArn: STREAM,
      startingPosition: "LATEST",
      batchSize: 1,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      maximumRecordAgeInSeconds: 60,
      parallelizationFactor: 2,
      destinationConfig: { onFailure: { destinationArn: DEAD } },
    },
    shows: {
      ...OF_STREAM,
      BatchSize: 1,
      StartingPosition: "LATEST",
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      MaximumRecordAgeInSeconds: 60,
      ParallelizationFactor: 2,
      DestinationConfig: { OnFailure: { Destination: DEAD } },
    },
  },
];
