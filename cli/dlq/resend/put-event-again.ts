import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { BusEvent } from "../diagnosis.ts";
import { failed, left, type Outcome, REDRIVEN } from "./outcome.ts";

/** Why an event cannot be put on its bus again; undefined when it can. */
export function putRefusal({ source }: BusEvent): string | undefined {
  if (!source.startsWith("aws.")) return undefined;
  return source === "aws.events"
    ? "an event of a schedule cannot be put again; the schedule sends the next one: remove this one with drop"
    : `only AWS can put events of ${source}: remove this one with drop`;
}

/** Puts an event on the bus of its rule again; it goes to every rule that it matches, as a new event. */
export async function putEventAgain(
  events: EventBridgeClient,
  event: BusEvent,
  ruleArn: string,
): Promise<Outcome> {
  const refusal = putRefusal(event);
  if (refusal) return left(refusal);
  const entry = {
    EventBusName: busOf(ruleArn),
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(event.detail),
    Resources: event.resources,
    ...(event.time && { Time: new Date(event.time) }),
  };
  const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  const [result] = Entries;
  // PutEvents returns 200 even when it accepts nothing.
  if (result?.EventId) return REDRIVEN;
  return failed(`${entry.EventBusName} refuses it: ${result?.ErrorCode}: ${result?.ErrorMessage}`);
}

/** A rule's bus: its ARN names every bus but the default one. */
function busOf(ruleArn: string): string {
  const [, bus, rule] = ruleArn.slice(ruleArn.indexOf(":rule/")).split("/");
  return rule === undefined || bus === undefined ? "default" : bus;
}
