import type { Row, Step } from "../../support/conformance.ts";

/** A row, and what the alarm `a` on the metric `m` of the namespace `N` is given beside that, where there is one. */
export interface CloudWatchRow extends Row {
  alarm?: Record<string, unknown>;
}

/** Writes values of the metric `m`. */
export const put = (...data: object[]): Step => ({
  operation: "PutMetricData",
  input: { Namespace: "N", MetricData: data.map((datum) => ({ MetricName: "m", ...datum })) },
});
