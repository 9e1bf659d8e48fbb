import type { MapNode, NodeKind, SystemMap } from "../../src/console/map/system-map.ts";
import { useFacts } from "../facts.ts";
import { Icon } from "../parts/icon.tsx";
import { SourceLink } from "../parts/source-link.tsx";
import { routeTo } from "../route.ts";

const VIEWS: Partial<Record<NodeKind, string>> = {
  function: "functions",
  queue: "queues",
  table: "tables",
  machine: "executions",
  alarms: "alarms",
  mail: "mailbox",
  api: "requests",
};

/** What is known of a part of the map, and where more of it is. */
export function NodeDetail(props: {
  node: MapNode;
  map: SystemMap;
  alarms: readonly string[];
  close(): void;
}) {
  const { node, map, alarms, close } = props;
  const { root } = useFacts();
  const view = VIEWS[node.kind];
  const item = ["function", "queue", "table", "machine"].includes(node.kind) ? node.name : "";
  const labelOf = (id: string) => map.nodes.find((one) => one.id === id)?.label ?? id;
  const ways = (side: "from" | "to") => map.edges.filter((edge) => edge[side] === node.id);
  return (
    <aside class="node-detail" aria-label={`About ${node.label}`}>
      <header>
        <h2>
          <Icon name={node.kind} /> {node.label}
        </h2>
        <button type="button" class="quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        <dt>{node.kind}</dt>
        <dd>
          <code>{node.name}</code>
        </dd>
        {node.source && (
          <>
            <dt>declared in</dt>
            <dd>
              <SourceLink source={node.source} root={root} />
            </dd>
          </>
        )}
        {node.deadLetters.length > 0 && (
          <>
            <dt>failures go to</dt>
            <dd>
              {node.deadLetters.map((queue) => (
                <code key={queue}>{queue}</code>
              ))}
            </dd>
          </>
        )}
      </dl>
      {view && (
        <p>
          <a href={routeTo(view, item)}>Open in {view}</a>
        </p>
      )}
      {alarms.length > 0 && (
        <ul class="alarm-reasons">
          {alarms.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <Ways title="Comes from" edges={ways("to")} label={({ from }) => labelOf(from)} />
      <Ways title="Leads to" edges={ways("from")} label={({ to }) => labelOf(to)} />
    </aside>
  );
}

function Ways(props: {
  title: string;
  edges: SystemMap["edges"];
  label(edge: SystemMap["edges"][number]): string;
}) {
  if (props.edges.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      <ul class="ways">
        {props.edges.map((edge) => (
          <li key={edge.id}>
            <strong>{props.label(edge)}</strong> <span class="dim">{edge.what.join(", ")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
