import { createHash } from "node:crypto";
import { queueUrl } from "../../grammar/queue-url.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Shipment } from "./rule.ts";

/** The service principal that rules act as where a target has no role. */
export const EVENTS_PRINCIPAL = "events.amazonaws.com";

type Send = (shipment: Shipment, text: string) => Promise<void>;

/** Sends events to targets, each by its service's operation. */
export class TargetSender {
  readonly #kernel: Kernel;
  readonly #senders: Readonly<Record<string, Send>>;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#senders = {
      states: (shipment, text) => this.#startExecution(shipment, text),
      lambda: (shipment, text) => this.#invoke(shipment, text),
      sqs: (shipment, text) => this.#sendMessage(shipment, text),
      sns: (shipment, text) => this.#publish(shipment, text),
      logs: (shipment, text) => this.#putLogEvent(shipment, text),
      events: (shipment) => this.#putEvent(shipment),
    };
  }

  /** Why a target cannot be served; undefined when it can. */
  refusal(targetArn: string): string | undefined {
    const [, , service = "", , , resource = ""] = targetArn.split(":");
    if (!this.#senders[service]) {
      return `${targetArn}: targets of the service "${service}" are not supported locally; supported are ${Object.keys(this.#senders).join(", ")}`;
    }
    const wanted: Record<string, RegExp> = {
      states: /^stateMachine$/,
      lambda: /^function$/,
      logs: /^log-group$/,
      events: /^event-bus\//,
    };
    return (wanted[service]?.test(resource) ?? true)
      ? undefined
      : `${targetArn}: "${resource}" of ${service} cannot be a target`;
  }

  /**
   * Sends once.
   *
   * @throws ServiceError of the target's service.
   */
  async send(shipment: Shipment, text: string): Promise<void> {
    const service = serviceOf(shipment.target.arn);
    const send = this.#senders[service];
    if (!send) throw new Error(this.refusal(shipment.target.arn));
    await send(shipment, text);
  }

  async #startExecution(shipment: Shipment, input: string): Promise<void> {
    const { rule, target, event } = shipment;
    // The name is the same for each attempt, so that a lost response starts nothing twice.
    const name = `${event.id}_${fingerprint(`${rule.arn} ${target.id}`)}`;
    try {
      await this.#call(shipment, "StartExecution", { stateMachineArn: target.arn, input, name });
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === "ExecutionAlreadyExists")) throw error;
    }
  }

  async #invoke(shipment: Shipment, Payload: string): Promise<void> {
    const FunctionName = shipment.target.arn;
    await this.#call(shipment, "Invoke", { FunctionName, InvocationType: "Event", Payload });
  }

  async #sendMessage(shipment: Shipment, MessageBody: string): Promise<void> {
    const QueueUrl = queueUrl(shipment.target.arn);
    await this.#call(shipment, "SendMessage", { QueueUrl, MessageBody });
  }

  async #publish(shipment: Shipment, Message: string): Promise<void> {
    await this.#call(shipment, "Publish", { TopicArn: shipment.target.arn, Message });
  }

  async #putLogEvent(shipment: Shipment, message: string): Promise<void> {
    const [logGroupName = ""] = shipment.target.arn.split(":log-group:")[1]?.split(":") ?? [];
    const logStreamName = `events/${shipment.rule.name}`;
    try {
      await this.#call(shipment, "CreateLogStream", { logGroupName, logStreamName });
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === "ResourceAlreadyExistsException")) {
        throw error;
      }
    }
    const logEvents = [{ timestamp: this.#kernel.clock.now(), message }];
    await this.#call(shipment, "PutLogEvents", { logGroupName, logStreamName, logEvents });
  }

  async #putEvent(shipment: Shipment): Promise<void> {
    const { event, target } = shipment;
    const entry = {
      EventBusName: target.arn,
      Source: event.source,
      DetailType: event["detail-type"],
      Detail: JSON.stringify(event.detail),
      Resources: event.resources,
      Time: Date.parse(event.time) / 1000,
    };
    const answer = await this.#call<{ Entries: { ErrorCode?: string; ErrorMessage?: string }[] }>(
      shipment,
      "PutEvents",
      { Entries: [entry] },
    );
    const [result] = answer.Entries;
    if (result?.ErrorCode) {
      const status = result.ErrorCode === "InternalFailure" ? 500 : 400;
      throw new ServiceError(result.ErrorCode, result.ErrorMessage ?? "", status);
    }
  }

  #call<Output>(shipment: Shipment, operation: string, input: object): Promise<Output> {
    const { target, rule, requestId, traceHeader } = shipment;
    const caller: Caller = target.roleArn
      ? { kind: "role", roleArn: target.roleArn, sessionName: rule.name }
      : { kind: "service", principal: EVENTS_PRINCIPAL, sourceArn: rule.arn };
    return this.#kernel.dispatcher.call<Output>(
      serviceOf(target.arn),
      operation,
      input,
      caller,
      requestId,
      { traceHeader },
    );
  }
}

function serviceOf(arn: string): string {
  return arn.split(":")[2] ?? "";
}

/** A stable identifier in the shape of a UUID. */
function fingerprint(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}
