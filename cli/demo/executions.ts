import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Starts an execution by hand and waits for its end. */
export async function runByHand(
  states: SFNClient,
  stateMachineArn: string,
  input: unknown,
): Promise<DescribeExecutionCommandOutput> {
  const { executionArn = "" } = await states.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return ended(states, executionArn);
}

/** Waits for an execution that somebody else starts, found by its input, and for its end. */
export async function startedWith(
  states: SFNClient,
  stateMachineArn: string,
  isIt: (input: Record<string, unknown>) => boolean,
): Promise<DescribeExecutionCommandOutput> {
  return patiently("an execution with that input", async () => {
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 20 }),
    );
    for (const { executionArn = "" } of executions) {
      const found = await states.send(new DescribeExecutionCommand({ executionArn }));
      if (isIt(JSON.parse(found.input ?? "{}"))) return ended(states, executionArn);
    }
    return undefined;
  });
}

/** The names of the states that an execution went through, in order. */
export async function statesOf(states: SFNClient, executionArn: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client: states }, { executionArn })) {
    for (const { stateEnteredEventDetails } of page.events ?? []) {
      if (stateEnteredEventDetails?.name) names.push(stateEnteredEventDetails.name);
    }
  }
  return names;
}

async function ended(
  states: SFNClient,
  executionArn: string,
): Promise<DescribeExecutionCommandOutput> {
  return patiently("the end of the execution", async () => {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === "RUNNING" ? undefined : execution;
  });
}

/** Looks again and again until there is something. @throws Error when there is nothing for `withinMs`. */
export async function patiently<T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${what} did not come within ${withinMs / 1000} s`);
}
