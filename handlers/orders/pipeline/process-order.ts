import { SFNClient } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { fingerprint } from "../../shared/canonical-json.ts";
import { requireEnv } from "../../shared/env.ts";
import { textOf } from "../../shared/field-errors.ts";
import { lambdaHandler } from "../../shared/lambda-handler.ts";
import { stringAttributes } from "../../shared/message-attributes.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import { Poison, type ReadMessage, readMessage, type UnstoredOrder } from "../queue/message.ts";
import { newOrder, type Order } from "../rules/order.ts";
import { type PutAlias, putAlias } from "../store/aliases.ts";
import { orderIntake, type TakeIn } from "../store/intake.ts";
import { type FindOrder, findOrder } from "../store/orders.ts";
import { ordersTable } from "../store/orders-table.ts";
import { statusShards } from "../store/status-shards.ts";
import { type Executions, executions } from "../workflow/executions.ts";

export interface Deps {
  find: FindOrder;
  takeIn: TakeIn;
  alias: PutAlias;
  start: Executions["start"];
  /** Sends a message to the dead-letter queue, with the reason. */
  setAside(record: SQSRecord, reason: string): Promise<void>;
  /** How long an idempotency key is remembered. */
  keptSeconds: number;
}

/**
 * How long a message may wait: 14 days in the queue and its dead-letter queue, where its age goes on counting, and as long
 * again when it was redriven, since it is a new message then.
 */
const MAX_WAIT_SECONDS = 2 * 14 * 24 * 60 * 60;

export const createHandler =
  (deps: Deps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      event.Records.map(async (record) => {
        const message = readMessage(record.body, attributesOf(record));
        const ids = { ...message.ids, ...deliveryOf(record) };
        try {
          await processMessage(deps, message, record, ids);
          return [];
        } catch (error) {
          const trace = error instanceof Error ? error.stack : undefined;
          console.error({ event: "order_message_failed", ...ids, error: trace ?? String(error) });
          return [{ itemIdentifier: record.messageId }];
        }
      }),
    );
    return { batchItemFailures: failures.flat() };
  };

async function processMessage(
  deps: Deps,
  message: ReadMessage,
  record: SQSRecord,
  ids: ReadMessage["ids"],
): Promise<void> {
  try {
    if (message.poison) throw message.poison;
    const order =
      message.order.kind === "stored"
        ? await find(deps, message.order.orderId)
        : await store(deps, message.order, record);
    await deps.start(order, 1);
    const { orderId, correlationId } = order;
    const requestedAs = message.ids.orderId;
    console.info({
      event: "order_workflow_started",
      ...ids,
      orderId,
      ...(message.order.kind === "stored" && { correlationId }),
      ...(requestedAs !== orderId && { requestedAs }),
    });
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await deps.setAside(record, error.message);
    console.error({ event: "order_message_set_aside", ...ids, reason: error.message });
  }
}

/** The message may be late or a duplicate, so the stored order counts, not the message. */
async function find(deps: Deps, orderId: string): Promise<Order> {
  const order = await deps.find(orderId);
  if (!order) throw new Poison("unknown_order: there is no order with this id");
  return order;
}

/** Stores an order that came through the queue. If its key belongs to an earlier order, returns that one. */
async function store(
  deps: Deps,
  { body, origin, key }: UnstoredOrder,
  { messageId }: SQSRecord,
): Promise<Order> {
  const { order, errors } = newOrder(body, origin);
  if (errors) throw new Poison(`validation_failed: ${textOf(errors, "the body")}`);
  // The message may have waited for days: what counts is when the client was told that the order is accepted.
  const requestedAt = Math.floor(Date.parse(order.createdAt) / 1000);
  const endsAt = requestedAt + deps.keptSeconds;
  const claim = key && {
    ...key,
    requestedAt,
    orderId: order.orderId,
    fingerprint: fingerprint(body),
    endsAt,
    expiresAt: endsAt + MAX_WAIT_SECONDS,
  };
  const intake = await deps.takeIn(order, claim);
  const { orderId, version, correlationId } = order;
  if (intake.outcome === "stored") {
    console.info({ event: "order_stored", orderId, version, correlationId, messageId });
  }
  // A repeated message is the order that was stored first, with its time.
  if (intake.outcome !== "taken") return intake.outcome === "stored" ? order : find(deps, orderId);
  const { record: earlier } = intake;
  if (earlier.fingerprint !== claim?.fingerprint) {
    // The client got a 202 for this order, so it is stored, and ends as FAILED with the reason.
    const conflicting = { ...order, conflict: "idempotency_key_reused" } as const;
    const { outcome } = await deps.takeIn(conflicting);
    console.warn({ event: "order_key_reused", orderId, correlationId, messageId });
    return outcome === "stored" ? conflicting : find(deps, orderId);
  }
  // The client was given this order's id, and must find the order under it.
  await deps.alias(orderId, earlier.orderId);
  return find(deps, earlier.orderId);
}

/** Which message, and how often it has been received. */
function deliveryOf({ messageId, attributes }: SQSRecord) {
  return { messageId, attempt: Number(attributes.ApproximateReceiveCount) };
}

function attributesOf({ messageAttributes }: SQSRecord): Record<string, string | undefined> {
  const attributes = Object.entries(messageAttributes);
  return Object.fromEntries(attributes.map(([name, { stringValue }]) => [name, stringValue]));
}

/** Lambda entry point of the orders queue: stores orders that are not stored, and starts each order's workflow once. */
export const handler = lambdaHandler(() => createHandler(awsDeps()));

function awsDeps(): Deps {
  const table = ordersTable();
  const QueueUrl = requireEnv("SET_ASIDE_QUEUE_URL");
  const sqs = new SQSClient(REQUEST_LIMITS);
  return {
    find: findOrder(table),
    takeIn: orderIntake(table, statusShards()),
    alias: putAlias(table),
    start: executions(new SFNClient(REQUEST_LIMITS), requireEnv("ORDER_WORKFLOW_ARN")).start,
    keptSeconds: Number(requireEnv("IDEMPOTENCY_HOURS")) * 3600,
    setAside: async ({ body, messageAttributes }, reason) => {
      const kept = Object.entries(messageAttributes).map(([name, { dataType, stringValue }]) => [
        name,
        { DataType: dataType, StringValue: stringValue },
      ]);
      const MessageAttributes = {
        ...Object.fromEntries(kept),
        ...stringAttributes({ reason: attributeText(reason) }),
      };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    },
  };
}

const MAX_REASON_LENGTH = 1_000;

/** A string that SQS accepts: the reason may name fields of the message, and these may have any name. */
function attributeText(text: string): string {
  const short = text.slice(0, MAX_REASON_LENGTH).toWellFormed();
  return short.replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
