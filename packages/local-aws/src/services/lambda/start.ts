import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import type { Executor } from "./executor.ts";
import { emitLambdaMetrics } from "./metrics.ts";
import { ProcessExecutor } from "./process-executor.ts";
import {
  provisionAlias,
  provisionEventInvokeConfig,
  provisionFunction,
  provisionPermission,
} from "./provision.ts";
import { Lambda, type LambdaOptions } from "./service.ts";

/** Starts Lambda; each function runs in processes of its own. */
export function start(context: ServiceContext): RunningService<Lambda> {
  const { kernel, awsEndpoint, root, inspect } = context;
  const executor = new ProcessExecutor({ region: kernel.region, awsEndpoint });
  return startWith(context, executor, { root, inspect });
}

/** Starts Lambda with functions that run elsewhere than in processes, e.g. in a simulation. */
export function startWith(
  { kernel }: Pick<ServiceContext, "kernel">,
  executor: Executor,
  options: LambdaOptions = {},
): RunningService<Lambda> {
  const lambda = new Lambda(kernel, executor, options);
  return {
    api: lambda,
    endpoints: [lambda],
    provision: {
      "aws:lambda/function:Function": (it) => provisionFunction(kernel, lambda, it),
      "aws:lambda/alias:Alias": (it) => provisionAlias(lambda, it),
      "aws:lambda/permission:Permission": (it) => provisionPermission(kernel, lambda, it),
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (it) =>
        provisionEventInvokeConfig(lambda, it),
    },
    provisioned: async () => {
      await lambda.openToDebuggers();
      lambda.resume();
    },
    emitMetrics: (sink) => emitLambdaMetrics({ clock: kernel.clock, lambda, metrics: sink }),
    stop: () => lambda.stop(),
  };
}
