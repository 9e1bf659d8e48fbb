import { useState } from "preact/hooks";
import type { JourneyActionFacts, JourneyView, Milestone } from "../../src/console/contract.ts";
import { run } from "../calls.ts";
import { useFacts } from "../facts.ts";
import { clockTime, duration } from "../parts/format.ts";
import { DoButton, Empty, Problem, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { BarDetail } from "./bar-detail.tsx";
import { RunGraph } from "./run-graph.tsx";
import { WaterfallChart } from "./waterfall-chart.tsx";

// Until it is over, and a little longer: the last letters come after the end.
const ACTIVE_MS = 1_000;
const OVER_MS = 5_000;

/** One journey: what matters of it, then every hop, and what is known of the one that is picked. */
export function JourneyDetail(props: {
  id: string;
  noun: string;
  actions: readonly JourneyActionFacts[];
}) {
  const { id, noun, actions } = props;
  const { writable } = useFacts();
  const [isOver, setIsOver] = useState(false);
  const [picked, setPicked] = useState("");
  const { value, error, refresh } = usePolled(
    `journey ${id}`,
    async () => {
      const journey = await run<JourneyView>("journeys.read", { id });
      setIsOver(journey.over && journey.missing.length === 0);
      return journey;
    },
    isOver ? OVER_MS : ACTIVE_MS,
  );
  if (!value) return error ? <Problem text={error} /> : <Empty>Reading its way…</Empty>;
  const bar = value.bars.find(({ key }) => key === picked);
  return (
    <article class="journey" aria-label={`${noun} ${id}`}>
      <header class="pad">
        <h2>
          <code>{id}</code> <span class="dim">{value.title}</span>
        </h2>
        <Milestones milestones={value.milestones} />
        <p class="summary">{value.summary}</p>
        {value.over &&
          value.missing.map((gap) => (
            <p key={gap} class="gap">
              Missing: {gap}
            </p>
          ))}
        <Problem text={error} />
      </header>
      <WaterfallChart bars={value.bars} picked={picked} pick={setPicked} />
      {bar && <BarDetail bar={bar} close={() => setPicked("")} />}
      {value.runs[0] && (
        <RunGraph executionArn={value.runs.at(-1) ?? ""} bars={value.bars} pick={setPicked} />
      )}
      {writable && (
        <footer class="pad row">
          {actions.map(({ name, label, explains }) => (
            <DoButton
              key={name}
              label={label}
              title={explains}
              run={async () => {
                const { says } = await run<{ says: string }>("journeys.act", { id, name });
                refresh();
                return says;
              }}
            />
          ))}
        </footer>
      )}
    </article>
  );
}

const WORDS: Record<Milestone["state"], string> = {
  good: "done",
  bad: "failed",
  pending: "not yet",
  skipped: "not needed",
};

function Milestones({ milestones }: { milestones: readonly Milestone[] }) {
  const began = milestones.find(({ at }) => at !== undefined)?.at ?? 0;
  return (
    <ol class="milestones">
      {milestones.map(({ label, state, at }) => (
        <li key={label} class={state}>
          <strong>{label}</strong>
          <span>
            {at === undefined
              ? WORDS[state]
              : at === began
                ? clockTime(at).slice(0, 8)
                : `+${duration(at - began)}`}
          </span>
          {state === "bad" && (
            <span class="hidden">
              <Status tone="bad">failed</Status>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
