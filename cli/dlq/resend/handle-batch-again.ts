import { type LambdaClient, paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import { matches, parsePattern } from "local-aws/event-pattern";
import type { Clients } from "../clients.ts";
import type { StreamBatch } from "../diagnosis.ts";
import { invoke } from "./invoke.ts";
import { failed, left, type Outcome, REDRIVEN } from "./outcome.ts";
import { type LambdaRecord, readRecordsAgain } from "./stream-records.ts";

/** Invokes a function again with the records of a stream that it failed on, as its mapping did. */
export async function handleBatchAgain(
  { streams, lambda }: Pick<Clients, "streams" | "lambda">,
  functionArn: string,
  batch: StreamBatch,
): Promise<Outcome> {
  const all = await readRecordsAgain(streams, batch);
  if (!all) {
    return left(
      "the stream keeps records for 24 hours and no longer has these; npm run reconcile mends orders, then remove this one with drop",
    );
  }
  const accepts = await filterOf(lambda, functionArn, batch.streamArn);
  const Records = all.filter(accepts);
  if (Records.length === 0) return left("the mapping's filter no longer passes its records");
  const { answer, error } = await invoke(lambda, functionArn, JSON.stringify({ Records }));
  if (error !== undefined) return failed(error);
  const { batchItemFailures } = Object(answer);
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return REDRIVEN;
  return failed(`the function failed on ${batchItemFailures.length} of ${Records.length} records`);
}

/** Between two records of a batch there may be records that the mapping filtered out. */
async function filterOf(
  lambda: LambdaClient,
  FunctionName: string,
  EventSourceArn: string,
): Promise<(record: LambdaRecord) => boolean> {
  const texts: string[] = [];
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings(
    { client: lambda },
    { FunctionName, EventSourceArn },
  )) {
    for (const mapping of EventSourceMappings) {
      if (mapping.EventSourceArn !== EventSourceArn) continue;
      if (mapping.FunctionArn !== FunctionName) continue;
      texts.push(
        ...(mapping.FilterCriteria?.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []),
      );
    }
  }
  const patterns = texts.map(parsePattern);
  return (record) => patterns.length === 0 || patterns.some((one) => matches(one, record));
}
