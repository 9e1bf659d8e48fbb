import { suite } from "uvu";
import * as assert from "uvu/assert";
import { EventsProvisioner } from "../../src/services/eventbridge/provision.ts";
import { EventBridge } from "../../src/services/eventbridge/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { checkRow } from "../support/conformance.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";
import { DELIVERED, RULES } from "./conformance/rules.ts";

const test = suite("EventBridge, as AWS answers");
const LAMBDA = "arn:aws:lambda:eu-central-1:000000000000:function:f";

function bus(target: Record<string, unknown> = {}) {
  const { kernel, clock } = testKernel();
  const events = new EventBridge(kernel);
  const traces: (string | undefined)[] = [];
  const lambda = new ScriptedService("lambda", { Invoke: {} });
  const { Invoke } = lambda.operations;
  kernel.dispatcher.register(events, {
    name: "lambda",
    operations: {
      Invoke: {
        needs: () => [],
        run: (input, context) => {
          traces.push(context.traceHeader);
          return Invoke?.run(input, context);
        },
      },
    },
  });
  const provisioner = new EventsProvisioner(kernel, events.buses);
  const resource = (inputs: Record<string, unknown>, outputs: Record<string, unknown>) => ({
    urn: "",
    type: "",
    name: "it",
    id: "it",
    inputs,
    outputs,
  });
  provisioner.provisionEventRule(
    resource({ eventPattern: '{"source":["shop"]}' }, { name: "rule" }),
  );
  provisioner.provisionEventTarget(
    resource({ rule: "rule", arn: LAMBDA, roleArn: ROLE, ...target }, { targetId: "one" }),
  );
  return { kernel, clock, lambda, traces, stop: () => events.stop() };
}

for (const row of RULES) {
  test(row.what, async () => {
    const { stop, ...services } = bus();
    await checkRow(row, "events", services);
    stop();
  });
}

for (const { what, target, entry, gets } of DELIVERED) {
  test(what, async () => {
    const { kernel, clock, lambda, traces, stop } = bus(target);
    const Entries = [{ Source: "shop", DetailType: "t", Detail: "{}", ...entry }];
    await kernel.dispatcher.call("events", "PutEvents", { Entries }, { kind: "administrator" });
    await clock.advance(1000);
    const payloads = lambda.inputsOf("Invoke").map(({ Payload }) => String(Payload));
    assert.equal({ payloads, traces: traces.filter((one) => one !== undefined) }, gets);
    stop();
  });
}

test.run();
