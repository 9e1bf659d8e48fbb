import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { type ApiAnswer, call } from "./api.ts";
import type { TestStack } from "./stack.ts";

/** The functions that a message or an event of an order reaches: of its queue, its workflow, its stream and its topic. */
export const ORDER_FUNCTIONS = /:function:(orders-(events|notify)|order-workflow)-/;

/** The ways in for orders. */
export type DoorName = "rest" | "http" | "direct";

/** An order with one line of two pieces, 59.98 EUR in all. */
export function mugs(product = "mug", more: object = {}) {
  return {
    customerId: "customer-1",
    customerEmail: "ada@example.com",
    items: [{ productId: product, quantity: 2, price: 29.99 }],
    ...more,
  };
}

/** A stack as a shop uses it. */
export class Shop {
  readonly #stack: TestStack;
  readonly #tables: DynamoDBDocumentClient;

  constructor(stack: TestStack) {
    this.#stack = stack;
    this.#tables = DynamoDBDocumentClient.from(new DynamoDBClient(stack.aws));
  }

  /** Sends an order to a door. */
  send(door: DoorName, body: object, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const rest = this.#stack.output("ordersApiUrl");
    const urls = {
      rest: `${rest}/orders`,
      direct: `${rest}/orders/direct`,
      http: `${this.#stack.output("ordersHttpApiUrl")}/orders`,
    };
    const key = { "x-api-key": this.#stack.output("ordersApiKey") };
    return call("POST", urls[door], {
      headers: { "content-type": "application/json", ...(door !== "http" && key), ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Places an order and answers its id. */
  async place(door: DoorName, body: object, headers?: Record<string, string>): Promise<string> {
    const { status, json, text } = await this.send(door, body, headers);
    if (status !== 201 && status !== 202) throw new Error(`the order was answered ${text}`);
    return String(json["orderId"]);
  }

  /** Sends a request to the keyed API. */
  api(method: string, path: string, body?: object): Promise<ApiAnswer> {
    const headers = {
      "x-api-key": this.#stack.output("ordersApiKey"),
      "content-type": "application/json",
    };
    const init = { headers, ...(body && { body: JSON.stringify(body) }) };
    return call(method, `${this.#stack.output("ordersApiUrl")}${path}`, init);
  }

  /** The order, once its status is this. */
  until(orderId: string, status: string, withinMs?: number): Promise<Record<string, unknown>> {
    return this.#stack.until(
      `${status} of order ${orderId}`,
      async () => {
        const { json } = await this.api("GET", `/orders/${orderId}`);
        return json["status"] === status ? json : undefined;
      },
      withinMs,
    );
  }

  /** What the table holds of an order, by sort key. */
  async items(orderId: string): Promise<Record<string, Record<string, unknown>>> {
    const { Items = [] } = await this.#tables.send(
      new QueryCommand({
        TableName: this.#stack.output("ordersTableName"),
        KeyConditionExpression: "PK = :pk",
        ExpressionAttributeValues: { ":pk": `ORDER#${orderId}` },
        ConsistentRead: true,
      }),
    );
    return Object.fromEntries(Items.map((item) => [String(item["SK"]), item]));
  }

  /** Writes an item past everything that would keep it in order. */
  async put(Item: Record<string, unknown>): Promise<void> {
    const TableName = this.#stack.output("ordersTableName");
    await this.#tables.send(new PutCommand({ TableName, Item }));
  }

  /** The payment provider's books on an order, by entry: charge, refund. */
  async ledger(orderId: string): Promise<Record<string, string>> {
    const TableName = this.#stack.output("paymentsTableName");
    const { Items = [] } = await this.#tables.send(new ScanCommand({ TableName }));
    const entries = Items.filter(({ id }) => String(id).endsWith(orderId) && !/^tries-/.test(id));
    return Object.fromEntries(
      entries.map(({ id, state }) => [String(id).replace(`-${orderId}`, ""), String(state)]),
    );
  }

  /** Letters about an order, as `kind to: subject`, in the order in which they went out. */
  letters(orderId: string): string[] {
    return this.#stack.mailbox.letters
      .filter(({ body }) => body.includes(orderId))
      .map(({ kind, to, subject }) => `${kind} ${to}: ${subject}`);
  }

  /** The status of every order in the table, by id. */
  async statuses(): Promise<Record<string, string>> {
    const { Items = [] } = await this.#tables.send(
      new ScanCommand({
        TableName: this.#stack.output("ordersTableName"),
        FilterExpression: "attribute_exists(door)",
        ConsistentRead: true,
      }),
    );
    return Object.fromEntries(
      Items.map(({ orderId, status }) => [String(orderId), String(status)]),
    );
  }

  /** How many orders the table holds. */
  async countOrders(): Promise<number> {
    return Object.keys(await this.statuses()).length;
  }
}
