import type { RecordedResource } from "../../program/recorded.ts";
import { at, readJson, textsIn } from "./read-inputs.ts";
import type { MapNode, NodeKind } from "./system-map.ts";

const KINDS: Record<string, NodeKind> = {
  "aws:apigateway/restApi:RestApi": "api",
  "aws:apigatewayv2/api:Api": "api",
  "aws:lambda/function:Function": "function",
  "aws:sqs/queue:Queue": "queue",
  "aws:dynamodb/table:Table": "table",
  "aws:sns/topic:Topic": "topic",
  "aws:cloudwatch/eventRule:EventRule": "rule",
  "aws:cloudwatch/eventBus:EventBus": "bus",
  "aws:pipes/pipe:Pipe": "pipe",
  "aws:sfn/stateMachine:StateMachine": "machine",
};
const ALARMS = /^aws:cloudwatch\/(metric|composite)Alarm:/;
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const DEAD_LETTERS = /arn:aws[\w-]*:sqs:[\w-]*:\d*:([\w.-]+)/;

/** A node, with its resource if it has one. */
export interface FoundNode {
  node: MapNode;
  resource?: RecordedResource;
}

/** The parts of a program that become nodes. Dead-letter queues do not: they belong to their sources. */
export function nodesOf(resources: readonly RecordedResource[]): FoundNode[] {
  const groupOf = groups(resources);
  const held = deadLetterQueues(resources);
  const found: FoundNode[] = [];
  const add = (kind: NodeKind, resource: RecordedResource, more: Partial<MapNode> = {}) => {
    const { name, source, outputs } = resource;
    const group = groupOf(resource);
    const node: MapNode = {
      id: `${kind}:${name}`,
      kind,
      label: shortLabel(name, group, kind),
      group,
      name: String(outputs["name"] ?? resource.id),
      ...(typeof outputs["arn"] === "string" && { arn: outputs["arn"] }),
      ...(source && { source }),
      ...(kind === "function" && entryOf(resource)),
      deadLetters: [],
      ...more,
    };
    found.push({ node, resource });
  };
  for (const resource of resources) {
    const kind = KINDS[resource.type];
    if (kind === "queue" && held.has(String(resource.outputs["name"]))) continue;
    if (kind) add(kind, resource, kind === "api" ? { name: resource.id } : {});
    if (resource.type !== SUBSCRIPTION) continue;
    const { protocol, endpoint } = resource.inputs;
    if (protocol !== "email" && protocol !== "sms") continue;
    add("mail", resource, { label: String(endpoint), name: String(endpoint) });
  }
  return [...found, ...buses(resources, groupOf), ...alarms(resources, groupOf)];
}

/** The entry file of a function's bundle: the last in its source map, after all that it imports. */
function entryOf({ inputs }: RecordedResource): { entry?: string } {
  const files = Object(at(inputs, "code", "files")) as Record<string, string>;
  const map = Object.entries(files).find(([name]) => name.endsWith(".map"));
  const entry = textsIn(at(readJson(map?.[1]), "sources")).at(-1);
  return entry === undefined ? {} : { entry };
}

/** Names of the queues that hold what failed elsewhere. */
function deadLetterQueues(resources: readonly RecordedResource[]): Set<string> {
  return new Set(resources.flatMap(({ inputs }) => deadLettersIn(inputs)));
}

/** The queues that an input names for what fails. */
export function deadLettersIn(inputs: Record<string, unknown>): string[] {
  const places = [
    inputs["redrivePolicy"],
    at(inputs, "deadLetterConfig"),
    at(inputs, "destinationConfig", "onFailure"),
    at(inputs, "sourceParameters", "dynamodbStreamParameters", "deadLetterConfig"),
  ];
  return places.flatMap((place) => {
    const [, name] = DEAD_LETTERS.exec(JSON.stringify(place) ?? "") ?? [];
    return name ? [name] : [];
  });
}

/** The default bus is not a resource: it exists if a rule with a pattern listens to it. */
function buses(
  resources: readonly RecordedResource[],
  groupOf: (resource: RecordedResource) => string,
): FoundNode[] {
  const [rule] = resources.filter(
    ({ type, inputs }) =>
      KINDS[type] === "rule" && inputs["eventPattern"] && !inputs["eventBusName"],
  );
  if (!rule) return [];
  const group = groupOf(rule);
  const node = { id: "bus:default", kind: "bus", label: "default bus", group } as const;
  return [{ node: { ...node, name: "default", deadLetters: [] } }];
}

/** One node for all alarms of a component: each of them shows at what it watches. */
function alarms(
  resources: readonly RecordedResource[],
  groupOf: (resource: RecordedResource) => string,
): FoundNode[] {
  const counts = new Map<string, number>();
  for (const resource of resources) {
    if (!ALARMS.test(resource.type)) continue;
    counts.set(groupOf(resource), (counts.get(groupOf(resource)) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => ({
    node: {
      id: `alarms:${group}`,
      kind: "alarms",
      label: `${count} alarm${count === 1 ? "" : "s"}`,
      group,
      name: group,
      deadLetters: [],
    },
  }));
}

/** The component of a resource: the last of its parents that is not a resource itself. */
function groups(resources: readonly RecordedResource[]): (resource: RecordedResource) => string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return ({ parent }) => {
    let urn = parent ?? "";
    while (byUrn.has(urn)) urn = byUrn.get(urn)?.parent ?? "";
    return urn === "" || urn.includes("::pulumi:pulumi:Stack::")
      ? ""
      : urn.slice(urn.lastIndexOf("::") + 2);
  };
}

/** A logical name without the names of its group and its kind, where something is left. */
function shortLabel(name: string, group: string, kind: NodeKind): string {
  const inner = group && name.startsWith(`${group}-`) ? name.slice(group.length + 1) : name;
  const suffix = kind === "api" ? "" : `-${kind}`;
  const short = suffix && inner.endsWith(suffix) ? inner.slice(0, -suffix.length) : inner;
  return short || name;
}
