import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { BusEvent } from "../../src/services/eventbridge/bus-event.ts";
import { type InputSettings, parseInput } from "../../src/services/eventbridge/input-transform.ts";

const test = suite("input-transform");

const event: BusEvent = {
  version: "0",
  id: "id-1",
  "detail-type": "OrderPlaced",
  source: "shop",
  account: "000000000000",
  time: "2026-01-01T00:00:00Z",
  region: "eu-central-1",
  resources: ["arn:a"],
  detail: {
    id: "o-1",
    note: 'say "hi"',
    total: 9.5,
    paid: true,
    none: null,
    lines: [{ sku: "tea" }],
  },
};
const facts = {
  ruleArn: "arn:aws:events:eu-central-1:000000000000:rule/r",
  ruleName: "r",
  ingestedAt: Date.UTC(2026, 0, 1, 0, 0, 5, 250),
};

function inputFor(settings: InputSettings): string {
  return parseInput(settings, "t")(event, facts);
}

function templated(inputTemplate: string, inputPaths: Record<string, string> = {}): string {
  return inputFor({ inputTransformer: { inputPaths, inputTemplate } });
}

test("the whole event is the default", () => {
  assert.equal(JSON.parse(inputFor({})), event);
});

test("a constant input is passed as it is written", () => {
  assert.is(inputFor({ input: '{ "id": "scheduled-check" }' }), '{ "id": "scheduled-check" }');
});

test("an input path picks a part, as JSON", () => {
  assert.is(inputFor({ inputPath: "$.detail.lines" }), '[{"sku":"tea"}]');
  assert.is(inputFor({ inputPath: "$.detail.id" }), '"o-1"');
  assert.is(inputFor({ inputPath: "$.detail.lines[0]['sku']" }), '"tea"');
  assert.is(inputFor({ inputPath: "$.detail.lines[*].sku" }), '["tea"]');
  assert.is(inputFor({ inputPath: "$.detail-type" }), '"OrderPlaced"');
  assert.is(inputFor({ inputPath: "$.detail.missing" }), "null");
});

test("bare placeholders stand as JSON", () => {
  const paths = {
    id: "$.detail.id",
    note: "$.detail.note",
    total: "$.detail.total",
    lines: "$.detail.lines",
    none: "$.detail.none",
    missing: "$.detail.missing",
  };
  assert.is(
    templated(
      '{"id": <id>, "note": <note>, "total": <total>, "lines": <lines>, "none": <none>, "m": <missing>}',
      paths,
    ),
    '{"id": "o-1", "note": "say \\"hi\\"", "total": 9.5, "lines": [{"sku":"tea"}], "none": null, "m": ""}',
  );
});

test("placeholders in quotes are inserted as text", () => {
  const paths = {
    id: "$.detail.id",
    note: "$.detail.note",
    total: "$.detail.total",
    lines: "$.detail.lines",
    missing: "$.detail.missing",
  };
  assert.is(
    templated('"order <id> of <total> (<note>) <lines> [<missing>]"', paths),
    '"order o-1 of 9.5 (say \\"hi\\") [{sku:tea}] []"',
  );
  assert.is(templated('{"text": "\\"<id>\\" <id>"}', paths), '{"text": "\\"o-1\\" o-1"}');
});

test("several lines of quoted text are allowed", () => {
  assert.is(templated('"first <id>"\n"second"', { id: "$.detail.id" }), '"first o-1"\n"second"');
});

test("predefined placeholders need no path", () => {
  const { detail: _, "detail-type": detailType, ...rest } = event;
  assert.equal(
    JSON.parse(
      templated(
        `{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>",
          "time": <aws.events.event.ingestion-time>, "event": <aws.events.event>,
          "json": <aws.events.event.json>}`,
      ),
    ),
    {
      arn: facts.ruleArn,
      name: "r",
      time: "2026-01-01T00:00:05Z",
      event: { ...rest, detailType },
      json: event,
    },
  );
});

test("settings that AWS refuses are refused with a reason", () => {
  const refusal = (settings: InputSettings) => {
    try {
      parseInput(settings, "t");
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const transformer = (inputTemplate: string, inputPaths: Record<string, string> = {}) =>
    refusal({ inputTransformer: { inputTemplate, inputPaths } });
  assert.match(refusal({ input: "hello" }), /^input is not valid JSON: /);
  assert.is(refusal({ inputPath: "detail" }), 'JSON path "detail" must start with $');
  assert.is(refusal({ inputPath: "$.a[x]" }), 'JSON path "$.a[x]" is not valid at position 3');
  assert.is(
    refusal({ input: "{}", inputPath: "$" }),
    "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
  );
  assert.is(transformer('"<id>"'), "InputTemplate for target t contains invalid placeholder id.");
  assert.match(transformer("hello"), /^inputTemplate is not valid JSON: /);
  assert.match(transformer('{"id": <id>', { id: "$.id" }), /^inputTemplate is not valid JSON: /);
  assert.is(
    transformer("{}", { "aws.x": "$.id" }),
    "inputPaths.aws.x: names with aws. are reserved",
  );
});

test.run();
