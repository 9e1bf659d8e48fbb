import type { Bar } from "local-aws/console";
import { attemptBars } from "./attempt-bars.ts";
import type { BarSources } from "./bar-sources.ts";
import { invocationBars } from "./invocation-bars.ts";
import { noticeBars } from "./notice-bars.ts";
import { requestBars } from "./request-bars.ts";

/** An order's journey as bars: each hop with the time that it waited and the time that it worked, in order of time. */
export function orderBars(sources: BarSources): Bar[] {
  const requests = requestBars(sources);
  const attempts = attemptBars(sources);
  const steps = new Set(attempts.flatMap(({ functionName }) => functionName ?? []));
  const invocations = invocationBars(sources, steps);
  const worked = [...requests, ...invocations, ...attempts];
  return inOrder([...worked, ...noticeBars(sources, worked)]);
}

/** By time; indented bars stay below their parent. */
function inOrder(bars: readonly Bar[]): Bar[] {
  const start = (bar: Bar) => bar.waitingFrom;
  return [...bars].sort(
    (a, b) =>
      start(a) - start(b) || a.depth - b.depth || a.from - b.from || (a.key < b.key ? -1 : 1),
  );
}
