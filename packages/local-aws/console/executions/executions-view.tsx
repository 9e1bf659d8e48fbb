import { useState } from "preact/hooks";
import { aws } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { dayTime, duration, timeOf } from "../parts/format.ts";
import { Empty, Heading, PickList, Problem, Section, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { ExecutionDetail } from "./execution-detail.tsx";
import { StateGraph } from "./state-graph.tsx";

const POLL_MS = 2_000;
const LISTED = 50;

/** An execution as Step Functions lists it. */
export interface ExecutionFacts {
  executionArn: string;
  name: string;
  status: string;
  startDate: unknown;
  stopDate?: unknown;
}

const TONES: Record<string, string> = {
  SUCCEEDED: "good",
  FAILED: "bad",
  TIMED_OUT: "bad",
  ABORTED: "refused",
  RUNNING: "pending",
};

/** The executions of the stack's state machines: a list, and the way of the one that is picked. */
export function ExecutionsView({ item }: ViewProps) {
  const { map } = useFacts();
  const machines = map.nodes.filter(({ kind }) => kind === "machine");
  const ofItem = machines.find(({ name }) => item === name || item.includes(`:${name}:`));
  const machine = ofItem ?? machines[0];
  const [status, setStatus] = useState("");
  const arn = machine?.arn ?? "";
  const { value, error } = usePolled(
    `executions ${arn} ${status}`,
    () => listed(arn, status),
    POLL_MS,
  );
  if (!machine) return <Empty>The program declares no state machine.</Empty>;
  const executions = value?.executions ?? [];
  const isExecution = item.includes(":execution:");
  return (
    <>
      <Heading title="Executions">
        <label for="machine">State machine</label>
        <select
          id="machine"
          value={machine.name}
          onChange={(event) => {
            location.hash = routeTo("executions", event.currentTarget.value);
          }}
        >
          {machines.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <select
          aria-label="Status"
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
        >
          <option value="">all</option>
          {Object.keys(TONES).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </Heading>
      <Problem text={error} />
      <div class="two">
        <div class="panel">
          {value?.express && (
            <Empty>
              An Express machine keeps no executions: what it logs is in its log group, and what its
              steps do in those of its functions.
            </Empty>
          )}
          {value && !value.express && executions.length === 0 && <Empty>No executions.</Empty>}
          <PickList
            label="Executions"
            items={executions}
            keyOf={({ executionArn }) => executionArn}
            selected={item}
            href={({ executionArn }) => routeTo("executions", executionArn)}
            row={({ name, status: state, startDate, stopDate }) => (
              <>
                <span class="grow" title={name}>
                  <code>{name}</code>
                  <span class="under">
                    {dayTime(timeOf(startDate))}
                    {stopDate !== undefined &&
                      `, ${duration(timeOf(stopDate) - timeOf(startDate))}`}
                  </span>
                </span>
                <Status tone={TONES[state] ?? ""}>{state}</Status>
              </>
            )}
          />
        </div>
        <div class="panel">
          {isExecution ? (
            <ExecutionDetail key={item} executionArn={item} />
          ) : (
            <Machine key={arn} arn={arn} />
          )}
        </div>
      </div>
    </>
  );
}

/** The newest executions of a machine. Those of an Express one cannot be listed. */
async function listed(
  stateMachineArn: string,
  status: string,
): Promise<{ express: boolean; executions?: ExecutionFacts[] }> {
  const { type } = await aws<{ type: string }>("states", "DescribeStateMachine", {
    stateMachineArn,
  });
  if (type === "EXPRESS") return { express: true };
  const { executions = [] } = await aws<{ executions?: ExecutionFacts[] }>(
    "states",
    "ListExecutions",
    { stateMachineArn, maxResults: LISTED, ...(status && { statusFilter: status }) },
  );
  return { express: false, executions };
}

function Machine({ arn }: { arn: string }) {
  const { value, error } = usePolled(
    `machine ${arn}`,
    () =>
      aws<{ name: string; definition: string }>("states", "DescribeStateMachine", {
        stateMachineArn: arn,
      }),
    0,
  );
  if (!value) return <Problem text={error} />;
  return (
    <Section title={value.name}>
      <StateGraph definition={value.definition} states={new Map()} />
    </Section>
  );
}
