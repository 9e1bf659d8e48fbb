import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHandler } from "../../../../handlers/orders/pipeline/order-events.ts";
import type { Announcement } from "../../../../handlers/orders/rules/announcement.ts";
import type { Order } from "../../../../handlers/orders/rules/order.ts";
import { orderItem } from "../../../../handlers/orders/store/order-item.ts";
import { ORDER_ID, OTHER_ID, sampleOrder } from "../../../support/order-samples.ts";

const test = suite("announcing what the orders' stream tells");
// What the handler logs is not what is tested here.
console.info = () => {};
console.error = () => {};

type Image = Record<string, AttributeValue>;
const imageOf = (order: Partial<Order>): Image => marshall(orderItem(sampleOrder(order), 4));

function record(SequenceNumber: string, images: { NewImage?: Image; OldImage?: Image }) {
  return { dynamodb: { SequenceNumber, ...images } } as DynamoDBRecord;
}
const inserted = (sequence: string, order: Partial<Order> = {}) =>
  record(sequence, { NewImage: imageOf(order) });
const modified = (sequence: string, after: Partial<Order>, before: Partial<Order> = {}) =>
  record(sequence, { NewImage: imageOf(after), OldImage: imageOf(before) });
const unreadable = (sequence: string) =>
  record(sequence, { NewImage: { orderId: { X: "?" } as unknown as AttributeValue } });

