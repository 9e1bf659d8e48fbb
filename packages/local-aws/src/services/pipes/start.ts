import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { dynamodb } from "../dynamodb/definition.ts";
import { logs } from "../logs/definition.ts";
import { emitPipesMetrics } from "./metrics.ts";
import { provisionPipe } from "./provision.ts";
import { Pipes } from "./service.ts";

const LOG_STREAM = "pipes";

/** Starts EventBridge Pipes. */
export function start({ kernel, use }: ServiceContext): RunningService<Pipes> {
  const { streams } = use(dynamodb);
  const { writeLine } = use(logs);
  const pipes = new Pipes(kernel, {
    onRecords: (arn, wake) => streams.onRecords(arn, wake),
    log: (groupArn, line) => writeLine(groupArn, LOG_STREAM, line),
  });
  return {
    api: pipes,
    endpoints: [pipes],
    provision: { "aws:pipes/pipe:Pipe": (it) => provisionPipe(pipes, it) },
    emitMetrics: (sink) => emitPipesMetrics({ account: kernel.account, pipes, metrics: sink }),
    stop: () => pipes.stop(),
  };
}
