import type { SNSEvent } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/pipeline/notify-customer.ts";
import {
  type Announcement,
  announcementOf,
} from "../../../../handlers/orders/rules/announcement.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { sampleOrder } from "../../../support/order-samples.ts";

const test = suite("telling the customer");

/** The handler over a list of what was sent, and a book of it. */
function mailer() {
  const book = new Set<string>();
  const letters: string[] = [];
  let failure: Error | undefined;
  const handle = createHandler({
    record: async ({ orderId, version }, { channel }) => {
      if (failure) throw failure;
      const name = `${orderId} ${version} ${channel}`;
      if (book.has(name)) return false;
      book.add(name);
      return true;
    },
    send: ({ version }, { channel, to, subject }) => {
      letters.push(`${version} ${channel} to ${to}: ${subject}`);
    },
  });
  const receive = (...messages: unknown[]) =>
    handle({
      Records: messages.map((message) => ({
        Sns: { Message: typeof message === "string" ? message : JSON.stringify(message) },
      })),
    } as SNSEvent);
  const failWith = (error?: Error) => {
    failure = error;
  };
  return { receive, letters, failWith };
}

const told = (order: Partial<Order> = {}) =>
  announcementOf(sampleOrder(order), undefined) as Announcement;
const COMPLETED = told({ status: "COMPLETED", version: 4 });
const COMPLETE_LETTERS = [
  "4 email to ada@example.com: Your order is complete",
  "4 sms to customer-1: ",
];

test("each event is told once, by each channel", async () => {
  const { receive, letters } = mailer();
  await receive(told(), COMPLETED);
  await receive(COMPLETED);
  await receive(told());
  const created = "1 email to ada@example.com: We have received your order";
  assert.equal(letters, [created, ...COMPLETE_LETTERS]);
});

test("a second version of an event is an event of its own", async () => {
  const { receive, letters } = mailer();
  await receive(COMPLETED, { ...COMPLETED, version: 5 });
  assert.is(letters.length, 4);
});

test("a step in between is not told", async () => {
  const { receive, letters } = mailer();
  await receive(told({ status: "PROCESSING", version: 2 }));
  assert.equal(letters, []);
});

test("a letter that could not be booked is not sent, and the event comes again", async () => {
  const { receive, letters, failWith } = mailer();
  failWith(new Error("slow down"));
  await receive(COMPLETED).then(
    () => assert.unreachable("it did not fail"),
    (error: Error) => assert.is(error.message, "slow down"),
  );
  assert.equal(letters, []);
  failWith();
  await receive(COMPLETED);
  assert.equal(letters, COMPLETE_LETTERS);
});

for (const [what, message] of [
  ["no JSON", "hello"],
  ["no announcement", { orderId: "o-1" }],
  ["an event that nobody knows", { ...COMPLETED, eventType: "OrderEaten" }],
] as [string, unknown][]) {
  test(`${what} is an error, for people to look at`, async () => {
    const { receive, letters } = mailer();
    let failed = false;
    await receive(message).catch(() => {
      failed = true;
    });
    assert.equal([failed, letters], [true, []]);
  });
}

test.run();
