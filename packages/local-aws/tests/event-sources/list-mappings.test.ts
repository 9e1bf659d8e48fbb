import { suite } from "uvu";
import * as assert from "uvu/assert";
import { listMappings } from "../../src/services/event-sources/list-mappings.ts";

const test = suite("ListEventSourceMappings");
const ARN = "arn:aws:lambda:eu-central-1:000000000000:function";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:q";
const mappings = [
  { UUID: "1", EventSourceArn: QUEUE, FunctionArn: `${ARN}:one` },
  { UUID: "2", EventSourceArn: `${QUEUE}2`, FunctionArn: `${ARN}:one` },
  { UUID: "3", EventSourceArn: QUEUE, FunctionArn: `${ARN}:two:live` },
];
const ids = (input: Record<string, unknown>) => {
  const { EventSourceMappings, ...rest } = listMappings(mappings, input) as {
    EventSourceMappings: { UUID: string }[];
  };
  return [EventSourceMappings.map(({ UUID }) => UUID), rest];
};

test("mappings are listed by function, in any of its names, and by source", () => {
  assert.equal(ids({}), [["1", "2", "3"], {}]);
  assert.equal(ids({ FunctionName: "one" }), [["1", "2"], {}]);
  assert.equal(ids({ FunctionName: `${ARN}:one` }), [["1", "2"], {}]);
  assert.equal(ids({ FunctionName: "two:live" }), [["3"], {}]);
  assert.equal(ids({ FunctionName: "two" }), [[], {}]);
  assert.equal(ids({ EventSourceArn: QUEUE }), [["1", "3"], {}]);
  assert.equal(ids({ EventSourceArn: QUEUE, FunctionName: "one" }), [["1"], {}]);
});

test("mappings are returned in pages of MaxItems", () => {
  assert.equal(ids({ MaxItems: 2 }), [["1", "2"], { NextMarker: "Mg==" }]);
  assert.equal(ids({ MaxItems: 2, Marker: "Mg==" }), [["3"], {}]);
  assert.throws(() => ids({ Marker: "x" }), "Invalid Marker");
});

test.run();
