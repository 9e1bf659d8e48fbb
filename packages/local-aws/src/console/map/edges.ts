import type { RecordedResource } from "../../program/recorded.ts";
import type { NodeIndex } from "./node-index.ts";
import { at, everyText, readJson, textsIn } from "./read-inputs.ts";
import type { EdgeKind, MapEdge } from "./system-map.ts";

// What a reader of a stream or a queue does to read it; its edge is the mapping's or the pipe's own.
const READING =
  /^(dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams)|sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes))$/;
// Resources that relate to every part of the system, and so to none on the map.
const ASIDE = /^(logs|xray|kms|iam|sts|cloudwatch):/;

type Add = (from: string | undefined, to: string | undefined, kind: EdgeKind, what: string) => void;
type Reader = (resource: RecordedResource, index: NodeIndex, add: Add) => void;

const READERS: Record<string, Reader> = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ inputs }, index, add) =>
    add(
      index.target(String(inputs["eventSourceArn"])),
      index.target(`:function:${String(inputs["functionName"]).replace(/^.*:function:/, "")}`),
      "event",
      "event source mapping",
    ),
  "aws:pipes/pipe:Pipe": ({ inputs, outputs }, index, add) => {
    const pipe = index.named("pipe", String(outputs["name"]));
    add(index.target(String(inputs["source"])), pipe, "event", "pipe");
    add(pipe, index.target(String(inputs["target"])), "event", "pipe");
  },
  "aws:cloudwatch/eventRule:EventRule": ({ inputs, outputs }, index, add) => {
    if (!inputs["eventPattern"]) return;
    const bus = String(inputs["eventBusName"] ?? "default");
    add(index.named("bus", bus), index.named("rule", String(outputs["name"])), "event", "pattern");
  },
  "aws:cloudwatch/eventTarget:EventTarget": ({ inputs }, index, add) => {
    const rule = index.named("rule", String(inputs["rule"]));
    const target = index.target(String(inputs["arn"]));
    add(rule, target, "event", "target");
    // Only now is it known that the role is the rule's.
    if (rule && inputs["roleArn"]) {
      index.addRole(String(inputs["roleArn"]).replace(/^.*\//, ""), rule);
    }
  },
  "aws:sns/topicSubscription:TopicSubscription": ({ name, inputs }, index, add) => {
    const endpoint = String(inputs["endpoint"]);
    const to = index.target(endpoint) ?? index.named("mail", endpoint);
    add(index.target(String(inputs["topic"])), to, "event", `subscription ${name}`);
  },
  "aws:apigateway/restApi:RestApi": ({ id, inputs }, index, add) => {
    const api = index.named("api", id);
    for (const text of everyText(readJson(inputs["body"]))) {
      add(api, index.target(text), "call", "integration");
    }
  },
  "aws:apigatewayv2/integration:Integration": ({ inputs }, index, add) =>
    add(
      index.named("api", String(inputs["apiId"])),
      index.target(String(inputs["integrationUri"])),
      "call",
      "integration",
    ),
};

const ALARM = /^aws:cloudwatch\/(metric|composite)Alarm:/;
const POLICY = "aws:iam/rolePolicy:RolePolicy";

/** The edges that a program declares: what calls, feeds, reads and writes what. */
export function edgesOf(
  resources: readonly RecordedResource[],
  index: NodeIndex,
  alarmsOf: (resource: RecordedResource) => string | undefined,
): MapEdge[] {
  const edges = new Map<string, MapEdge>();
  const add: Add = (from, to, kind, what) => {
    if (!from || !to || from === to) return;
    const id = `${from}>${to}`;
    const known = edges.get(id);
    if (!known) edges.set(id, { id, from, to, kind, what: [what] });
    else if (!known.what.includes(what)) known.what.push(what);
  };
  for (const resource of resources) {
    READERS[resource.type]?.(resource, index, add);
    if (!ALARM.test(resource.type)) continue;
    const { alarmActions } = resource.inputs;
    for (const arn of textsIn(alarmActions)) {
      add(alarmsOf(resource), index.target(arn), "event", "alarm action");
    }
  }
  // After everything that identifies the owner of a role.
  for (const resource of resources) if (resource.type === POLICY) access(resource, index, add);
  return [...edges.values()];
}

/** What a role's policy allows its owners to do to other parts. */
function access({ inputs }: RecordedResource, index: NodeIndex, add: Add): void {
  const owners = index.workingAs(String(inputs["role"]));
  const statements = at(readJson(inputs["policy"]), "Statement");
  for (const statement of Array.isArray(statements) ? statements : [statements]) {
    if (at(statement, "Effect") !== "Allow") continue;
    const actions = textsIn(at(statement, "Action")).filter(
      (action) => !READING.test(action) && !ASIDE.test(action),
    );
    for (const resource of textsIn(at(statement, "Resource"))) {
      const to = index.target(resource.replace(/[/:]\*$/, ""));
      const kind = to?.startsWith("table:") ? "data" : "call";
      for (const owner of owners) for (const action of actions) add(owner, to, kind, action);
    }
  }
}
