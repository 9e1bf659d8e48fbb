import { parseJsonPath, readJsonPath } from "../../grammar/json-path.ts";
import { queueUrl } from "../../grammar/queue-url.ts";
import type { BatchResult } from "../../streams/stream-outcome.ts";
import type { StreamRecord } from "../../streams/stream-record.ts";
import { entryBytes, type PutEventsEntry } from "../eventbridge/put-events.ts";
import { chunksOf } from "./chunks.ts";
import type { PipeDefinition } from "./pipe-definition.ts";

/** A record and its transformed text. */
export interface PipeEvent {
  record: StreamRecord;
  text: string;
}

/** Calls a service in the pipe's role. */
export type RoleCall = <Output>(
  service: string,
  operation: string,
  input: object,
) => Promise<Output>;

/** Hands a batch to the pipe's target. A rejection fails what was not taken yet. */
export type PipeTarget = (events: readonly PipeEvent[], call: RoleCall) => Promise<BatchResult>;

interface EntryFailure {
  event: PipeEvent;
  code: string;
  message: string;
}

const MAX_ENTRIES = 10;
const MAX_EVENT_BYTES = 262_144;
const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * The way to a pipe's target.
 *
 * @throws Error that names a target which is not supported here.
 */
export function pipeTarget(pipe: PipeDefinition): PipeTarget {
  const service = pipe.target.split(":")[2];
  if (service === "events") return (events, call) => putEvents(pipe, events, call);
  if (service === "sqs") return (events, call) => sendMessages(pipe, events, call);
  if (service === "states") return (events, call) => startExecution(pipe, events, call);
  throw new Error(
    `target ${pipe.target}: targets of the service "${service}" are not supported locally; supported are events, sqs and states`,
  );
}

async function putEvents(pipe: PipeDefinition, events: readonly PipeEvent[], call: RoleCall) {
  const size = (event: PipeEvent) => entryBytes(eventEntry(pipe, event));
  const chunks = chunksOf(events, { most: MAX_ENTRIES, mostBytes: MAX_EVENT_BYTES - 1, size });
  return sendChunks(chunks, async (chunk) => {
    const Entries = chunk.map((event) => eventEntry(pipe, event));
    const answer = await call<{ Entries: { ErrorCode?: string; ErrorMessage?: string }[] }>(
      "events",
      "PutEvents",
      { Entries },
    );
    return chunk.flatMap((event, index): EntryFailure[] => {
      const { ErrorCode: code, ErrorMessage: message = "" } = answer.Entries[index] ?? {};
      return code ? [{ event, code, message }] : [];
    });
  });
}

function eventEntry(pipe: PipeDefinition, { record, text }: PipeEvent): PutEventsEntry {
  const settings = pipe.targetSettings.eventbridgeEventBusParameters ?? {};
  const time = settings.time && resolved(settings.time, record);
  return {
    EventBusName: pipe.target,
    Source: resolved(settings.source ?? `Pipe ${pipe.name}`, record),
    DetailType: resolved(settings.detailType ?? "Event from aws:dynamodb", record),
    Detail: text,
    ...(settings.resources && {
      Resources: settings.resources.map((one) => resolved(one, record)),
    }),
    ...(time && { Time: Number.isFinite(Number(time)) ? Number(time) : time }),
  };
}

async function sendMessages(pipe: PipeDefinition, events: readonly PipeEvent[], call: RoleCall) {
  const size = ({ text }: PipeEvent) => Buffer.byteLength(text);
  const chunks = chunksOf(events, { most: MAX_ENTRIES, mostBytes: MAX_MESSAGE_BYTES, size });
  return sendChunks(chunks, async (chunk) => {
    const Entries = chunk.map(({ text }, index) => ({ Id: String(index), MessageBody: text }));
    const answer = await call<{ Failed?: { Id: string; Code: string; Message?: string }[] }>(
      "sqs",
      "SendMessageBatch",
      { QueueUrl: queueUrl(pipe.target), Entries },
    );
    return (answer.Failed ?? []).flatMap(({ Id, Code: code, Message: message = "" }) => {
      const event = chunk[Number(Id)];
      return event ? [{ event, code, message }] : [];
    });
  });
}

/** A state machine gets the whole batch as one list, even where it holds a single event. */
async function startExecution(
  pipe: PipeDefinition,
  events: readonly PipeEvent[],
  call: RoleCall,
): Promise<BatchResult> {
  const input = `[${events.map(({ text }) => text).join(",")}]`;
  await call("states", "StartExecution", { stateMachineArn: pipe.target, input });
  return { kind: "succeeded" };
}

/** Sends chunk after chunk and stops at the first failure, so that the stream's order holds. */
async function sendChunks(
  chunks: readonly (readonly PipeEvent[])[],
  send: (chunk: readonly PipeEvent[]) => Promise<EntryFailure[]>,
): Promise<BatchResult> {
  for (const [index, chunk] of chunks.entries()) {
    let failures: EntryFailure[];
    try {
      failures = await send(chunk);
    } catch (error) {
      if (index === 0) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "partial", failed: numbersOf(chunk), reason };
    }
    const [first] = failures;
    if (!first) continue;
    const failed = numbersOf(failures.map(({ event }) => event));
    const reason = `${failures.length} of ${chunk.length} entries failed: ${first.code} ${first.message}`;
    return { kind: "partial", failed, reason };
  }
  return { kind: "succeeded" };
}

function numbersOf(events: readonly PipeEvent[]): string[] {
  return events.map(({ record }) => record.dynamodb.SequenceNumber);
}

/** A dynamic setting is read from the record of the source, not from the result of the template. */
function resolved(setting: string, record: StreamRecord): string {
  if (!setting.startsWith("$.")) return setting;
  const value = readJsonPath(parseJsonPath(setting), record);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
