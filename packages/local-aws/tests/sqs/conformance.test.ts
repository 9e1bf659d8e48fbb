import { suite } from "uvu";
import { DEFAULT_SETTINGS } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { checkRow } from "../support/conformance.ts";
import { testKernel } from "../support/test-kernel.ts";
import { MESSAGES } from "./conformance/messages.ts";
import { QUEUES } from "./conformance/queues.ts";

const test = suite("SQS, as AWS answers");

for (const row of [...MESSAGES, ...QUEUES]) {
  test(row.what, async () => {
    const { kernel, clock } = testKernel();
    const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:4566" });
    kernel.dispatcher.register(sqs);
    sqs.createQueue("q", DEFAULT_SETTINGS);
    await checkRow(row, "sqs", { kernel, clock });
    sqs.stop();
  });
}

test.run();
