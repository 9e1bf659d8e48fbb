import { useState } from "preact/hooks";
import type { MapNode } from "../../src/console/map/system-map.ts";
import { aws } from "../calls.ts";
import { useFacts } from "../facts.ts";
import { readLines } from "../metrics/metric-data.ts";
import { Chart } from "../parts/chart.tsx";
import { type LogLine, LogLines } from "../parts/log-lines.tsx";
import { Code, DoButton, Empty, Section } from "../parts/page-parts.tsx";
import { SourceLink } from "../parts/source-link.tsx";
import { usePolled } from "../poll.ts";
import { FUNCTION_GRAPHS, type FunctionFacts } from "./function-data.ts";

const GRAPHS_MS = 15_000;
const LOGS_MS = 2_000;
const LOG_WINDOW_MS = 60 * 60_000;
const MAX_LINES = 200;

/** One function: what it is, how it runs, what it logs, and a way to invoke it. */
export function FunctionDetail(props: { facts: FunctionFacts; node: MapNode | undefined }) {
  const { facts, node } = props;
  const { FunctionName: name, Description, Timeout, MemorySize, Runtime } = facts;
  const { root, writable } = useFacts();
  return (
    <>
      <Section title={name}>
        <dl>
          <dt>what</dt>
          <dd>{Description}</dd>
          <dt>settings</dt>
          <dd>
            {Runtime}, {MemorySize} MB, {Timeout} s
          </dd>
          {node?.entry && (
            <>
              <dt>code</dt>
              <dd>
                <SourceLink source={node.entry} root={root} />
              </dd>
            </>
          )}
          {node?.source && (
            <>
              <dt>declared in</dt>
              <dd>
                <SourceLink source={node.source} root={root} />
              </dd>
            </>
          )}
        </dl>
      </Section>
      <Section title="The last hour">
        <div class="charts">
          {FUNCTION_GRAPHS.map(([title, lines]) => (
            <FunctionGraph key={title} title={title} name={name} lines={lines(name)} />
          ))}
        </div>
      </Section>
      {writable && <Invoke name={name} />}
      <Logs group={facts.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`} />
    </>
  );
}

function FunctionGraph(props: {
  title: string;
  name: string;
  lines: Parameters<typeof readLines>[0];
}) {
  const { value } = usePolled(
    `${props.title} ${props.name}`,
    () => readLines(props.lines, { minutes: 60, period: 60 }),
    GRAPHS_MS,
  );
  return <Chart title={props.title} data={value ?? { times: [], lines: [] }} height={110} />;
}

function Logs({ group }: { group: string }) {
  const { value, error } = usePolled(
    `logs ${group}`,
    async () => {
      const { events = [] } = await aws<{ events?: LogLine[] }>("logs", "FilterLogEvents", {
        logGroupName: group,
        startTime: Date.now() - LOG_WINDOW_MS,
      });
      return events.slice(-MAX_LINES);
    },
    LOGS_MS,
  );
  return (
    <Section title="Log, as it comes">
      {value && value.length > 0 ? (
        <LogLines lines={value} />
      ) : (
        <Empty>{error ?? "No lines in the last hour."}</Empty>
      )}
    </Section>
  );
}

interface Invoked {
  FunctionError?: string;
  Payload?: string;
  ms: number;
}

function Invoke({ name }: { name: string }) {
  const { savedEvents } = useFacts();
  // The event of this very function first.
  const events = [...savedEvents].sort(
    (a, b) => Number(fits(name, b.functionName)) - Number(fits(name, a.functionName)),
  );
  const own = events.find((event) => fits(name, event.functionName));
  const [payload, setPayload] = useState(own?.payload ?? "{}");
  const [answer, setAnswer] = useState<Invoked>();
  return (
    <Section title="Invoke">
      <div class="stack">
        <div class="row">
          <label for="saved-event">Saved event</label>
          <select
            id="saved-event"
            onChange={(event) =>
              setPayload(
                events.find((one) => one.name === event.currentTarget.value)?.payload ?? "{}",
              )
            }
          >
            {!own && <option value="">none</option>}
            {events.map((event) => (
              <option key={event.name}>{event.name}</option>
            ))}
          </select>
          <DoButton
            label="Invoke"
            primary
            run={async () => {
              const began = performance.now();
              const answered = await aws<Invoked>("lambda", "Invoke", {
                FunctionName: name,
                Payload: payload,
              });
              setAnswer({ ...answered, ms: performance.now() - began });
              return undefined;
            }}
          />
        </div>
        <textarea
          aria-label="Event"
          rows={5}
          spellcheck={false}
          value={payload}
          onInput={(event) => setPayload(event.currentTarget.value)}
        />
        {answer && (
          <>
            <p class={answer.FunctionError ? "said failed" : "said"} role="status">
              {answer.FunctionError ? "failed" : "answered"} in {Math.round(answer.ms)} ms
            </p>
            <Code text={answer.Payload ?? ""} label="Answer" />
          </>
        )}
      </div>
    </Section>
  );
}

/** Whether a function's physical name is one of a logical name: it ends with a suffix of its own. */
function fits(name: string, functionName: string | undefined): boolean {
  return functionName !== undefined && name.replace(/-[0-9a-f]{7}$/, "").endsWith(functionName);
}
