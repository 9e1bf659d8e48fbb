import type { StreamRecord } from "./stream-record.ts";

/** What a dead-letter message says about a batch: where it is in the stream, never its contents. */
export function batchInfo(records: readonly StreamRecord[], shardId: string, streamArn: string) {
  const [first] = records;
  const last = records.at(-1);
  return {
    shardId,
    startSequenceNumber: first?.dynamodb.SequenceNumber,
    endSequenceNumber: last?.dynamodb.SequenceNumber,
    approximateArrivalOfFirstRecord: arrival(first),
    approximateArrivalOfLastRecord: arrival(last),
    batchSize: records.length,
    streamArn,
  };
}

function arrival(record: StreamRecord | undefined): string | undefined {
  if (!record) return undefined;
  const ms = record.dynamodb.ApproximateCreationDateTime * 1000;
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
