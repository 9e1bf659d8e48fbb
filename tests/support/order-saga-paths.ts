import { readFileSync } from "node:fs";
import type { StateMachineDefinition } from "local-aws/testing/state-machine";
import { expressDefinition, recoveryDefinition } from "../../infra/orders/express.ts";
import { type Breadth, faultsOf, type PlannedFault } from "./order-saga-fault.ts";
import { type Saga, type Scenario, type Walk, walkOrder } from "./order-saga-walk.ts";

/** How the workflow may run: by the setting `orders:workflow`. */
export type WorkflowKind = "standard" | "express";

/**
 * The order workflow as it is deployed, but that its functions and its queue have no addresses, and that a task which
 * is tried again is so at most `mostRetries` times.
 */
export function orderWorkflow(
  mostRetries = Number.POSITIVE_INFINITY,
  kind: WorkflowKind = "standard",
): Pick<Saga, "definition" | "recovery"> {
  const file = new URL("../../infra/orders/workflow.asl.json", import.meta.url);
  const whole = readFileSync(file, "utf8");
  const read = (text: string): StateMachineDefinition =>
    JSON.parse(text.replaceAll(/\$\{Partition\}/g, "aws"), (name, value) =>
      name === "MaxAttempts" ? Math.min(value, mostRetries) : value,
    );
  if (kind === "standard") return { definition: read(whole) };
  return { definition: read(expressDefinition(whole)), recovery: read(recoveryDefinition(whole)) };
}

/**
 * Every walk of a scenario with at most so many faults, depth first: each invocation of a walk is a place for one
 * more fault, as long as it comes after the others. The last places come first.
 */
export async function* pathsOf(
  saga: Saga,
  scenario: Scenario,
  { faults, breadth }: { faults: number; breadth: Breadth },
  plan: readonly PlannedFault[] = [],
): AsyncGenerator<Walk> {
  const walk = await walkOrder(saga, scenario, plan);
  yield walk;
  if (faults === 0) return;
  const { invocations } = walk;
  const last = plan.at(-1);
  for (const [at, invocation] of [...invocations.entries()].reverse()) {
    const before = last && invocations[last.at];
    if (last && at <= last.at) continue;
    // The attempts of one visit are used up by the fault that hits them all.
    if (last?.fault.always && before?.visit === invocation.visit) continue;
    for (const fault of faultsOf(saga.definition, invocation, breadth)) {
      const further = [...plan, { at, fault }];
      yield* pathsOf(saga, scenario, { faults: faults - 1, breadth }, further);
    }
  }
}

/** A plan in words, to find the walk again. */
export function describePlan(scenario: Scenario, { plan, invocations }: Walk): string {
  const words = plan.map(
    ({ at, fault }) => `${invocations[at]?.state} at ${at} ${JSON.stringify(fault)}`,
  );
  return [scenario.name, ...words].join("; ");
}
