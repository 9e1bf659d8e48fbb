import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { DynamoDbStreams } from "../../src/services/dynamodb/streams/streams-service.ts";
import type { Store } from "../../src/store/store.ts";
import type { Bisect } from "../../src/streams/stream-outcome.ts";
import { StreamReader } from "../../src/streams/stream-reader.ts";
import type { StreamRecord } from "../../src/streams/stream-record.ts";
import { type DataFolders, dataFolders } from "../support/data-folder.ts";
import { STREAMED_TABLE, TABLE } from "../support/streamed-table.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("a stream's reader that is killed");

const YOU = { kind: "administrator" } as const;
const STEP_MS = 300;
const ITEMS = ["a", "b", "c", "poison", "e", "f", "g", "h"];

interface Settings {
  bisect: Bisect;
  parallelizationFactor: number;
}

const idOf = ({ dynamodb }: StreamRecord) => (dynamodb.Keys as { id: { S: string } }).id.S;

/** A process that reads a table's stream and writes down what is delivered and given up, and when. */
async function start(store: Store, at: number | undefined, settings: Settings, heard: string[]) {
  const { kernel, clock } = testKernel({ store, ...(at !== undefined && { at }) });
  const dynamodb = new DynamoDb(kernel);
  const streams = new DynamoDbStreams(dynamodb.engine);
  kernel.dispatcher.register(dynamodb, streams);
  await dynamodb.provisionTable(STREAMED_TABLE);
  const reader = new StreamReader(
    kernel,
    (arn, wake) => streams.onRecords(arn, wake),
    {
      name: "reader",
      streamArn: `${TABLE}/stream/s`,
      caller: YOU,
      startingPosition: "TRIM_HORIZON",
      parallelizationFactor: settings.parallelizationFactor,
      batchSize: 8,
      maximumBatchingWindowInSeconds: 0,
      policy: {
        maximumRetryAttempts: 3,
        maximumRecordAgeInSeconds: -1,
        bisect: settings.bisect,
      },
    },
    {
      accepts: () => true,
      deliver: async (records) => {
        const ids = records.map(idOf);
        heard.push(`${clock.now()} deliver ${ids}`);
        return ids.includes("poison") ? { kind: "failed", reason: "no" } : { kind: "succeeded" };
      },
      discard: async ({ records, retries, condition }) => {
        heard.push(`${clock.now()} ${condition} after ${retries}: ${records.map(idOf)}`);
      },
      retrying: () => {},
    },
    {
      onReadFailure: (error) => {
        throw error;
      },
    },
  );
  await reader.start();
  const put = async (...ids: string[]) => {
    const puts = ids.map((id) => ({ PutRequest: { Item: { id: { S: id } } } }));
    const input = { RequestItems: { "t-1": puts } };
    await kernel.dispatcher.call("dynamodb", "BatchWriteItem", input, YOU);
  };
  return { clock, reader, put };
}

/** What is heard in twenty seconds, killed every so often. */
async function heardWith(settings: Settings, isKilled: boolean): Promise<string[]> {
  const data: DataFolders = dataFolders();
  const heard: string[] = [];
  let process = await start(data.store, undefined, settings, heard);
  const began = process.clock.now();
  await process.put(...ITEMS);
  while (process.clock.now() - began < 20_000) {
    await process.clock.advance(STEP_MS);
    if (!isKilled) continue;
    const at = process.clock.now();
    process.reader.stop();
    process = await start(await data.killAndOpen(), at, settings, heard);
  }
  await process.put("later");
  await process.clock.settle();
  process.reader.stop();
  data.remove();
  return heard;
}

for (const settings of [
  { bisect: "off", parallelizationFactor: 1 },
  { bisect: "all-failures", parallelizationFactor: 1 },
  { bisect: "failed-batches", parallelizationFactor: 1 },
] as const) {
  test(`every 300 ms delivers, retries and gives up as one that is not, bisect ${settings.bisect}`, async () => {
    const wanted = await heardWith(settings, false);
    assert.ok(wanted.some((line) => line.includes("RetryAttemptsExhausted after 3")));
    assert.ok(wanted.at(-1)?.endsWith("deliver later"));
    assert.equal(await heardWith(settings, true), wanted);
  });
}

test("delivers what other lanes had done once more at most, and retries no more often", async () => {
  const settings = { bisect: "all-failures", parallelizationFactor: 3 } as const;
  const wanted = await heardWith(settings, false);
  const found = await heardWith(settings, true);
  const ofPoison = (lines: string[]) => lines.filter((line) => line.includes("poison"));
  assert.equal(ofPoison(found), ofPoison(wanted));
});

test.run();
