import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { SNSEvent } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/pipeline/notify-customer.ts";
import {
  type Announcement,
  announcementOf,
} from "../../../../handlers/orders/rules/announcement.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { letterKey, stoppedKey } from "../../../../handlers/orders/store/keys.ts";
import { type LetterBook, letterBook } from "../../../../handlers/orders/store/letters.ts";
import { ORDERS, sagaTables } from "../../../support/order-saga-tables.ts";
import { ORDER_ID, OTHER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("letters to customers");
const { warn } = console;
test.before(() => {
  console.warn = () => {};
});
test.after(() => {
  console.warn = warn;
});

const HOUR_MS = 3_600_000;
const crash = new Error("the function has crashed");

/** The handler over a table of its own. Faults come from what is put around its dependencies. */
async function mailer(maxPerHour = 20) {
  const { client } = await sagaTables();
  const letters: string[] = [];
  let now = Date.parse("2026-11-21T09:30:00.000Z");
  const book = letterBook({ client, tableName: ORDERS }, () => new Date(now));
  const receive = async (
    delivery: string,
    message: unknown,
    faults: { send?: "before" | "after"; book?: Partial<LetterBook> } = {},
  ) => {
    const handle = createHandler({
      book: { ...book, ...faults.book },
      maxPerHour,
      send: async ({ channel, to, subject }, id) => {
        if (faults.send === "before") throw crash;
        letters.push(`${id}: ${channel} to ${to}: ${subject}`);
        if (faults.send === "after") throw crash;
      },
    });
    const Message = typeof message === "string" ? message : JSON.stringify(message);
    const event = { Records: [{ Sns: { MessageId: delivery, Message } }] } as SNSEvent;
    return handle(event).then(
      () => "handled",
      (error: Error) => error.message,
    );
  };
  const item = async (channel: string, version: number) => {
    const Key = letterKey(ORDER_ID, channel, version);
    return (await client.send(new GetCommand({ TableName: ORDERS, Key }))).Item;
  };
  const stop = (channel: string, to: string) =>
    client.send(new PutCommand({ TableName: ORDERS, Item: stoppedKey(channel, to) }));
  const wait = (ms: number) => {
    now += ms;
  };
  return { receive, letters, item, stop, wait, book };
}

const told = (order: Partial<Order> = {}) =>
  announcementOf(sampleOrder(order), undefined) as Announcement;
const CREATED = told();
const COMPLETED = told({ status: "COMPLETED", version: 4 });
const EMAIL_1 = `${ORDER_ID}-v1-email: email to ada@example.com: We have received your order`;
const EMAIL_4 = `${ORDER_ID}-v4-email: email to ada@example.com: Your order is complete`;
const SMS_4 = `${ORDER_ID}-v4-sms: sms to customer-1: `;

test("each event is sent once on each channel, whatever the number of deliveries", async () => {
  const { receive, letters } = await mailer();
  for (const delivery of ["d-1", "d-1", "d-2"]) {
    assert.is(await receive(delivery, CREATED), "handled");
    assert.is(await receive(delivery, COMPLETED), "handled");
  }
  assert.equal(letters, [EMAIL_1, EMAIL_4, SMS_4]);
});

test("what is stored says which delivery has sent a letter, and when", async () => {
  const { receive, item } = await mailer();
  await receive("d-1", CREATED);
  const { PK, SK, expiresAt, ...rest } = (await item("email", 1)) ?? {};
  assert.equal([PK, SK], [`ORDER#${ORDER_ID}`, "NOTIFIED#email#1"]);
  assert.is(expiresAt, Date.parse("2026-11-21T09:30:00.000Z") / 1000 + 90 * 24 * 3600);
  const { body, ...letter } = rest;
  assert.match(body, /^Thank you\. We have received your order .* reply with STOP\.$/s);
  assert.equal(letter, {
    channel: "email",
    to: "ada@example.com",
    subject: "We have received your order",
    delivery: "d-1",
    claimedAt: "2026-11-21T09:30:00.000Z",
    sentAt: "2026-11-21T09:30:00.000Z",
  });
});

test("a delivery that has claimed a letter and died sends it at its next attempt, and only it does", async () => {
  const { receive, letters } = await mailer();
  assert.is(await receive("d-1", CREATED, { send: "before" }), crash.message);
  assert.is(await receive("d-2", CREATED), "handled");
  assert.equal(letters, []);
  assert.is(await receive("d-1", CREATED), "handled");
  assert.is(await receive("d-2", CREATED), "handled");
  assert.equal(letters, [EMAIL_1]);
});

test("a claim whose answer is lost is this delivery's own", async () => {
  const { receive, letters, book } = await mailer();
  const claim: LetterBook["claim"] = async (request) => {
    await book.claim(request);
    throw crash;
  };
  assert.is(await receive("d-1", CREATED, { book: { claim } }), crash.message);
  assert.is(await receive("d-1", CREATED), "handled");
  assert.equal(letters, [EMAIL_1]);
});

test("a letter that was sent, but not marked, is sent again under the same id", async () => {
  const { receive, letters } = await mailer();
  assert.is(await receive("d-1", CREATED, { send: "after" }), crash.message);
  assert.is(await receive("d-1", CREATED), "handled");
  assert.is(await receive("d-1", CREATED), "handled");
  assert.equal(letters, [EMAIL_1, EMAIL_1]);
});

test("a mark whose answer is lost is a mark: nothing is sent again", async () => {
  const { receive, letters, book } = await mailer();
  const markSent: LetterBook["markSent"] = async (request) => {
    await book.markSent(request);
    throw crash;
  };
  assert.is(await receive("d-1", CREATED, { book: { markSent } }), crash.message);
  assert.is(await receive("d-1", CREATED), "handled");
  assert.equal(letters, [EMAIL_1]);
});

test("no claim outlives its owner: after six hours another delivery sends the letter, and the first no more", async () => {
  const { receive, letters, wait } = await mailer();
  await receive("d-1", CREATED, { send: "before" });
  wait(6 * HOUR_MS - 1);
  await receive("d-2", CREATED);
  assert.equal(letters, []);
  wait(1);
  await receive("d-2", CREATED);
  await receive("d-1", CREATED);
  assert.equal(letters, [EMAIL_1]);
});

test("of two deliveries that take over at once, one does", async () => {
  const { receive, letters, wait } = await mailer();
  await receive("d-1", CREATED, { send: "before" });
  wait(6 * HOUR_MS);
  await Promise.all([receive("d-2", CREATED), receive("d-3", CREATED)]);
  assert.equal(letters, [EMAIL_1]);
});

test("orders without a key: an address gets so many letters an hour, and the next hour as many again", async () => {
  const { receive, letters, item, wait } = await mailer(2);
  const open = (orderId: string, version = 1) => ({ ...CREATED, door: "http", orderId, version });
  for (const version of [1, 2, 3]) await receive(`d-${version}`, open(OTHER_ID, version));
  assert.is(await receive("d-4", open(ORDER_ID)), "handled");
  assert.is(letters.length, 2);
  assert.equal((await item("email", 1))?.["suppressed"], "over_limit");
  wait(HOUR_MS);
  // What was suppressed stays so, whoever asks.
  await receive("d-4", open(ORDER_ID));
  await receive("d-5", open(ORDER_ID));
  assert.is(letters.length, 2);
  await receive("d-6", open(ORDER_ID, 2));
  assert.is(letters.length, 3);
});

test("a retry does not count against the limit, and a limit does not stop what is claimed", async () => {
  const { receive, letters } = await mailer(1);
  const open = { ...CREATED, door: "http" };
  await receive("d-1", open, { send: "before" });
  await receive("d-1", open, { send: "before" });
  assert.is(await receive("d-1", open), "handled");
  assert.equal(letters, [EMAIL_1]);
});

test("orders that came with a key are not limited", async () => {
  const { receive, letters } = await mailer(1);
  for (const version of [1, 2, 3]) await receive(`d-${version}`, { ...CREATED, version });
  assert.is(letters.length, 3);
});

test("an address that wants no more letters gets none, whatever its case", async () => {
  const { receive, letters, item, stop } = await mailer();
  await stop("email", "ADA@example.com");
  assert.is(await receive("d-1", COMPLETED), "handled");
  assert.equal(letters, [SMS_4]);
  assert.equal((await item("email", 4))?.["suppressed"], "stopped");
});

test("a step in between is not told", async () => {
  const { receive, letters } = await mailer();
  await receive("d-1", told({ status: "PROCESSING", version: 2 }));
  assert.equal(letters, []);
});

for (const [what, message] of [
  ["no JSON", "hello"],
  ["no announcement", { orderId: "o-1" }],
  ["an event that nobody knows", { ...COMPLETED, eventType: "OrderEaten" }],
] as [string, unknown][]) {
  test(`${what} is an error, so that it comes to the dead-letter queue`, async () => {
    const { receive, letters } = await mailer();
    assert.is.not(await receive("d-1", message), "handled");
    assert.equal(letters, []);
  });
}

test.run();
