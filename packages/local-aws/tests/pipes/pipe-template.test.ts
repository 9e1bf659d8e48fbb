import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parsePipeTemplate } from "../../src/services/pipes/pipe-template.ts";

const test = suite("pipe-template");

const facts = { arn: "arn:pipe", name: "p", source: "arn:source", target: "arn:target" };
const record = {
  eventName: "INSERT",
  dynamodb: {
    NewImage: {
      id: { S: 'c-"1"' },
      amount: { N: "9.50" },
      items: { L: [{ M: { sku: { S: "tea" } } }] },
    },
  },
};

function filled(template?: string): string {
  return parsePipeTemplate(template, facts)(record, Date.UTC(2026, 0, 1, 12, 30, 5, 999));
}

test("without a template the event itself is passed on", () => {
  assert.equal(JSON.parse(filled()), record);
});

test("bare paths stand as JSON and bring their own quotes", () => {
  assert.is(filled('{"id": <$.dynamodb.NewImage.id.S>}'), '{"id": "c-\\"1\\""}');
  assert.is(filled('{"n": <$.dynamodb.NewImage.amount.N>}'), '{"n": "9.50"}');
  assert.is(filled("<$.dynamodb.NewImage.amount>"), '{"N":"9.50"}');
  assert.is(filled('{"old": <$.dynamodb.OldImage.id.S>}'), '{"old": ""}');
});

test("paths in quotes are inserted as text", () => {
  assert.is(filled('{"id": "c/<$.dynamodb.NewImage.id.S>"}'), '{"id": "c/c-\\"1\\""}');
  assert.is(filled('{"id": "<$.dynamodb.OldImage.id.S>"}'), '{"id": ""}');
  assert.is(filled('{"sku": "<$.dynamodb.NewImage.items.L[0].M.sku.S>"}'), '{"sku": "tea"}');
});

test("static text and JSON stay as they are", () => {
  assert.is(filled('{"a": [1, "<b>"]}'), '{"a": [1, "<b>"]}');
  assert.is(filled("Hello, sender"), "Hello, sender");
});

test("reserved variables tell of the pipe and the event", () => {
  assert.equal(
    JSON.parse(
      filled(
        `{"arn": "<aws.pipes.pipe-arn>", "name": <aws.pipes.pipe-name>, "from": <aws.pipes.source-arn>,
          "to": <aws.pipes.target-arn>, "at": <aws.pipes.event.ingestion-time>,
          "event": <aws.pipes.event>, "json": <aws.pipes.event.json>}`,
      ),
    ),
    {
      arn: "arn:pipe",
      name: "p",
      from: "arn:source",
      to: "arn:target",
      at: "2026-01-01T12:30:05Z",
      event: record,
      json: record,
    },
  );
});

test("a broken path or an unknown variable is refused", () => {
  assert.throws(() => filled("<$.a[>"), 'JSON path "$.a[" is not valid at position 3');
  assert.throws(
    () => filled("<aws.pipes.nothing>"),
    "inputTemplate contains the unknown variable <aws.pipes.nothing>",
  );
});

test.run();
