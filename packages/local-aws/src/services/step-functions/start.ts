import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { logs } from "../logs/definition.ts";
import { emitStatesMetrics } from "./metrics.ts";
import { StepFunctions } from "./service.ts";

/** Starts Step Functions. */
export function start(context: ServiceContext): RunningService<StepFunctions> {
  const running = startUnprepared(context);
  running.api.prepare();
  return running;
}

/** Starts it without the thread that validates definitions; it starts once there is one that it has not seen. */
export function startUnprepared({
  kernel,
  use,
  cacheDir,
}: ServiceContext): RunningService<StepFunctions> {
  const { writeLine } = use(logs);
  const states = new StepFunctions(kernel, { logs: writeLine }, cacheDir);
  return {
    api: states,
    endpoints: [states],
    provision: { "aws:sfn/stateMachine:StateMachine": (it) => states.provisionStateMachine(it) },
    provisioned: () => states.provisioned(),
    emitMetrics: (sink) => emitStatesMetrics(states, sink),
    stop: () => states.stop(),
  };
}
