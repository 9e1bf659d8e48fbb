import { useState } from "preact/hooks";
import { aws } from "../calls.ts";
import { clockTime, duration, plural } from "../parts/format.ts";
import { Code, Empty, Problem, Section, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { type HistoryEvent, type Step, stepsOf, tonesOf } from "./history.ts";
import { StateGraph } from "./state-graph.tsx";

interface Execution {
  name: string;
  status: string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
}

interface History {
  events?: HistoryEvent[];
  nextToken?: string;
}

const POLL_MS = 1_500;
const MAX_PAGES = 5;

/** One execution: its graph as it ran, and input and output of each of its states. */
export function ExecutionDetail({ executionArn }: { executionArn: string }) {
  const [picked, setPicked] = useState("");
  const [isOver, setIsOver] = useState(false);
  const { value, error } = usePolled(
    `execution ${executionArn}`,
    async () => {
      const execution = await aws<Execution>("states", "DescribeExecution", { executionArn });
      const events = await readHistory(executionArn);
      const { definition } = await aws<{ definition: string }>(
        "states",
        "DescribeStateMachineForExecution",
        { executionArn },
      );
      setIsOver(execution.status !== "RUNNING");
      return { execution, definition, steps: stepsOf(events) };
    },
    isOver ? 0 : POLL_MS,
  );
  if (!value) return error ? <Problem text={error} /> : <Empty>Reading…</Empty>;
  const { execution, definition, steps } = value;
  const step = steps.find(({ key }) => key === picked);
  return (
    <>
      <Section title={execution.name}>
        <p>
          <Status tone={isOver ? (execution.status === "SUCCEEDED" ? "good" : "bad") : "pending"}>
            {execution.status}
          </Status>{" "}
          {execution.error} {execution.cause}
        </p>
        <StateGraph
          definition={definition}
          states={tonesOf(steps)}
          pick={(state) => setPicked(steps.findLast((one) => one.state === state)?.key ?? "")}
        />
      </Section>
      <Section title="States, as they ran">
        <table>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Began</th>
              <th scope="col" class="num">
                Took
              </th>
              <th scope="col">How it went</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((one) => (
              <tr key={one.key}>
                <td>
                  <button
                    type="button"
                    class="quiet"
                    aria-pressed={one.key === picked}
                    onClick={() => setPicked(one.key === picked ? "" : one.key)}
                  >
                    {one.state}
                  </button>
                </td>
                <td>{clockTime(one.from)}</td>
                <td class="num">{one.to === undefined ? "…" : duration(one.to - one.from)}</td>
                <td>
                  <Status tone={one.tone}>{WORDS[one.tone]}</Status>
                  {one.attempts > 1 && ` ${plural(one.attempts, "attempt")}`} {one.error}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      {step ? (
        <Section title={step.state}>
          <InOut {...step} />
        </Section>
      ) : (
        <Section title="The whole execution">
          <InOut
            {...(execution.input !== undefined && { input: execution.input })}
            {...(execution.output !== undefined && { output: execution.output })}
          />
        </Section>
      )}
    </>
  );
}

const WORDS: Record<Step["tone"], string> = {
  good: "succeeded",
  bad: "failed",
  pending: "goes on",
  refused: "refused",
};

function InOut({ input, output }: { input?: string; output?: string }) {
  return (
    <div class="in-out">
      {input !== undefined && (
        <figure>
          <figcaption>Input</figcaption>
          <Code text={input} label="Input" />
        </figure>
      )}
      {output !== undefined && (
        <figure>
          <figcaption>Output</figcaption>
          <Code text={output} label="Output" />
        </figure>
      )}
    </div>
  );
}

async function readHistory(executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer: History = await aws("states", "GetExecutionHistory", {
      executionArn,
      maxResults: 1000,
      ...(nextToken && { nextToken }),
    });
    events.push(...(answer.events ?? []));
    nextToken = answer.nextToken;
    if (!nextToken) break;
  }
  return events;
}
