import type { Bar } from "../../src/console/contract.ts";
import { aws } from "../calls.ts";
import { StateGraph } from "../executions/state-graph.tsx";
import { usePolled } from "../poll.ts";
import { statesOf } from "./waterfall.ts";

/** The state machine of a journey, coloured as it ran. */
export function RunGraph(props: {
  executionArn: string;
  bars: readonly Bar[];
  pick(key: string): void;
}) {
  const { executionArn, bars, pick } = props;
  const { value } = usePolled(
    `definition of ${executionArn}`,
    () =>
      aws<{ definition: string }>("states", "DescribeStateMachineForExecution", { executionArn }),
    0,
  );
  if (!value) return null;
  return (
    <section class="section" aria-label="Its workflow">
      <h2>Its workflow</h2>
      <StateGraph
        definition={value.definition}
        states={statesOf(bars)}
        pick={(state) => {
          const bar = bars.findLast((one) => one.state === state && one.key.startsWith("run:"));
          if (bar) pick(bar.key);
        }}
      />
    </section>
  );
}
