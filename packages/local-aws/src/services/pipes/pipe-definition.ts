import type { EventPattern } from "../../grammar/event-pattern/pattern.ts";
import type { StreamReaderSettings } from "../../streams/stream-reader.ts";
import type { PipeTemplate } from "./pipe-template.ts";

/** A pipe as the program declares it, checked and with AWS's defaults. */
export interface PipeDefinition {
  name: string;
  arn: string;
  description?: string;
  roleArn: string;
  /** ARN of a DynamoDB stream. */
  source: string;
  target: string;
  running: boolean;
  reader: StreamReaderSettings;
  deadLetterArn?: string;
  /** A record passes if it matches one of them, or if there are none. */
  filters: readonly EventPattern[];
  template: PipeTemplate;
  targetSettings: PipeTargetSettings;
  log?: PipeLog;
  /** The settings as the program wrote them, for display. */
  declared: { sourceParameters?: object; targetParameters?: object; logConfiguration?: object };
}

/** Settings of the target; a value that starts with `$.` is read from the record. */
export interface PipeTargetSettings {
  eventbridgeEventBusParameters?: {
    detailType?: string;
    source?: string;
    resources?: string[];
    time?: string;
  };
  stepFunctionStateMachineParameters?: { invocationType?: string };
}

/** Where a pipe logs, and from which level on. */
export interface PipeLog {
  logGroupArn: string;
  level: "ERROR" | "INFO" | "TRACE";
}
