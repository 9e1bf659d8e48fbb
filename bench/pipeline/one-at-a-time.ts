import type { Runtime } from "../../local/runtime.ts";

/**
 * Lets the start of an order's workflow answer only once the workflow has ended, and the next one begin only then: who
 * works off the queue holds each record until its order is done.
 */
export function oneAtATime({ kernel, services, outputs }: Runtime): void {
  const { states } = services;
  const begin = states.operations["StartExecution"];
  if (!begin) throw new Error("states has no operation StartExecution");
  const waiting = new Map<string, () => void>();
  states.listen({ onExecutionEnded: ({ executionArn }) => waiting.get(executionArn)?.() });
  let last: Promise<unknown> = Promise.resolve();
  const run: typeof begin.run = (input, context) => {
    const { stateMachineArn, name } = input;
    if (stateMachineArn !== outputs["orderWorkflowArn"]) return begin.run(input, context);
    const arn = `${String(stateMachineArn).replace(":stateMachine:", ":execution:")}:${name}`;
    const turn = last.then(async () => {
      const ended = new Promise<void>((resolve) => waiting.set(arn, resolve));
      try {
        const answer = await begin.run(input, context);
        await ended;
        return answer;
      } finally {
        waiting.delete(arn);
      }
    });
    // What one start is refused for is nothing to the next.
    last = turn.catch(() => {});
    return turn;
  };
  const operations = { ...states.operations, StartExecution: { ...begin, run } };
  kernel.dispatcher.register({ name: states.name, operations });
}
