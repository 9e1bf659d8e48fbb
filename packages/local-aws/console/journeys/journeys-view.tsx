import { useState } from "preact/hooks";
import type { JourneyEntry } from "../../src/console/contract.ts";
import { run } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { clockTime } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, Heading, PickList, Problem, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { JourneyDetail } from "./journey-detail.tsx";

const LIST_MS = 2_000;

/** The journeys of a stack, e.g. its orders: a live list, and the one that is picked. */
export function JourneysView({ item }: ViewProps) {
  const { journeys } = useFacts();
  const [status, setStatus] = useState("");
  const { value: entries, error } = usePolled(
    `journeys ${status}`,
    () => run<JourneyEntry[]>("journeys.list", { status }),
    LIST_MS,
  );
  if (!journeys) return null;
  const view = `${journeys.noun}s`;
  return (
    <>
      <Heading title={`${view.charAt(0).toUpperCase()}${view.slice(1)}`}>
        <Search noun={journeys.noun} view={view} />
      </Heading>
      <Problem text={error} />
      <div class="two journeys">
        <div class="panel">
          <div class="pad row">
            <label for="journey-status">Status</label>
            <select
              id="journey-status"
              value={status}
              onChange={(event) => setStatus(event.currentTarget.value)}
            >
              <option value="">all</option>
              {journeys.statuses.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </div>
          {entries?.length === 0 && (
            <Empty>No {view} yet. Place one with a button of the map, or in Requests.</Empty>
          )}
          <PickList
            label={view}
            items={entries ?? []}
            keyOf={({ id }) => id}
            selected={item}
            href={({ id }) => routeTo(view, id)}
            row={(entry) => <Entry entry={entry} />}
          />
        </div>
        <div class="panel">
          {item ? (
            <JourneyDetail key={item} id={item} noun={journeys.noun} actions={journeys.actions} />
          ) : (
            <Empty>Pick one to see its way.</Empty>
          )}
        </div>
      </div>
    </>
  );
}

function Entry({ entry }: { entry: JourneyEntry }) {
  return (
    <>
      <span class="grow">
        {entry.about}
        <span class="under">
          <code>{entry.id.slice(0, 8)}</code> {clockTime(entry.at).slice(0, 8)}
        </span>
      </span>
      <Status tone={entry.outcome}>{entry.status}</Status>
    </>
  );
}

function Search({ noun, view }: { noun: string; view: string }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ id: string; at: string }[]>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const search = async (event: Event) => {
    event.preventDefault();
    const id = text.trim();
    if (!id || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const all = await run<{ id: string; at: string }[]>("journeys.find", { id });
      setFound(all.length > 1 ? all : undefined);
      const [only] = all;
      if (only && all.length === 1) location.hash = routeTo(view, only.id);
    } catch (problem) {
      setFound(undefined);
      setError((problem as Error).message);
    }
    setBusy(false);
  };
  return (
    <form class="search" onSubmit={search}>
      <label class="hidden" for="journey-search">
        Find an {noun}
      </label>
      <input
        id="journey-search"
        type="search"
        placeholder={`${noun} id, key, or correlation id`}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={busy}>
        <Icon name="search" /> Find
      </button>
      {(error || found) && (
        <div class="search-result" role="status">
          {error}
          {found?.map(({ id }) => (
            <a key={id} href={routeTo(view, id)}>
              {id}
            </a>
          ))}
        </div>
      )}
    </form>
  );
}
