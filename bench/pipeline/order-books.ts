import { setTimeout as sleep } from "node:timers/promises";
import { PRODUCTS } from "./order-round.ts";
import type { OrderStack } from "./order-stacks.ts";

const STOCK = 1_000_000;
const PRICE_MINOR = 999;
// PENDING, PROCESSING and COMPLETED are announced; of two of them the customer hears, of one by SMS too.
const ANNOUNCEMENTS = 3;
const LETTERS = 3;
const MAX_REST_MS = 30_000;

type Item = Record<string, { S?: string; N?: string; NS?: string[] }>;

/** What a stack has stored and sent, to be compared with what went in. */
export class OrderBooks {
  readonly #stack: OrderStack;
  readonly #itemised: boolean;

  /** @param itemised whether orders have a line and a customer. */
  constructor(stack: OrderStack, itemised: boolean) {
    this.#stack = stack;
    this.#itemised = itemised;
  }

  /** Puts every product in stock. */
  async open(): Promise<void> {
    const { outputs } = this.#stack.runtime;
    for (const productId of PRODUCTS) {
      const answer = await fetch(`${outputs["ordersApiUrl"]}/products/${productId}`, {
        method: "PUT",
        headers: {
          "x-api-key": `${outputs["ordersApiKey"]}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ stock: STOCK }),
      });
      if (!answer.ok) throw new Error(`PUT /products/${productId} was answered ${answer.status}`);
    }
  }

  /**
   * Waits until all that orders lead to has happened, and says what is wrong: lost, doubled, or not in balance. Nothing
   * is, where the list is empty.
   */
  async mistakes(orderIds: readonly string[]): Promise<string[]> {
    const deadline = performance.now() + MAX_REST_MS;
    for (;;) {
      const mistakes = await this.#mistakesNow(orderIds);
      // Announcements and letters follow a moment after the order is done.
      if (mistakes.length === 0 || performance.now() > deadline) return mistakes;
      await sleep(250);
    }
  }

  async #mistakesNow(orderIds: readonly string[]): Promise<string[]> {
    const { outputs } = this.#stack.runtime;
    const items = await this.#scan(outputs["ordersTableName"]);
    const orders = items.filter(({ PK, SK }) => PK?.S?.startsWith("ORDER#") && SK?.S === PK.S);
    const marks = items.flatMap(({ SK, versions }) =>
      SK?.S === "ANNOUNCED" ? (versions?.NS ?? []) : [],
    );
    const notes = items.filter(({ SK }) => SK?.S?.startsWith("NOTIFIED#"));
    const letters = this.#stack.runtime.mailbox.letters.filter(({ topic }) => !topic);
    const expected = orderIds.length;
    const addressed = this.#itemised ? expected : 0;
    return [
      ...differences("orders COMPLETED", orderIds, orders.filter(isCompleted).map(orderIdOf)),
      ...differences("orders stored", orderIds, orders.map(orderIdOf)),
      ...(this.#stack.handling === "express"
        ? unequal("executions that were handed over to", (await this.#executions()).length, 0)
        : differences("executions SUCCEEDED", orderIds, await this.#executions())),
      ...differences("captures", orderIds, await this.#captures()),
      ...unequal("marks of announcements", marks.length, expected * ANNOUNCEMENTS),
      ...unequal("marks of letters", notes.length, addressed * LETTERS),
      ...unequal("letters", letters.length, addressed * LETTERS),
      ...stockMistakes(items, addressed),
      ...(await this.#deadLetters()),
    ];
  }

  /** Ids of the orders of all executions; another run of an order, or one that failed, is none of them. */
  async #executions(): Promise<string[]> {
    const { outputs } = this.#stack.runtime;
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#call<{
        executions: { name: string; status: string }[];
        nextToken?: string;
      }>("states", "ListExecutions", {
        stateMachineArn: outputs["orderRecoveryArn"],
        maxResults: 1000,
        ...(nextToken && { nextToken }),
      });
      names.push(
        ...page.executions.map(({ name, status }) =>
          status === "SUCCEEDED" ? name.replace(/^order-/, "") : `${name} ${status}`,
        ),
      );
      ({ nextToken } = page);
    } while (nextToken);
    return names;
  }

  async #captures(): Promise<string[]> {
    const entries = await this.#scan(this.#stack.runtime.outputs["paymentsTableName"]);
    return entries.map(({ id, state, amountMinor }) => {
      const right = state?.S === "CAPTURED" && Number(amountMinor?.N) === PRICE_MINOR;
      return right ? `${id?.S}`.replace(/^charge-/, "") : `${id?.S} ${state?.S} ${amountMinor?.N}`;
    });
  }

  async #deadLetters(): Promise<string[]> {
    const urls = this.#stack.runtime.outputs["deadLetterQueueUrls"] as Record<string, string>;
    const found = Object.entries(urls).map(async ([name, QueueUrl]) => {
      const { Attributes } = await this.#call<{ Attributes: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] },
      );
      return unequal(`messages of ${name}`, Number(Attributes["ApproximateNumberOfMessages"]), 0);
    });
    return (await Promise.all(found)).flat();
  }

  async #scan(TableName: unknown): Promise<Item[]> {
    const items: Item[] = [];
    let start: unknown;
    do {
      const page = await this.#call<{ Items: Item[]; LastEvaluatedKey?: unknown }>(
        "dynamodb",
        "Scan",
        { TableName, ...(start ? { ExclusiveStartKey: start } : {}) },
      );
      items.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  }

  #call<Output>(service: string, operation: string, input: object): Promise<Output> {
    const { dispatcher } = this.#stack.runtime.kernel;
    return dispatcher.call<Output>(service, operation, input, { kind: "administrator" });
  }
}

function isCompleted({ status, paymentStatus, stockStatus }: Item): boolean {
  return status?.S === "COMPLETED" && paymentStatus?.S === "CAPTURED" && stockStatus?.S === "SOLD";
}

function orderIdOf({ orderId }: Item): string {
  return `${orderId?.S}`;
}

/** Each is to be there exactly once, and nothing else. */
function differences(what: string, expected: readonly string[], found: readonly string[]) {
  const known = new Set(expected);
  const seen = new Set(found);
  const lost = expected.filter((id) => !seen.has(id));
  const strange = found.filter((id) => !known.has(id));
  const doubled = found.length - strange.length - (known.size - lost.length);
  return [
    ...(lost.length > 0 ? [`${what}: ${lost.length} lost, ${lost[0]} among them`] : []),
    ...(doubled > 0 ? [`${what}: ${doubled} doubled`] : []),
    ...(strange.length > 0 ? [`${what}: ${strange.length} unexpected, e.g. ${strange[0]}`] : []),
  ];
}

function unequal(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`${what}: ${found}, expected ${expected}`];
}

function stockMistakes(items: readonly Item[], orders: number): string[] {
  const products = items.filter(({ PK }) => PK?.S?.startsWith("PRODUCT#"));
  const sum = (field: string) =>
    products.reduce((total, product) => total + Number(product[field]?.N), 0);
  return [
    ...unequal("pieces free", sum("free"), PRODUCTS.length * STOCK - orders),
    ...unequal("pieces held", sum("held"), 0),
    ...unequal("pieces sold", sum("sold"), orders),
  ];
}
