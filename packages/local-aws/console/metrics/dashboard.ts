import type { MetricLine } from "./metric-line.ts";

/** A graph of a dashboard. */
export interface Graph {
  kind: "graph";
  title: string;
  lines: MetricLine[];
  /** Seconds. */
  period: number;
}

/** What a dashboard is made of, from top to bottom. */
export type Widget = Graph | { kind: "text"; text: string };

interface Properties {
  title?: string;
  markdown?: string;
  stat?: string;
  period?: number;
  metrics?: unknown[][];
}

const DEFAULT_PERIOD = 300;

/** Reads a dashboard's definition; what it has beside graphs of metrics and text is left out. @throws SyntaxError */
export function readDashboard(body: string): Widget[] {
  const { widgets = [] } = JSON.parse(body) as {
    widgets?: { type: string; x?: number; y?: number; properties?: Properties }[];
  };
  return [...widgets]
    .sort((a, b) => (a.y ?? 0) - (b.y ?? 0) || (a.x ?? 0) - (b.x ?? 0))
    .flatMap(({ type, properties = {} }): Widget[] => {
      if (type === "text") {
        return [{ kind: "text", text: (properties.markdown ?? "").replace(/^#+\s*/gm, "") }];
      }
      if (type !== "metric" || !properties.metrics) return [];
      const { title = "", period = DEFAULT_PERIOD } = properties;
      return [{ kind: "graph", title, period, lines: readMetrics(properties) }];
    });
}

/** Metrics in CloudWatch's short form: `.` repeats what stands above, `...` all that is left out. */
function readMetrics({ metrics = [], stat = "Average" }: Properties): MetricLine[] {
  let above: string[] = [];
  return metrics.flatMap((row): MetricLine[] => {
    const last = row.at(-1);
    const options =
      typeof last === "object" && last !== null ? (last as Record<string, unknown>) : {};
    const given = row.filter((one): one is string => typeof one === "string");
    if (given.length === 0 || options["expression"]) return [];
    const parts =
      given[0] === "..."
        ? [...above.slice(0, above.length - given.length + 1), ...given.slice(1)]
        : given.map((part, index) => (part === "." ? (above[index] ?? part) : part));
    above = parts;
    const [namespace = "", metric = "", ...pairs] = parts;
    const dimensions: Record<string, string> = {};
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      dimensions[pairs[index] ?? ""] = pairs[index + 1] ?? "";
    }
    const label = typeof options["label"] === "string" ? options["label"] : pairs.at(-1);
    return [
      {
        label: label ?? metric,
        namespace,
        metric,
        dimensions,
        stat: typeof options["stat"] === "string" ? options["stat"] : stat,
      },
    ];
  });
}
