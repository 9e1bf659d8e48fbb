import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { figure } from "./format.ts";

/** Lines over time: the moments in milliseconds, and the values of each line; null where there is none. */
export interface ChartData {
  times: number[];
  lines: { label: string; values: (number | null)[] }[];
}

const COLOURS: [light: string, dark: string][] = [
  ["#2356c7", "#7ca7ff"],
  ["#b45309", "#f5a65b"],
  ["#14713f", "#5fcf92"],
  ["#be2566", "#f48ab5"],
  ["#6d3bbf", "#b394f5"],
  ["#0e7490", "#5cc8de"],
  ["#b3231f", "#ff8a80"],
  ["#6b7280", "#a3adbd"],
];
const MAX_LEGEND = 8;

/** A graph of lines over time, with a legend of those that say something. */
export function Chart(props: { title: string; data: ChartData; height?: number }) {
  const { title, data, height = 130 } = props;
  const box = useRef<HTMLDivElement>(null);
  const isDark = useDark();
  const told = data.lines.filter(({ values }) => values.some((value) => value !== null));
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const plot = new uPlot(
      optionsOf(told, element.clientWidth, height, isDark),
      [data.times.map((time) => time / 1000), ...told.map(({ values }) => values)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, isDark, height]);
  const last = (values: (number | null)[]) => values.findLast((value) => value !== null) ?? 0;
  const says = told.map(({ label, values }) => `${label}: ${figure(last(values))}`).join(", ");
  return (
    <figure class="panel chart">
      <figcaption>{title}</figcaption>
      {told.length === 0 ? (
        <p class="empty">nothing in this time</p>
      ) : (
        <>
          <div ref={box} role="img" aria-label={`${title}. Last values: ${says}`} />
          <p class="legend" aria-hidden="true">
            {told.slice(0, MAX_LEGEND).map(({ label, values }, index) => (
              <span key={label}>
                <i ref={(element) => paint(element, colourOf(index, isDark))} />
                {label} <b>{figure(last(values))}</b>
              </span>
            ))}
            {told.length > MAX_LEGEND && <span>and {told.length - MAX_LEGEND} more</span>}
          </p>
        </>
      )}
    </figure>
  );
}

function paint(element: HTMLElement | null, colour: string): void {
  if (element) element.style.background = colour;
}

function colourOf(index: number, isDark: boolean): string {
  const [light, dark] = COLOURS[index % COLOURS.length] ?? ["#000", "#fff"];
  return isDark ? dark : light;
}

function optionsOf(
  lines: ChartData["lines"],
  width: number,
  height: number,
  isDark: boolean,
): uPlot.Options {
  const ink = isDark ? "#9aa4b5" : "#5a6475";
  const grid = { stroke: isDark ? "#2d333e" : "#e8ebf0", width: 1 };
  const axis = { stroke: ink, grid, ticks: { show: false }, font: "10px system-ui" };
  return {
    width,
    height,
    cursor: { points: { size: 5 }, drag: { x: false, y: false } },
    legend: { show: false },
    padding: [6, 8, 0, 0],
    scales: { y: { range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.1] } },
    axes: [
      {
        ...axis,
        size: 22,
        space: 60,
        values: (_, splits) =>
          splits.map((split) => new Date(split * 1000).toLocaleTimeString("en-GB").slice(0, 5)),
      },
      {
        ...axis,
        size: 42,
        space: 26,
        values: (_, splits) => splits.map((split) => figure(split)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label }, index) => ({
        label,
        stroke: colourOf(index, isDark),
        width: 1.5,
        spanGaps: true,
        points: { size: 4 },
      })),
    ],
  };
}

/** Whether the page is dark, by its own setting or by the system's. */
function useDark(): boolean {
  const read = () => {
    const theme = document.documentElement.dataset["theme"];
    if (theme === "light" || theme === "dark") return theme === "dark";
    return matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const [isDark, setIsDark] = useState(read);
  useEffect(() => {
    const update = () => setIsDark(read());
    const query = matchMedia("(prefers-color-scheme: dark)");
    const observer = new MutationObserver(update);
    query.addEventListener("change", update);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      query.removeEventListener("change", update);
      observer.disconnect();
    };
  }, []);
  return isDark;
}
