import type { Clock } from "../../src/kernel/clock.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";

export const STREAM =
  "arn:aws:dynamodb:eu-central-1:000000000000:table/t/stream/2026-01-01T00:00:00.000";

export const SHARD = "shardId-00000000000000000000-00000000";

/** The sequence number of the record that was written as the n-th. */
export function sequenceNumber(n: number): string {
  return String(n).padStart(21, "0");
}

/** A stream of one shard that a test writes to; an iterator is a place in it. */
export function scriptedStream(clock: Clock) {
  const records: object[] = [];
  const readers = new Set<() => void>();
  let oldestIterator = 0;
  let iterators = 0;
  const iterator = (place: number) => `${iterators++}@${place}`;
  const need = (action: string) => () => [{ action: `dynamodb:${action}`, resource: STREAM }];
  const service = new ScriptedService("dynamodbstreams", {
    DescribeStream: {
      needs: need("DescribeStream"),
      run: () => ({
        StreamDescription: { Shards: [{ ShardId: SHARD, SequenceNumberRange: {} }] },
      }),
    },
    GetShardIterator: {
      needs: need("GetShardIterator"),
      run: ({ ShardIteratorType: type, SequenceNumber }) => {
        if (type === "LATEST") return { ShardIterator: iterator(records.length) };
        const place = type === "AFTER_SEQUENCE_NUMBER" ? Number(SequenceNumber) : 0;
        return { ShardIterator: iterator(place) };
      },
    },
    GetRecords: {
      needs: need("GetRecords"),
      run: ({ ShardIterator, Limit }) => {
        const [number, place] = String(ShardIterator).split("@").map(Number);
        if (number === undefined || place === undefined || number < oldestIterator) {
          throw new ServiceError("ExpiredIteratorException", "Iterator expired");
        }
        const Records = records.slice(place, place + Number(Limit));
        return { Records, NextShardIterator: iterator(place + Records.length) };
      },
    },
  });
  return {
    service,
    /** Writes one record per id and wakes the readers once. Sequence numbers count from 1. */
    write(...ids: string[]) {
      for (const id of ids) {
        records.push({
          eventID: `e-${id}`,
          eventName: id.startsWith("gone") ? "REMOVE" : "INSERT",
          eventVersion: "1.1",
          eventSource: "aws:dynamodb",
          awsRegion: "eu-central-1",
          dynamodb: {
            ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
            Keys: { id: { S: id } },
            NewImage: { id: { S: id } },
            SequenceNumber: sequenceNumber(records.length + 1),
            SizeBytes: 10,
            StreamViewType: "NEW_AND_OLD_IMAGES",
          },
        });
      }
      for (const wake of readers) wake();
    },
    /** Makes all iterators that were handed out expire. */
    expireIterators() {
      oldestIterator = iterators;
    },
    onRecords(streamArn: string, callback: () => void) {
      if (streamArn !== STREAM) throw new Error(`no stream ${streamArn}`);
      readers.add(callback);
      return () => readers.delete(callback);
    },
    get readers() {
      return readers.size;
    },
  };
}