/** The handler over a topic and marks in memory. An event is `<id's last digit>:<version> <type>`. */
function announcer() {
  const nameOf = ({ orderId, version, eventType }: Announcement) =>
    `${orderId.at(-1)}:${version} ${eventType}`;
  const published: string[] = [];
  const counted: string[] = [];
  const marks = new Set<string>();
  const refused = new Set<string>();
  let asked = 0;
  let unmarkable: string | undefined;
  let unpublishable: string | undefined;
  const handle = createHandler({
    publish: async (announcements) => {
      if (announcements.some((one) => nameOf(one) === unpublishable)) {
        throw new Error("the topic is not there");
      }
      assert.ok(announcements.length <= 10, `${announcements.length} at once`);
      const fails = announcements.filter((one) => refused.has(nameOf(one)));
      published.push(...announcements.filter((one) => !fails.includes(one)).map(nameOf));
      return fails;
    },
    marks: {
      marked: async (announcements) => {
        asked++;
        return new Set(announcements.filter((one) => marks.has(nameOf(one))));
      },
      mark: async (announcements) => {
        const left = announcements.filter((one) => nameOf(one) === unmarkable);
        for (const one of announcements) if (!left.includes(one)) marks.add(nameOf(one));
        return left;
      },
    },
    count: (announcement, order) => {
      assert.is(announcement.orderId, order.orderId);
      counted.push(nameOf(announcement));
    },
  });
  const receive = async (...Records: DynamoDBRecord[]) => {
    const { batchItemFailures } = await handle({ Records } as DynamoDBStreamEvent);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return {
    published,
    counted,
    marks,
    refused,
    receive,
    asked: () => asked,
    failPublish: (name?: string) => {
      unpublishable = name;
    },
    failMark: (name?: string) => {
      unmarkable = name;
    },
  };
}

test("more than ten events are published ten at a time, and what is marked is not told again", async () => {
  const { published, receive } = announcer();
  const ids = Array.from({ length: 12 }, (_, n) => n.toString(16));
  const orders = ids.map((digit) => ({ orderId: `${ORDER_ID.slice(0, -1)}${digit}` }));
  const records = orders.map((order, n) => inserted(String(n), order));
  assert.equal(await receive(...records), []);
  assert.equal(
    published,
    ids.map((digit) => `${digit}:1 OrderCreated`),
  );
});

test("a failure of the second ten leaves the first ten told once", async () => {
  const { marks, published, receive, failPublish } = announcer();
  const ids = Array.from({ length: 12 }, (_, n) => n.toString(16));
  const records = ids.map((digit, n) =>
    inserted(String(n), { orderId: `${ORDER_ID.slice(0, -1)}${digit}` }),
  );
  failPublish("a:1 OrderCreated");
  await receive(...records).then(
    () => assert.unreachable("it did not fail"),
    (error: Error) => assert.is(error.message, "the topic is not there"),
  );
  assert.is(marks.size, 10);
  failPublish();
  assert.equal(await receive(...records), []);
  assert.equal(published.length, 12);
});

const CREATED = "f:1 OrderCreated";
const PROCESSING = "f:2 OrderProcessing";
const OTHER_CREATED = "2:1 OrderCreated";
const processing = (sequence: string) => modified(sequence, { status: "PROCESSING", version: 2 });

test("an order's changes are published in order, once each, and counted", async () => {
  const { receive, published, counted, marks } = announcer();
  const failures = await receive(
    inserted("1"),
    processing("2"),
    modified("3", { status: "COMPLETED", version: 4 }, { status: "PROCESSING", version: 3 }),
    inserted("4", { orderId: OTHER_ID }),
    modified("5", { orderId: OTHER_ID, status: "FAILED", version: 2 }, { orderId: OTHER_ID }),
  );
  const told = [CREATED, PROCESSING, "f:4 OrderCompleted", OTHER_CREATED, "2:2 OrderFailed"];
  assert.equal([failures, published, counted, [...marks]], [[], told, told, told]);
});

test("a record that is delivered twice is published and counted once", async () => {
  const { receive, published, counted } = announcer();
  await receive(inserted("1"), processing("2"));
  assert.equal(
    await receive(inserted("1"), processing("2"), inserted("3", { orderId: OTHER_ID })),
    [],
  );
  const told = [CREATED, PROCESSING, OTHER_CREATED];
  assert.equal([published, counted], [told, told]);
});

test("a record that is in a batch twice is published once", async () => {
  const { receive, published } = announcer();
  assert.equal(await receive(inserted("1"), inserted("1")), []);
  assert.equal(published, [CREATED]);
});

test("a change that leaves the status alone, and an order that is removed, are not told", async () => {
  const { receive, published, asked } = announcer();
  const paid = modified("1", { version: 2, paymentStatus: "CAPTURED" });
  assert.equal(await receive(paid, record("2", { OldImage: imageOf({}) })), []);
  assert.equal([published, asked()], [[], 0]);
});

test("the first record that the topic refused is reported as failed, and the others are published", async () => {
  const { receive, published, counted, refused } = announcer();
  refused.add(PROCESSING);
  refused.add(OTHER_CREATED);
  const batch = [inserted("1"), processing("2"), inserted("3", { orderId: OTHER_ID })];
  const last = modified("4", { status: "COMPLETED", version: 3 }, { status: "PROCESSING" });
  assert.equal(await receive(...batch, last), ["2"]);
  assert.equal(published, [CREATED, "f:3 OrderCompleted"]);
  assert.equal(counted, published);

  refused.clear();
  assert.equal(await receive(...batch.slice(1), last), []);
  assert.equal(published, [CREATED, "f:3 OrderCompleted", PROCESSING, OTHER_CREATED]);
  assert.equal(counted, published);
});

test("records before an unreadable one are published, and its sequence number is reported", async () => {
  const { receive, published } = announcer();
  const after = inserted("3", { orderId: OTHER_ID });
  assert.equal(await receive(inserted("1"), unreadable("2"), after), ["2"]);
  assert.equal(published, [CREATED]);
  assert.equal(await receive(unreadable("2"), after), ["2"]);
  assert.equal(published, [CREATED]);
});

test("a record that was refused comes before one that cannot be read", async () => {
  const { receive, refused } = announcer();
  refused.add(CREATED);
  assert.equal(await receive(inserted("1"), unreadable("2")), ["1"]);
});

test("an event that could not be marked as published is published again", async () => {
  const { receive, published, counted, failMark } = announcer();
  failMark(CREATED);
  assert.equal(await receive(inserted("1"), processing("2")), ["1"]);
  assert.equal(counted, [PROCESSING]);
  failMark();
  assert.equal(await receive(inserted("1"), processing("2")), []);
  assert.equal(published, [CREATED, PROCESSING, CREATED]);
  assert.equal(counted, [PROCESSING, CREATED]);
});

test("an order is what the stream says, without the table's own keys", async () => {
  const orders: Order[] = [];
  const handle = createHandler({
    marks: { marked: async () => new Set(), mark: async () => [] },
    publish: async () => [],
    count: (_announcement, order) => void orders.push(order),
  });
  await handle({ Records: [inserted("1")] });
  assert.equal(orders, [sampleOrder({ orderId: ORDER_ID })]);
});

test("changes without an announcement publish nothing", async () => {
  const { receive, asked } = announcer();
  assert.equal([await receive(), asked()], [[], 0]);
});

test.run();
