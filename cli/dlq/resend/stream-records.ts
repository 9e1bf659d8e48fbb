import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as SdkRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { StreamBatch } from "../diagnosis.ts";

/** A record as Lambda hands it to a function. */
export type LambdaRecord = Record<string, unknown> & { dynamodb: Record<string, unknown> };

const GONE = ["TrimmedDataAccessException", "ResourceNotFoundException"];
// An open shard may return empty pages before its records.
const MAX_EMPTY_PAGES = 20;

/** Reads a batch's records from their stream once more; undefined when the stream no longer has them all. */
export async function readRecordsAgain(
  streams: DynamoDBStreamsClient,
  batch: StreamBatch,
): Promise<LambdaRecord[] | undefined> {
  try {
    const records = await readRange(streams, batch);
    const [first] = records;
    // Reading at a trimmed position may continue at the next record.
    if (first?.dynamodb?.SequenceNumber !== batch.startSequenceNumber) return undefined;
    return records.map((record) => lambdaRecord(record, batch.streamArn));
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return undefined;
    throw error;
  }
}

async function readRange(streams: DynamoDBStreamsClient, batch: StreamBatch): Promise<SdkRecord[]> {
  const { streamArn: StreamArn, shardId: ShardId, startSequenceNumber } = batch;
  const end = BigInt(batch.endSequenceNumber);
  const { ShardIterator: first } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      SequenceNumber: startSequenceNumber,
    }),
  );
  const found: SdkRecord[] = [];
  let iterator = first;
  for (let empty = 0; iterator !== undefined && empty < MAX_EMPTY_PAGES; ) {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
    const records = page.Records ?? [];
    if (records.length === 0) empty++;
    for (const record of records) {
      const place = BigInt(record.dynamodb?.SequenceNumber ?? 0);
      if (place <= end) found.push(record);
      if (place >= end) return found;
    }
    iterator = page.NextShardIterator;
  }
  throw new Error(`shard ${ShardId} ended before record ${batch.endSequenceNumber}`);
}

function lambdaRecord(record: SdkRecord, streamArn: string): LambdaRecord {
  const { dynamodb = {}, userIdentity, ...rest } = record;
  const { ApproximateCreationDateTime: created, ...change } = dynamodb;
  const json: LambdaRecord = {
    ...rest,
    dynamodb: {
      ...(created && { ApproximateCreationDateTime: created.getTime() / 1000 }),
      ...change,
    },
    // The API writes these names with capitals, Lambda without.
    ...(userIdentity && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    eventSourceARN: streamArn,
  };
  return inBase64(json) as LambdaRecord;
}

/** The same value with binary data as base64 text. */
function inBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(inBase64);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inBase64(inner)]));
}
