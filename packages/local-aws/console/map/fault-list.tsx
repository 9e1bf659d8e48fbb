import type { MapNode } from "../../src/console/map/system-map.ts";
import { clockTime, pretty } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { explain, type KnownFault } from "./faults.ts";

/** Why the hops that are red failed, in a sentence each. */
export function FaultList(props: {
  faults: readonly KnownFault[];
  nodes: readonly MapNode[];
  onClear(): void;
}) {
  const { faults, nodes, onClear } = props;
  if (faults.length === 0) return null;
  const labelOf = (id: string | undefined) => nodes.find((node) => node.id === id)?.label;
  return (
    <section class="faults" aria-label="Failures" aria-live="polite">
      <header>
        <h2>What failed</h2>
        <button type="button" class="quiet" aria-label="Hide the failures" onClick={onClear}>
          <Icon name="close" />
        </button>
      </header>
      <ul>
        {faults.map((fault) => {
          const { sentence, statement } = explain(fault);
          return (
            <li key={fault.key}>
              <p>
                <span class={`status ${fault.decision === "denied" ? "bad" : "refused"}`}>
                  {fault.decision}
                </span>{" "}
                <strong>{labelOf(fault.node) ?? fault.to}</strong> <code>{fault.kind}</code>{" "}
                <span class="dim">
                  {clockTime(fault.time)}
                  {fault.count > 1 ? `, ${fault.count} times` : ""}
                </span>
              </p>
              <p>{sentence}</p>
              {statement && <pre class="code">{pretty(statement)}</pre>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
