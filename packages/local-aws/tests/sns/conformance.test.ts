import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { KmsKeys } from "../../src/services/kms/kms-keys.ts";
import { SnsProvisioner } from "../../src/services/sns/provision.ts";
import { Sns } from "../../src/services/sns/service.ts";
import { DEFAULT_SETTINGS } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { checkRow } from "../support/conformance.ts";
import { testKernel } from "../support/test-kernel.ts";
import { DELIVERIES } from "./conformance/deliveries.ts";
import { MESSAGES } from "./conformance/messages.ts";
import { REFUSED_SUBSCRIPTIONS } from "./conformance/subscriptions.ts";

const test = suite("SNS, as AWS answers");
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:t";
const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:q";

function topic() {
  const { kernel, clock } = testKernel();
  const sns = new Sns(kernel, new Mailbox());
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:4566" });
  kernel.dispatcher.register(sns, sqs);
  for (const name of ["q", "dead"]) sqs.createQueue(name, DEFAULT_SETTINGS);
  for (const name of ["q", "dead"]) {
    const Resource = QUEUE.replace(/q$/, name);
    const Statement = [
      { Effect: "Allow" as const, Principal: "*" as const, Action: "*", Resource },
    ];
    kernel.policies.putResourcePolicy(Resource, { Version: "2012-10-17", Statement });
  }
  sns.createTopic(TOPIC);
  const topics = new SnsProvisioner(kernel, sns, new KmsKeys(kernel));
  const subscribe = (inputs: Record<string, unknown>) =>
    topics.provisionTopicSubscription({
      urn: "",
      type: "",
      name: "s",
      id: `${TOPIC}:1`,
      inputs: { topic: TOPIC, protocol: "sqs", endpoint: QUEUE, ...inputs },
      outputs: {},
    });
  return { kernel, clock, subscribe };
}

for (const row of MESSAGES) {
  test(row.what, async () => checkRow(row, "sns", topic()));
}

for (const { subscription, ...row } of DELIVERIES) {
  test(row.what, async () => {
    const { subscribe, ...services } = topic();
    subscribe(subscription);
    await checkRow(row, "sns", services);
  });
}

for (const { what, subscription, fails } of REFUSED_SUBSCRIPTIONS) {
  test(what, () => {
    const { subscribe } = topic();
    let message = "accepted";
    try {
      subscribe(subscription);
    } catch (error) {
      message = (error as Error).message;
    }
    assert.is(message, `s: ${fails}`);
  });
}

test.run();
