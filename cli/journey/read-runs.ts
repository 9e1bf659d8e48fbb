import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type HistoryEvent,
  paginateGetExecutionHistory,
  type SFNClient,
} from "@aws-sdk/client-sfn";

/** One run of an order's workflow. */
export interface Run {
  name: string;
  history: HistoryEvent[];
}

// The reconciler starts no more.
const MAX_RUNS = 20;

/** Every run of an order's workflow, in the order they were started. */
export async function readRuns(
  states: SFNClient,
  stateMachineArn: string,
  orderId: string,
): Promise<Run[]> {
  const runs: Run[] = [];
  const machine = stateMachineArn.replace(":stateMachine:", ":execution:");
  for (let attempt = 1; attempt <= MAX_RUNS; attempt++) {
    const name = attempt === 1 ? `order-${orderId}` : `order-${orderId}-${attempt}`;
    const executionArn = `${machine}:${name}`;
    if (!(await exists(states, executionArn))) break;
    const history: HistoryEvent[] = [];
    const pages = paginateGetExecutionHistory({ client: states }, { executionArn });
    for await (const { events = [] } of pages) history.push(...events);
    runs.push({ name, history });
  }
  return runs;
}

async function exists(states: SFNClient, executionArn: string): Promise<boolean> {
  try {
    await states.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}
