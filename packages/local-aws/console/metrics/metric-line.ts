/** One line of a graph: a metric with its dimensions and its statistic. */
export interface MetricLine {
  label: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  stat: string;
}
