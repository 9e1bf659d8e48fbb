import type { RecordedResource } from "../../program/recorded.ts";
import { edgesOf } from "./edges.ts";
import { NodeIndex } from "./node-index.ts";
import { deadLettersIn, type FoundNode, nodesOf } from "./nodes.ts";
import { at } from "./read-inputs.ts";
import type { NodeKind, SystemMap } from "./system-map.ts";

// Dimensions of metrics that identify what an alarm watches.
const DIMENSIONS: [dimension: string, kind: NodeKind][] = [
  ["FunctionName", "function"],
  ["QueueName", "queue"],
  ["TableName", "table"],
  ["TopicName", "topic"],
  ["RuleName", "rule"],
  ["PipeName", "pipe"],
  ["StateMachineArn", "machine"],
  ["ApiId", "api"],
  ["ApiName", "api"],
];

/** A program's map, and what finds its nodes. */
export interface ReadMap {
  map: SystemMap;
  index: NodeIndex;
}

/** Draws the map of a program from what it declares. */
export function readMap(resources: readonly RecordedResource[]): ReadMap {
  const found = nodesOf(resources);
  const index = new NodeIndex(found);
  const alarmsOf = ({ parent }: RecordedResource) =>
    index.named("alarms", parent ? parent.slice(parent.lastIndexOf("::") + 2) : "");
  const edges = edgesOf(resources, index, alarmsOf);
  assignDeadLetters(resources, found, index);
  const nodes = found.map(({ node }) => node);
  return {
    map: {
      groups: [...new Set(nodes.map(({ group }) => group))],
      nodes,
      edges,
      watched: watchedBy(resources, found, index),
    },
    index,
  };
}

/** Shows each queue of dead letters at what its letters come from. */
function assignDeadLetters(
  resources: readonly RecordedResource[],
  found: readonly FoundNode[],
  index: NodeIndex,
): void {
  const byId = new Map(found.map(({ node }) => [node.id, node]));
  for (const { type, inputs, outputs } of resources) {
    for (const queue of deadLettersIn(inputs)) {
      const owner = ownerOf(type, inputs, outputs, index);
      const node = owner === undefined ? undefined : byId.get(owner);
      if (node && !node.deadLetters.includes(queue)) node.deadLetters.push(queue);
    }
  }
}

function ownerOf(
  type: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown>,
  index: NodeIndex,
): string | undefined {
  const functionName = String(inputs["functionName"] ?? "").replace(/^.*:function:/, "");
  if (functionName) return index.target(`:function:${functionName}`);
  if (inputs["rule"]) return index.named("rule", String(inputs["rule"]));
  if (inputs["topic"]) return index.target(String(inputs["topic"]));
  const kind = /:sqs\//.test(type) || type.startsWith("aws:sqs/") ? "queue" : "pipe";
  return index.named(kind, String(outputs["name"]));
}

function watchedBy(
  resources: readonly RecordedResource[],
  found: readonly FoundNode[],
  index: NodeIndex,
): Record<string, string> {
  const watched: Record<string, string> = {};
  const holders = new Map(
    found.flatMap(({ node }) => node.deadLetters.map((queue) => [queue, node.id] as const)),
  );
  const apis = new Map(
    found.flatMap(({ node, resource }) =>
      node.kind === "api" ? [[String(resource?.inputs["name"]), node.id] as const] : [],
    ),
  );
  for (const { type, inputs, outputs } of resources) {
    if (!type.startsWith("aws:cloudwatch/metricAlarm:")) continue;
    const node = dimensionsOf(inputs).flatMap((dimensions) =>
      DIMENSIONS.flatMap(([dimension, kind]) => {
        const value = dimensions[dimension];
        if (typeof value !== "string") return [];
        const name = kind === "machine" ? value.replace(/^.*:/, "") : value;
        return index.named(kind, name) ?? holders.get(name) ?? apis.get(name) ?? [];
      }),
    )[0];
    if (node) watched[String(outputs["name"])] = node;
  }
  return watched;
}

function dimensionsOf(inputs: Record<string, unknown>): Record<string, unknown>[] {
  const queries = inputs["metricQueries"];
  const all = [
    inputs["dimensions"],
    ...(Array.isArray(queries) ? queries.map((query) => at(query, "metric", "dimensions")) : []),
  ];
  return all.filter((one) => typeof one === "object" && one !== null) as Record<string, unknown>[];
}
