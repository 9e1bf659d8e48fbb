import { matches, parsePattern } from "../../grammar/event-pattern/pattern.ts";
import { isObject } from "../../grammar/event-pattern/syntax.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { pageAt } from "../../kernel/page.ts";
import type { Need, Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Buses } from "./buses.ts";
import { busArn, busNameOf, DEFAULT_BUS, ruleArn } from "./names.ts";
import type { Bus, Rule, Target } from "./rule.ts";

type Input = Record<string, unknown>;

const MAX_PER_PAGE = 100;

/** The operations that show buses, rules and targets, and those that switch rules. */
export function readOperations(kernel: Kernel, buses: Buses): Record<string, Operation> {
  const onRule = (action: string) => (input: Input) => {
    const bus = busNameOf(text(input["EventBusName"]) ?? DEFAULT_BUS);
    const name = text(input["Name"]) ?? text(input["Rule"]) ?? "*";
    return [{ action: `events:${action}`, resource: ruleArn(kernel, bus, name) }];
  };
  const onBus = (action: string) => (input: Input) => {
    const name = busNameOf(text(input["Name"]) ?? DEFAULT_BUS);
    return [{ action: `events:${action}`, resource: busArn(kernel, name) }];
  };
  const onAll = (action: string) => (): Need[] => [{ action: `events:${action}`, resource: "*" }];
  const ruleOf = (input: Input, member: string) =>
    buses.rule(String(input[member]), text(input["EventBusName"]));
  const switchTo = (enabled: boolean) => (input: Input) => {
    buses.setEnabled(ruleOf(input, "Name"), enabled);
    return {};
  };

  return {
    ListEventBuses: {
      needs: onAll("ListEventBuses"),
      run: (input) => page("EventBuses", startingWith(input, buses.all), input, describeBus),
    },
    DescribeEventBus: {
      needs: onBus("DescribeEventBus"),
      run: (input) => describeBus(buses.bus(text(input["Name"]))),
    },
    ListRules: {
      needs: onRule("ListRules"),
      run: (input) => {
        const rules = [...buses.bus(text(input["EventBusName"])).rules.values()];
        return page("Rules", startingWith(input, rules), input, describeRule);
      },
    },
    DescribeRule: {
      needs: onRule("DescribeRule"),
      run: (input) => ({
        ...describeRule(ruleOf(input, "Name")),
        CreatedBy: kernel.account,
      }),
    },
    ListTargetsByRule: {
      needs: onRule("ListTargetsByRule"),
      run: (input) => {
        const targets = [...ruleOf(input, "Rule").targets.values()];
        return page("Targets", targets, input, describeTarget);
      },
    },
    ListRuleNamesByTarget: {
      needs: onRule("ListRuleNamesByTarget"),
      run: (input) => {
        const arn = String(input["TargetArn"]);
        const rules = [...buses.bus(text(input["EventBusName"])).rules.values()];
        const found = rules.filter((rule) => [...rule.targets.values()].some((t) => t.arn === arn));
        return page("RuleNames", found, input, (rule) => rule.name);
      },
    },
    TestEventPattern: {
      needs: onAll("TestEventPattern"),
      run: (input) => ({
        Result: matches(
          parsePattern(String(input["EventPattern"])),
          parseEvent(String(input["Event"])),
        ),
      }),
    },
    EnableRule: { needs: onRule("EnableRule"), run: switchTo(true) },
    DisableRule: { needs: onRule("DisableRule"), run: switchTo(false) },
    ListTagsForResource: {
      needs: (input) => [
        { action: "events:ListTagsForResource", resource: text(input["ResourceARN"]) ?? "*" },
      ],
      run: ({ ResourceARN }) => {
        checkTagged(buses, String(ResourceARN));
        return { Tags: [] };
      },
    },
  };
}

/** @throws ServiceError where there is no such bus or rule. */
function checkTagged(buses: Buses, arn: string): void {
  const [kind, ...path] = (arn.split(":")[5] ?? "").split("/");
  const name = path.pop() ?? "";
  if (kind === "event-bus") buses.bus(name);
  else if (kind === "rule") buses.rule(name, path[0]);
}

function describeBus({ name, arn, description, createdAt }: Bus) {
  const seconds = createdAt / 1000;
  return {
    Name: name,
    Arn: arn,
    Description: description,
    CreationTime: seconds,
    LastModifiedTime: seconds,
  };
}

function describeRule(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern?.text,
    ScheduleExpression: rule.scheduleExpression?.text,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  };
}

function describeTarget(target: Target) {
  const { input, inputPath, inputTransformer } = target.settings;
  return {
    Id: target.id,
    Arn: target.arn,
    RoleArn: target.roleArn,
    Input: input,
    InputPath: inputPath,
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPaths,
      InputTemplate: inputTransformer.inputTemplate,
    },
    RetryPolicy: target.retryPolicy && {
      MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
    },
    DeadLetterConfig: target.deadLetterArn && { Arn: target.deadLetterArn },
  };
}

function startingWith<Named extends { name: string }>(
  input: Input,
  all: readonly Named[],
): Named[] {
  const prefix = text(input["NamePrefix"]) ?? "";
  return all.filter(({ name }) => name.startsWith(prefix));
}

/** One page of a list; the token is the place where the next one starts. */
function page<Item, Shown>(
  member: string,
  items: readonly Item[],
  input: Input,
  show: (item: Item) => Shown,
) {
  const found = pageAt(items, input["NextToken"], Number(input["Limit"] ?? MAX_PER_PAGE));
  if (!found) throw new ServiceError("ValidationException", "NextToken is not valid.");
  return { [member]: found.items.map(show), ...(found.next && { NextToken: found.next }) };
}

const EVENT_FIELDS = ["id", "account", "source", "time", "region", "detail-type"];

/** An event must have the fields that every event has, apart from its detail. */
function parseEvent(json: string): unknown {
  try {
    const event: unknown = parseJson(json);
    if (isObject(event) && EVENT_FIELDS.every((field) => Object.hasOwn(event, field))) return event;
  } catch {
    // Reported below.
  }
  throw new ServiceError("ValidationException", "Parameter Event is not valid.");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
