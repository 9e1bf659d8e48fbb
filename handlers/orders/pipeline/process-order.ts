import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { fingerprint } from "../../shared/canonical-json.ts";
import { requireEnv } from "../../shared/env.ts";
import { REQUEST_LIMITS } from "../../shared/request-limits.ts";
import {
  idsInMessage,
  type MessageIds,
  Poison,
  readOrderMessage,
  type UnstoredOrder,
} from "../queue/message.ts";
import { newOrder, type Order } from "../rules/order.ts";
import { putAlias } from "../store/aliases.ts";
import { orderIntake, type TakeIn } from "../store/intake.ts";
import { awsOrders } from "../store/orders-table.ts";

/** What this handler needs from the outside. */
export interface Deps {
  find(orderId: string): Promise<Order | undefined>;
  takeIn: TakeIn;
  /** Makes an order readable under a second id, which a repeated request was answered. */
  alias(alias: string, orderId: string, expiresAt: number): Promise<void>;
  /** Starts the order's workflow unless it has been started. */
  start(order: Pick<Order, "orderId" | "createdAt">): Promise<void>;
  /** Puts a message where people look at what cannot be processed, with the reason. */
  setAside(record: SQSRecord, reason: string): Promise<void>;
  now(): Date;
  /** How long a key is remembered. */
  keptSeconds: number;
}

export const createHandler =
  (deps: Deps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      event.Records.map(async (record) => {
        try {
          await processRecord(deps, record);
          return [];
        } catch (error) {
          const failed = { event: "order_message_failed", ...idsOf(record), ...deliveryOf(record) };
          console.error({ ...failed, error: textOf(error) });
          return [{ itemIdentifier: record.messageId }];
        }
      }),
    );
    return { batchItemFailures: failures.flat() };
  };

async function processRecord(deps: Deps, record: SQSRecord): Promise<void> {
  try {
    const message = readOrderMessage(record.body, attributesOf(record));
    const order =
      message.kind === "stored"
        ? await find(deps, message.orderId)
        : await store(deps, message, record);
    await deps.start(order);
    const { orderId, correlationId } = order;
    const { orderId: requestedAs, ...ids } = idsOf(record);
    console.info({
      event: "order_workflow_started",
      orderId,
      ...deliveryOf(record),
      ...ids,
      ...(message.kind === "stored" && { correlationId }),
      ...(requestedAs !== orderId && { requestedAs }),
    });
  } catch (error) {
    if (!(error instanceof Poison)) throw error;
    await deps.setAside(record, error.message);
    const reason = error.message;
    const setAside = { event: "order_message_set_aside", ...idsOf(record), ...deliveryOf(record) };
    console.error({ ...setAside, reason });
  }
}

/** What a message says may be late or twice; what is stored is the order. */
async function find(deps: Deps, orderId: string): Promise<Order> {
  const order = await deps.find(orderId);
  if (!order) throw new Poison("unknown_order: there is no order with this id");
  return order;
}

/** Stores an order that came by the queue. Where its key belongs to an earlier one, that is the order. */
async function store(
  deps: Deps,
  { body, origin, key }: UnstoredOrder,
  record: SQSRecord,
): Promise<Order> {
  const { order, errors } = newOrder(body, origin);
  if (errors) {
    const mistakes = errors.map(({ pointer, message }) => `${pointer} ${message}`);
    throw new Poison(`validation_failed: ${mistakes.join("; ")}`);
  }
  const nowSeconds = Math.floor(deps.now().getTime() / 1000);
  const expiresAt = nowSeconds + deps.keptSeconds;
  const claim = key && {
    ...key,
    nowSeconds,
    orderId: order.orderId,
    fingerprint: fingerprint(body),
    expiresAt,
  };
  const intake = await deps.takeIn(order, claim);
  if (intake.outcome === "stored") {
    const { orderId, version, correlationId } = order;
    const { messageId } = record;
    console.info({ event: "order_stored", orderId, version, correlationId, messageId });
  }
  if (intake.outcome !== "taken") return order;
  const { record: earlier } = intake;
  if (earlier.fingerprint !== claim?.fingerprint) {
    throw new Poison("idempotency_key_reused: the key was used with another body");
  }
  // Its sender was told this order's id, and has to find something under it.
  await deps.alias(order.orderId, earlier.orderId, expiresAt);
  return find(deps, earlier.orderId);
}

/** Which message, and how often it has been received. */
function deliveryOf({ messageId, attributes }: SQSRecord) {
  return { messageId, attempt: Number(attributes.ApproximateReceiveCount) };
}

function idsOf(record: SQSRecord): MessageIds {
  return idsInMessage(record.body, attributesOf(record));
}

function attributesOf({ messageAttributes }: SQSRecord): Record<string, string | undefined> {
  const attributes = Object.entries(messageAttributes);
  return Object.fromEntries(attributes.map(([name, { stringValue }]) => [name, stringValue]));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

let live: ReturnType<typeof createHandler> | undefined;

/** Lambda entry point of the orders queue: stores what is not stored, and starts each order's workflow once. */
export const handler = (event: SQSEvent) => {
  live ??= createHandler(awsDeps());
  return live(event);
};

function awsDeps(): Deps {
  const { client, tableName, shards, orders } = awsOrders();
  const stateMachineArn = requireEnv("ORDER_WORKFLOW_ARN");
  const QueueUrl = requireEnv("SET_ASIDE_QUEUE_URL");
  const sfn = new SFNClient(REQUEST_LIMITS);
  const sqs = new SQSClient(REQUEST_LIMITS);
  return {
    find: orders.find,
    takeIn: orderIntake(client, tableName, shards),
    alias: putAlias(client, tableName),
    now: () => new Date(),
    keptSeconds: Number(requireEnv("IDEMPOTENCY_HOURS")) * 3600,
    start: async ({ orderId, createdAt }) => {
      const input = JSON.stringify({ orderId, createdAt });
      const start = new StartExecutionCommand({ stateMachineArn, name: `order-${orderId}`, input });
      try {
        await sfn.send(start);
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
    setAside: async ({ body, messageAttributes }, reason) => {
      const kept = Object.entries(messageAttributes).map(([name, { dataType, stringValue }]) => [
        name,
        { DataType: dataType, StringValue: stringValue },
      ]);
      const MessageAttributes = {
        ...Object.fromEntries(kept),
        reason: { DataType: "String", StringValue: attributeText(reason) },
      };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    },
  };
}

const LONGEST_REASON = 1_000;

/** A text that SQS takes: it may name fields of the message, and these may have any name. */
function attributeText(text: string): string {
  const short = text.slice(0, LONGEST_REASON).toWellFormed();
  return short.replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
