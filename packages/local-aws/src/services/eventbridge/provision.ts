import { parsePattern } from "../../grammar/event-pattern/pattern.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { Buses } from "./buses.ts";
import { type InputSettings, parseInput } from "./input-transform.ts";
import { busNameOf, DEFAULT_BUS, ruleArn } from "./names.ts";
import type { Rule } from "./rule.ts";
import { parseSchedule } from "./schedule.ts";

interface RuleInputs {
  description?: string;
  eventBusName?: string;
  eventPattern?: string;
  scheduleExpression?: string;
  isEnabled?: boolean;
  state?: string;
  roleArn?: string;
}

interface TargetInputs extends InputSettings {
  rule: string;
  eventBusName?: string;
  arn: string;
  roleArn?: string;
  retryPolicy?: { maximumEventAgeInSeconds?: number; maximumRetryAttempts?: number };
  deadLetterConfig?: { arn?: string };
}

const MAX_RETRIES = 185;
const MAX_AGE_SECONDS = 86_400;
const MAX_PATTERN = 4_096;

/**
 * Creates what the program declared on buses.
 * Each method throws an Error that starts with the resource's logical name where AWS would refuse the resource.
 */
export class EventsProvisioner {
  readonly #kernel: Kernel;
  readonly #buses: Buses;

  constructor(kernel: Kernel, buses: Buses) {
    this.#kernel = kernel;
    this.#buses = buses;
  }

  /** Creates an `aws:cloudwatch/eventBus:EventBus`. */
  provisionEventBus(resource: RecordedResource): void {
    named(resource, () => {
      const { description } = resource.inputs as { description?: string };
      this.#buses.createBus(String(resource.outputs["name"]), description);
    });
  }

  /** Puts an `aws:cloudwatch/eventBusPolicy:EventBusPolicy` on its bus. */
  provisionEventBusPolicy(resource: RecordedResource): void {
    named(resource, () => {
      const { eventBusName, policy } = resource.inputs as { eventBusName?: string; policy: string };
      const { arn } = this.#buses.bus(eventBusName);
      this.#kernel.policies.putResourcePolicy(arn, policy, resource.source);
    });
  }

  /** Creates an `aws:cloudwatch/eventRule:EventRule` and starts its schedule. */
  provisionEventRule(resource: RecordedResource): void {
    named(resource, () => {
      const inputs = resource.inputs as RuleInputs;
      const name = String(resource.outputs["name"]);
      const busName = busNameOf(inputs.eventBusName ?? DEFAULT_BUS);
      checkRule(name, busName, inputs);
      this.#buses.addRule({
        name,
        busName,
        arn: ruleArn(this.#kernel, busName, name),
        enabled:
          inputs.state === undefined ? inputs.isEnabled !== false : inputs.state !== "DISABLED",
        description: inputs.description,
        roleArn: inputs.roleArn,
        ...patternAndSchedule(inputs),
        targets: new Map(),
      });
    });
  }

  /** Adds an `aws:cloudwatch/eventTarget:EventTarget` to its rule. */
  provisionEventTarget(resource: RecordedResource): void {
    named(resource, () => {
      const inputs = resource.inputs as unknown as TargetInputs;
      const rule = this.#buses.rule(inputs.rule, inputs.eventBusName);
      checkTarget(rule, inputs);
      const { input, inputPath, inputTransformer, retryPolicy } = inputs;
      const settings = { input, inputPath, inputTransformer };
      this.#buses.addTarget(rule, {
        id: String(resource.outputs["targetId"]),
        arn: inputs.arn,
        roleArn: inputs.roleArn,
        settings,
        transform: parseInput(settings, String(resource.outputs["targetId"])),
        ...(retryPolicy && { retryPolicy }),
        maximumRetryAttempts: retryPolicy?.maximumRetryAttempts ?? MAX_RETRIES,
        maximumEventAgeInSeconds: retryPolicy?.maximumEventAgeInSeconds ?? MAX_AGE_SECONDS,
        deadLetterArn: inputs.deadLetterConfig?.arn,
      });
    });
  }
}

function patternAndSchedule(inputs: RuleInputs): Pick<Rule, "eventPattern" | "scheduleExpression"> {
  const { eventPattern: pattern, scheduleExpression: schedule } = inputs;
  return {
    ...(pattern && { eventPattern: { text: pattern, pattern: parsePattern(pattern) } }),
    ...(schedule && { scheduleExpression: { text: schedule, schedule: parseSchedule(schedule) } }),
  };
}

function checkRule(name: string, busName: string, inputs: RuleInputs): void {
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw new Error(`name "${name}" must be 1 to 64 letters, digits, ".", "-" or "_"`);
  }
  if (!inputs.eventPattern && !inputs.scheduleExpression) {
    throw new Error("set eventPattern or scheduleExpression");
  }
  if ((inputs.eventPattern?.length ?? 0) > MAX_PATTERN) {
    throw new Error(`eventPattern is longer than ${MAX_PATTERN} characters`);
  }
  if (inputs.scheduleExpression && busName !== DEFAULT_BUS) {
    throw new Error("ScheduleExpression is supported only on the default event bus.");
  }
  if (inputs.state !== undefined && inputs.isEnabled !== undefined) {
    throw new Error("set state or isEnabled, not both");
  }
}

function checkTarget(rule: Rule, inputs: TargetInputs): void {
  const { arn, roleArn, retryPolicy = {}, deadLetterConfig } = inputs;
  const service = arn.split(":")[2];
  if ((service === "states" || service === "events") && !roleArn) {
    throw new Error(`roleArn is required for target ${arn}`);
  }
  if (service === "events" && rule.scheduleExpression) {
    throw new Error(`${arn}: a schedule that targets another event bus is not supported locally`);
  }
  if (arn.endsWith(".fifo")) {
    throw new Error(`${arn}: FIFO queues and topics are not supported by the local runtime`);
  }
  inRange("retryPolicy.maximumRetryAttempts", retryPolicy.maximumRetryAttempts, 0, MAX_RETRIES);
  const age = retryPolicy.maximumEventAgeInSeconds;
  inRange("retryPolicy.maximumEventAgeInSeconds", age, 60, MAX_AGE_SECONDS);
  if (!deadLetterConfig) return;
  if (!/^arn:aws:sqs:/.test(deadLetterConfig.arn ?? "")) {
    throw new Error(`deadLetterConfig.arn "${deadLetterConfig.arn}" is not the ARN of a queue`);
  }
  if (deadLetterConfig.arn?.endsWith(".fifo")) {
    throw new Error("deadLetterConfig.arn must be a standard queue, not FIFO");
  }
}

function inRange(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (value >= low && value <= high)) return;
  throw new Error(`${name} is ${value}; allowed are ${low} to ${high}`);
}
