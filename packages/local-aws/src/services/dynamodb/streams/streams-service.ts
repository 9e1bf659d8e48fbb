import type { Clock } from "../../../kernel/clock.ts";
import type { Need, Operation, Service } from "../../../kernel/service.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import { notFound, validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { streamsMembers } from "../members.ts";
import { positionOf, type StreamLog, sequenceNumber } from "./stream-log.ts";

type Input = Record<string, unknown>;

const MAX_RECORDS = 1000;
const MAX_STREAMS = 100;
// DynamoDB's iterators are good for fifteen minutes.
const ITERATOR_MS = 15 * 60 * 1000;

/** DynamoDB Streams: what the tables' streams hold, one shard each. */
export class DynamoDbStreams implements Service {
  readonly name = "dynamodbstreams";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = streamsMembers;
  readonly #engine: Engine;
  readonly #clock: Clock;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#clock = engine.clock;
    this.operations = {
      // Listing names no single stream; IAM checks it on *.
      ListStreams: {
        needs: () => [{ action: "dynamodb:ListStreams", resource: "*" }],
        run: (input) => this.#list(input),
      },
      DescribeStream: {
        needs: onStream("DescribeStream"),
        run: (input) => this.#describe(input),
      },
      GetShardIterator: {
        needs: onStream("GetShardIterator"),
        run: (input) => this.#iterator(input),
      },
      GetRecords: {
        needs: ({ ShardIterator }) => [
          { action: "dynamodb:GetRecords", resource: splitIterator(ShardIterator).arn },
        ],
        run: (input) => this.#records(input),
      },
    };
  }

  /** Calls back after each new record of a stream; returns a function that stops it. */
  onRecords(streamArn: string, wake: () => void): () => void {
    return this.#stream(streamArn).onRecords(wake);
  }

  #stream(arn: unknown): StreamLog {
    for (const stream of this.#engine.streams) if (stream.arn === arn) return stream;
    throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  }

  #list({ TableName, ExclusiveStartStreamArn: after, Limit }: Input): Input {
    const table = TableName == null ? undefined : this.#engine.tables.nameIn(TableName);
    const all = this.#engine.streams.filter((stream) => !table || stream.table === table);
    const start = after == null ? 0 : all.findIndex(({ arn }) => arn === after) + 1;
    const streams = all.slice(start, start + Number(Limit ?? MAX_STREAMS));
    const isCut = start + streams.length < all.length;
    return {
      Streams: streams.map(({ arn, table: name, label }) => ({
        StreamArn: arn,
        TableName: name,
        StreamLabel: label,
      })),
      ...(isCut && { LastEvaluatedStreamArn: streams.at(-1)?.arn }),
    };
  }

  #describe({ StreamArn, ExclusiveStartShardId: after }: Input): Input {
    const stream = this.#stream(StreamArn);
    const { arn, label, table, view, keyNames, shardId, enabled } = stream;
    const range = {
      StartingSequenceNumber: sequenceNumber(0),
      ...(!enabled && { EndingSequenceNumber: sequenceNumber(Math.max(0, stream.end - 1)) }),
    };
    const shards = [{ ShardId: shardId, SequenceNumberRange: range }];
    return {
      StreamDescription: {
        StreamArn: arn,
        StreamLabel: label,
        StreamStatus: enabled ? "ENABLED" : "DISABLED",
        StreamViewType: view,
        CreationRequestDateTime: stream.createdAt / 1000,
        TableName: table,
        KeySchema: keyNames.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
        // There is one shard; after it come none.
        Shards: after == null ? shards : [],
      },
    };
  }

  #iterator(input: Input): Input {
    const { StreamArn, ShardId, ShardIteratorType, SequenceNumber } = input;
    const stream = this.#stream(StreamArn);
    if (ShardId !== stream.shardId) {
      throw notFound(`Requested resource not found: Shard ${ShardId} does not exist`);
    }
    const position = this.#position(stream, String(ShardIteratorType), SequenceNumber);
    return { ShardIterator: this.#iteratorAt(stream.arn, position) };
  }

  #position(stream: StreamLog, type: string, number: unknown): number {
    if (type === "LATEST") return stream.end;
    if (type === "TRIM_HORIZON") return stream.start;
    if (type !== "AT_SEQUENCE_NUMBER" && type !== "AFTER_SEQUENCE_NUMBER") {
      throw validationError(
        `1 validation error detected: Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`,
      );
    }
    if (typeof number !== "string" || !/^\d{21,40}$/.test(number)) {
      throw validationError(
        `Invalid SequenceNumber: ${type} needs the number of a record, not ${number}`,
      );
    }
    const position = positionOf(number) + (type === "AFTER_SEQUENCE_NUMBER" ? 1 : 0);
    if (position < stream.start) {
      throw new ServiceError(
        "TrimmedDataAccessException",
        `The record ${number} is older than 24 hours and is gone`,
      );
    }
    return Math.min(position, stream.end);
  }

  #records({ ShardIterator, Limit }: Input): Input {
    const { arn, position, until } = splitIterator(ShardIterator);
    const stream = this.#stream(arn);
    if (this.#clock.now() >= until) {
      throw new ServiceError(
        "ExpiredIteratorException",
        "Iterator expired. The iterator was created more than 15 minutes ago",
      );
    }
    if (position < stream.start) {
      throw new ServiceError(
        "TrimmedDataAccessException",
        "The records at this position are older than 24 hours and are gone",
      );
    }
    const limit = Limit == null ? MAX_RECORDS : Number(Limit);
    if (!(limit >= 1 && limit <= MAX_RECORDS)) {
      throw validationError(
        `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? "greater than or equal to 1" : `less than or equal to ${MAX_RECORDS}`}`,
      );
    }
    const { records, next } = stream.page(position, limit);
    const isClosed = !stream.enabled && next >= stream.end;
    return {
      Records: records,
      ...(!isClosed && { NextShardIterator: this.#iteratorAt(arn, next) }),
    };
  }

  #iteratorAt(arn: string, position: number): string {
    return `${arn}|${position}|${this.#clock.now() + ITERATOR_MS}`;
  }
}

function onStream(action: string): (input: Input) => Need[] {
  return ({ StreamArn }) => [{ action: `dynamodb:${action}`, resource: String(StreamArn ?? "") }];
}

function splitIterator(iterator: unknown): { arn: string; position: number; until: number } {
  const [arn, position, until, ...rest] = String(iterator ?? "").split("|");
  const isWhole = /^\d+$/.test(position ?? "") && /^\d+$/.test(until ?? "");
  if (!arn || !isWhole || rest.length > 0) throw validationError("Invalid ShardIterator");
  return { arn, position: Number(position), until: Number(until) };
}
