import type { ServiceError } from "../../src/kernel/service-error.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { EventsProvisioner } from "../../src/services/eventbridge/provision.ts";
import { EventBridge } from "../../src/services/eventbridge/service.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { testKernel } from "./test-kernel.ts";

/** Target of most rules. */
export const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:flow";
/** A queue. */
export const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:queue";
/** A dead-letter queue. */
export const DLQ = "arn:aws:sqs:eu-central-1:000000000000:dlq";
/** ARN of the rule `created`. */
export const RULE_ARN = "arn:aws:events:eu-central-1:000000000000:rule/created";
/** An entry of PutEvents that PATTERN matches. */
export const ENTRY = {
  Source: "customer.api",
  DetailType: "CustomerCreated",
  Detail: '{"id":"c-1"}',
};
/** Pattern of the rule `created`. */
export const PATTERN = '{"source":["customer.api"]}';

/** An EventBridge among scripted services, with the calls of a client and the resources of a program. */
export function bridge(start?: Record<string, ScriptedService>) {
  const test = testKernel();
  const { kernel } = test;
  const events = new EventBridge(kernel);
  const states = start?.["states"] ?? new ScriptedService("states", { StartExecution: {} });
  const sqs = start?.["sqs"] ?? new ScriptedService("sqs", { SendMessage: {} });
  kernel.dispatcher.register(events, states, sqs, ...Object.values(start ?? {}));
  const provisioner = new EventsProvisioner(kernel, events.buses);
  const resource = (name: string, inputs: object, outputs: object): RecordedResource => ({
    urn: `urn:${name}`,
    type: "",
    name,
    id: name,
    inputs: inputs as Record<string, unknown>,
    outputs: { ...inputs, ...outputs },
  });
  const call = <Output = Record<string, unknown>>(operation: string, input: object) =>
    kernel.dispatcher.call<Output>("events", operation, input, { kind: "administrator" });
  return {
    ...test,
    events,
    states,
    sqs,
    bus: (name: string) => provisioner.provisionEventBus(resource(name, { name }, { name })),
    rule: (name: string, inputs: object) =>
      provisioner.provisionEventRule(resource(name, inputs, { name })),
    target: (inputs: object, targetId = "target") =>
      provisioner.provisionEventTarget(
        resource(targetId, { rule: "created", ...inputs }, { targetId }),
      ),
    call,
    put: (...Entries: object[]) =>
      call<{ FailedEntryCount: number; Entries: Record<string, string>[] }>("PutEvents", {
        Entries,
      }),
  };
}

/** Responds with an error while `while` says so for the call's number. */
export function failing(error: ServiceError, during: (count: number) => boolean) {
  return (_: unknown, count: number) => {
    if (during(count)) throw error;
    return {};
  };
}
