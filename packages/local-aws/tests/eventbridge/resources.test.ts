import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventsResourceTypes } from "../../src/services/eventbridge/resources.ts";
import { pipesResourceTypes } from "../../src/services/pipes/resources.ts";

const test = suite("event-resources");

const place = {
  account: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "http://127.0.0.1:4566",
  apiEndpoint: "http://localhost:3000",
  secret: "test",
};
const EVENTS = "arn:aws:events:eu-central-1:000000000000";

function computed(token: string, inputs: Record<string, unknown>) {
  const type = [...eventsResourceTypes, ...pipesResourceTypes].find(({ type }) =>
    type.endsWith(`:${token}`),
  );
  return type?.compute({ name: "thing", generatedName: "thing-0a1b2c3", inputs }, place);
}

test("a bus and its policy are known by the bus's name", () => {
  const name = "orders";
  const arn = `${EVENTS}:event-bus/orders`;
  assert.equal(computed("EventBus", { name }), { id: name, outputs: { name, arn } });
  const policy = { eventBusName: arn, policy: "{}" };
  assert.equal(computed("EventBusPolicy", policy), { id: name, outputs: { eventBusName: name } });
  assert.is(computed("EventBusPolicy", { policy: "{}" })?.id, "default");
});

test("a rule's ARN and id carry its bus only where it is not the default one", () => {
  assert.equal(computed("EventRule", { scheduleExpression: "rate(1 day)" }), {
    id: "thing-0a1b2c3",
    outputs: {
      name: "thing-0a1b2c3",
      eventBusName: "default",
      state: "ENABLED",
      arn: `${EVENTS}:rule/thing-0a1b2c3`,
    },
  });
  const own = { name: "r", eventBusName: "orders", isEnabled: false };
  assert.equal(computed("EventRule", own), {
    id: "orders/r",
    outputs: {
      name: "r",
      eventBusName: "orders",
      state: "DISABLED",
      arn: `${EVENTS}:rule/orders/r`,
    },
  });
});

test("a target gets an id where the program sets none", () => {
  assert.equal(computed("EventTarget", { rule: "r", arn: "arn:x" }), {
    id: "r-thing-0a1b2c3",
    outputs: { targetId: "thing-0a1b2c3", eventBusName: "default" },
  });
  const own = { rule: "r", arn: "arn:x", targetId: "t", eventBusName: "orders" };
  assert.is(computed("EventTarget", own)?.id, "orders-r-t");
});

test("a pipe runs unless the program says otherwise", () => {
  assert.equal(computed("Pipe", { roleArn: "arn:role" }), {
    id: "thing-0a1b2c3",
    outputs: {
      name: "thing-0a1b2c3",
      arn: "arn:aws:pipes:eu-central-1:000000000000:pipe/thing-0a1b2c3",
      desiredState: "RUNNING",
    },
  });
  assert.is(computed("Pipe", { desiredState: "STOPPED" })?.outputs["desiredState"], "STOPPED");
});

test.run();
