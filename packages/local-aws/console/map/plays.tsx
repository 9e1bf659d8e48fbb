import { useState } from "preact/hooks";
import type { PlayFacts, PlayResult } from "../../src/console/contract.ts";
import { run } from "../calls.ts";
import { useFacts } from "../facts.ts";
import { Icon } from "../parts/icon.tsx";
import { routeTo } from "../route.ts";

/** Buttons that make something happen, so that the system is seen at work without typing. */
export function Plays({ plays }: { plays: readonly PlayFacts[] }) {
  const { journeys } = useFacts();
  const [result, setResult] = useState<PlayResult & { failed?: boolean }>();
  const [busy, setBusy] = useState("");
  const play = async (name: string) => {
    setBusy(name);
    try {
      setResult(await run<PlayResult>("plays.run", { name }));
    } catch (error) {
      setResult({ says: (error as Error).message, failed: true });
    }
    setBusy("");
  };
  return (
    <div class="plays">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line */}
      <div class="play-buttons" role="group" aria-label="Plays">
        {plays.map(({ name, label, explains }, index) => (
          <button
            key={name}
            type="button"
            class={index === 0 ? "primary" : ""}
            title={explains}
            disabled={busy === name}
            onClick={() => play(name)}
          >
            {index === 0 && <Icon name="play" />}
            {label}
          </button>
        ))}
      </div>
      <p class={result?.failed ? "play-says failed" : "play-says"} role="status">
        {result?.says ?? "Press one, and watch it cross the map."}{" "}
        {result?.journey && journeys && (
          <a href={routeTo(`${journeys.noun}s`, result.journey)}>Open the {journeys.noun}</a>
        )}
      </p>
    </div>
  );
}
