import type { Need, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { notFound, validationError } from "./dynamo-error.ts";
import type { Engine } from "./engine.ts";
import type { StreamLog } from "./stream-log.ts";

type Input = Record<string, unknown>;

const MOST_RECORDS = 1000;

/** DynamoDB Streams: what the tables' streams hold, one shard each. */
export class DynamoDbStreams implements Service {
  readonly name = "dynamodbstreams";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
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

  /** Calls back after each new record of a stream; the answer stops it. */
  onRecords(streamArn: string, wake: () => void): () => void {
    return this.#stream(streamArn).onRecords(wake);
  }

  #stream(arn: unknown): StreamLog {
    for (const stream of this.#engine.streams) if (stream.arn === arn) return stream;
    throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  }

  #list({ TableName }: Input): Input {
    const streams = [...this.#engine.streams].filter(
      ({ table }) => TableName === undefined || table === TableName,
    );
    return {
      Streams: streams.map(({ arn, table, label }) => ({
        StreamArn: arn,
        TableName: table,
        StreamLabel: label,
      })),
    };
  }

  #describe({ StreamArn }: Input): Input {
    const { arn, label, table, view, keyNames, shardId } = this.#stream(StreamArn);
    return {
      StreamDescription: {
        StreamArn: arn,
        StreamLabel: label,
        StreamStatus: "ENABLED",
        StreamViewType: view,
        TableName: table,
        KeySchema: keyNames.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
        Shards: [
          {
            ShardId: shardId,
            SequenceNumberRange: { StartingSequenceNumber: "100000000000000000000" },
          },
        ],
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
    return { ShardIterator: `${stream.arn}|${position}` };
  }

  #position(stream: StreamLog, type: string, sequenceNumber: unknown): number {
    if (type === "LATEST") return stream.end;
    if (type === "TRIM_HORIZON") return stream.start;
    if (typeof sequenceNumber !== "string" || !/^\d+$/.test(sequenceNumber)) {
      throw validationError(`${type} needs a SequenceNumber`);
    }
    if (type === "AT_SEQUENCE_NUMBER") return stream.positionOf(sequenceNumber);
    if (type === "AFTER_SEQUENCE_NUMBER") {
      return stream.positionOf(String(BigInt(sequenceNumber) + 1n));
    }
    throw validationError(`ShardIteratorType ${type} does not exist`);
  }

  #records({ ShardIterator, Limit }: Input): Input {
    const { arn, position } = splitIterator(ShardIterator);
    const stream = this.#stream(arn);
    if (position < stream.start) {
      throw new ServiceError(
        "TrimmedDataAccessException",
        "The records at this position are older than 24 hours and are gone",
      );
    }
    const limit = Limit === undefined ? MOST_RECORDS : Number(Limit);
    if (!(limit >= 1 && limit <= MOST_RECORDS)) {
      throw validationError(`Limit ${Limit} must be from 1 to ${MOST_RECORDS}`);
    }
    const Records = stream.read(position, limit);
    return { Records, NextShardIterator: `${arn}|${position + Records.length}` };
  }
}

function onStream(action: string): (input: Input) => Need[] {
  return ({ StreamArn }) => [{ action: `dynamodb:${action}`, resource: String(StreamArn ?? "") }];
}

function splitIterator(iterator: unknown): { arn: string; position: number } {
  const text = String(iterator ?? "");
  const at = text.lastIndexOf("|");
  const position = Number(text.slice(at + 1));
  if (at < 0 || !Number.isInteger(position)) {
    throw validationError("Invalid ShardIterator");
  }
  return { arn: text.slice(0, at), position };
}
