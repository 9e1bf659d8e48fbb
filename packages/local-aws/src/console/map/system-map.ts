/** What a node of the map is. */
export type NodeKind =
  | "api"
  | "function"
  | "queue"
  | "table"
  | "topic"
  | "rule"
  | "bus"
  | "pipe"
  | "machine"
  | "alarms"
  | "mail";

/** One part of the system. */
export interface MapNode {
  /** Kind and logical name, e.g. `queue:orders-queue`. */
  id: string;
  kind: NodeKind;
  /** Logical name, without the part that its group has. */
  label: string;
  /** Logical name of its component; empty if it has none. */
  group: string;
  /** What AWS knows it by. */
  name: string;
  arn?: string;
  /** Where the code of a function begins, e.g. `handlers/orders/pipeline/reconcile.ts`. */
  entry?: string;
  /** Where the program declares it, e.g. `infra/aws/queue.ts:31`. */
  source?: string;
  /** Names of the queues that hold what failed here. */
  deadLetters: string[];
}

/** What flows along an edge: a call, an event, or the items of a table. */
export type EdgeKind = "call" | "event" | "data";

/** A way from one part to another, as the program declares it. */
export interface MapEdge {
  /** `FROM>TO`, the ids of the nodes. */
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  /** What may be done along it, e.g. `sqs:SendMessage`. */
  what: string[];
}

/** The system as the program declares it. */
export interface SystemMap {
  groups: string[];
  nodes: MapNode[];
  edges: MapEdge[];
  /** The node that each alarm watches, by the alarm's name. */
  watched: Record<string, string>;
}
