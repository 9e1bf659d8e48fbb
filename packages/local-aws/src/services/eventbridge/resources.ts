import { type Declared, type Place, type ResourceType, TAGS } from "../../program/resource-type.ts";
import { busArn, busNameOf, DEFAULT_BUS, ruleArn } from "./names.ts";

const REGION = { region: "everything runs in the stack's one region" };
const FORCE_DESTROY = { forceDestroy: "nothing is left behind when the runtime stops" };

/** EventBridge's Pulumi types. */
export const eventsResourceTypes: ResourceType[] = [
  {
    type: "aws:cloudwatch/eventBus:EventBus",
    honours: ["name", "description"],
    ignores: {
      ...TAGS,
      ...REGION,
      kmsKeyIdentifier: "events are not encrypted",
      deadLetterConfig: "events are not encrypted, so that no event fails for its key",
      logConfig: "the bus writes no logs; every hop is in the trace",
    },
    compute(declared, place) {
      const name = nameOf(declared);
      return { id: name, outputs: { name, arn: busArn(place, name) } };
    },
  },
  {
    type: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    honours: ["eventBusName", "policy"],
    ignores: REGION,
    compute({ inputs }) {
      const eventBusName = busNameOf(textOf(inputs["eventBusName"]) ?? DEFAULT_BUS);
      return { id: eventBusName, outputs: { eventBusName } };
    },
  },
  {
    type: "aws:cloudwatch/eventRule:EventRule",
    honours: [
      "name",
      "description",
      "eventBusName",
      "eventPattern",
      "scheduleExpression",
      "isEnabled",
      "state",
      "roleArn",
    ],
    ignores: { ...TAGS, ...REGION, ...FORCE_DESTROY },
    compute: computeRule,
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    honours: [
      "rule",
      "eventBusName",
      "arn",
      "targetId",
      "roleArn",
      "input",
      "inputPath",
      "inputTransformer",
      "retryPolicy",
      "deadLetterConfig",
    ],
    ignores: { ...REGION, ...FORCE_DESTROY },
    compute(declared) {
      const targetId = textOf(declared.inputs["targetId"]) ?? declared.generatedName;
      const eventBusName = textOf(declared.inputs["eventBusName"]) ?? DEFAULT_BUS;
      const id = [...prefixOf(eventBusName), textOf(declared.inputs["rule"]), targetId];
      return { id: id.join("-"), outputs: { targetId, eventBusName } };
    },
  },
];

function computeRule(declared: Declared, place: Place) {
  const { inputs } = declared;
  const name = nameOf(declared);
  const eventBusName = textOf(inputs["eventBusName"]) ?? DEFAULT_BUS;
  const busName = busNameOf(eventBusName);
  const state = textOf(inputs["state"]) ?? (inputs["isEnabled"] === false ? "DISABLED" : "ENABLED");
  return {
    id: [...prefixOf(busName), name].join("/"),
    outputs: { name, eventBusName, state, arn: ruleArn(place, busName, name) },
  };
}

/** Ids of the provider name the bus only where it is not the default one. */
function prefixOf(busName: string): string[] {
  return busName === DEFAULT_BUS ? [] : [busName];
}

function nameOf({ inputs, generatedName }: Declared): string {
  return textOf(inputs["name"]) ?? generatedName;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
