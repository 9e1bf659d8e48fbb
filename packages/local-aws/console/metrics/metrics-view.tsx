import { useState } from "preact/hooks";
import { aws } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { Chart } from "../parts/chart.tsx";
import { Empty, Heading, Problem } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { type Graph, readDashboard } from "./dashboard.ts";
import { readLines } from "./metric-data.ts";

const RANGES: [label: string, minutes: number, period: number][] = [
  ["15 minutes", 15, 60],
  ["1 hour", 60, 60],
  ["3 hours", 180, 60],
  ["1 day", 1_440, 300],
];
const POLL_MS = 15_000;

/** The dashboard that is deployed, drawn from its own definition. */
export function MetricsView(_: ViewProps) {
  const { dashboards } = useFacts();
  const [name, setName] = useState(dashboards[0] ?? "");
  const [range, setRange] = useState(0);
  const { value, error } = usePolled(
    `dashboard ${name}`,
    async () =>
      readDashboard(
        (
          await aws<{ DashboardBody: string }>("cloudwatch", "GetDashboard", {
            DashboardName: name,
          })
        ).DashboardBody,
      ),
    0,
  );
  const [, minutes = 15, period = 60] = RANGES[range] ?? [];
  return (
    <>
      <Heading title="Metrics" note={dashboards.length === 1 ? name : undefined}>
        {dashboards.length > 1 && (
          <select aria-label="Dashboard" onChange={(event) => setName(event.currentTarget.value)}>
            {dashboards.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <label for="metrics-range">The last</label>
        <select
          id="metrics-range"
          value={range}
          onChange={(event) => setRange(Number(event.currentTarget.value))}
        >
          {RANGES.map(([label], index) => (
            <option key={label} value={index}>
              {label}
            </option>
          ))}
        </select>
      </Heading>
      <Problem text={error} />
      {dashboards.length === 0 && <Empty>The program declares no dashboard.</Empty>}
      <div class="charts">
        {value?.map((widget, index) =>
          widget.kind === "text" ? (
            <h2 key={widget.text} class="question">
              {widget.text}
            </h2>
          ) : (
            <DrawnGraph
              key={`${index} ${widget.title}`}
              graph={widget}
              minutes={minutes}
              period={period}
            />
          ),
        )}
      </div>
    </>
  );
}

function DrawnGraph(props: { graph: Graph; minutes: number; period: number }) {
  const { graph, minutes, period } = props;
  const { value, error } = usePolled(
    `graph ${graph.title} ${minutes}`,
    () => readLines(graph.lines, { minutes, period }),
    POLL_MS,
  );
  if (error && !value) return <Problem text={`${graph.title}: ${error}`} />;
  return <Chart title={graph.title} data={value ?? { times: [], lines: [] }} />;
}
