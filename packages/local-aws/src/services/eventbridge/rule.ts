import type { EventPattern } from "../../grammar/event-pattern/pattern.ts";
import type { BusEvent } from "./bus-event.ts";
import type { InputSettings, InputTransform } from "./input-transform.ts";
import type { Schedule } from "./schedule.ts";

/** An event bus and its rules by name. */
export interface Bus {
  name: string;
  arn: string;
  description?: string;
  /** In milliseconds since the epoch. */
  createdAt: number;
  rules: Map<string, Rule>;
}

/** A rule and its targets by id. */
export interface Rule {
  name: string;
  busName: string;
  arn: string;
  enabled: boolean;
  description?: string;
  roleArn?: string;
  eventPattern?: { text: string; pattern: EventPattern };
  scheduleExpression?: { text: string; schedule: Schedule };
  targets: Map<string, Target>;
}

/** Where a rule sends what it matched. */
export interface Target {
  id: string;
  arn: string;
  roleArn?: string;
  settings: InputSettings;
  transform: InputTransform;
  /** As it was set. */
  retryPolicy?: { maximumRetryAttempts?: number; maximumEventAgeInSeconds?: number };
  /** 0 to 185. */
  maximumRetryAttempts: number;
  /** 60 to 86,400. */
  maximumEventAgeInSeconds: number;
  deadLetterArn?: string;
}

/** One event on its way to one target. */
export interface Shipment {
  rule: Rule;
  target: Target;
  event: BusEvent;
  /** When the bus took the event, in milliseconds since the epoch. */
  ingestedAt: number;
  requestId: string;
  /** `X-Amzn-Trace-Id` that the event came with. */
  traceHeader: string | undefined;
}
