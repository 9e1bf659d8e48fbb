import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describeMapping } from "../../src/services/event-sources/describe-mapping.ts";
import { mappingSettings } from "../../src/services/event-sources/mapping-settings.ts";
import { queueRecord } from "../../src/services/event-sources/queue-record.ts";
import { functionDefinition } from "../support/function-definition.ts";
import { DESCRIBED_MAPPINGS } from "./conformance/described-mappings.ts";

const test = suite("event source mappings, as Lambda describes them");
const PLACE = { account: "000000000000", region: "eu-central-1" };

for (const { what, inputs, shows } of DESCRIBED_MAPPINGS) {
  test(what, () => {
    const resource = { urn: "", type: "", name: "mapping", id: "id-1", inputs, outputs: {} };
    const settings = mappingSettings(resource, functionDefinition, 1_700_000_000_000);
    assert.equal(describeMapping(settings, PLACE), shows);
  });
}

const MESSAGE = { MessageId: "m", ReceiptHandle: "r", Body: "b", MD5OfBody: "5" };
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:orders";
const record = (message: object, windowSeconds: number) =>
  queueRecord({ ...MESSAGE, ...message }, { sourceArn: QUEUE, windowSeconds }, PLACE.region);

// Recorded on AWS: localstack/localstack, test_lambda_integration_sqs.py, tests with and without a batching window.
test("a record without attributes has no MD5 of them, or null where batches are gathered", () => {
  assert.not("md5OfMessageAttributes" in record({}, 0));
  assert.is(record({}, 1)["md5OfMessageAttributes"], null);
  for (const window of [0, 1]) {
    const { md5OfMessageAttributes } = record({ MD5OfMessageAttributes: "d25a" }, window);
    assert.is(md5OfMessageAttributes, "d25a");
  }
});

test.run();
