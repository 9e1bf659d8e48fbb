import type { RequestListener } from "node:http";
import { FrontDoor } from "../endpoint/front-door.ts";
import type { AwsEndpoint } from "../endpoint/wire.ts";
import { evaluateProgram } from "../evaluation/evaluate.ts";
import { readStackSettings } from "../evaluation/stack-file.ts";
import { createKernel, type Kernel, type KernelOptions } from "../kernel/kernel.ts";
import { Mailbox } from "../kernel/mailbox.ts";
import type { RecordedProgram } from "../program/recorded.ts";
import type { Place } from "../program/resource-type.ts";
import type { ServiceDefinition, ServiceModule } from "../program/service-definition.ts";
import { apiRequests } from "../runtime/api-requests.ts";
import { provision } from "../runtime/provision.ts";
import { startServices } from "../runtime/services.ts";
import { dynamodb } from "../services/dynamodb/definition.ts";
import { startWith as startDynamoDb } from "../services/dynamodb/start.ts";
import type { TimeToLiveOptions } from "../services/dynamodb/time-to-live.ts";
import { machineCapacity } from "../services/lambda/capacity.ts";
import { lambda } from "../services/lambda/definition.ts";
import type { Executor } from "../services/lambda/executor.ts";
import { startWith as startLambda } from "../services/lambda/start.ts";
import type { Services } from "../services/list.ts";
import { stepFunctions } from "../services/step-functions/definition.ts";
import { startUnprepared as startStepFunctions } from "../services/step-functions/start.ts";

export type { AwsEndpoint, WireAnswer, WireRequest } from "../endpoint/wire.ts";
/** Runs a whole program in this process: no port, no other process, and no time but that of a clock. */
export { callerName } from "../kernel/dispatcher.ts";
export type { Kernel } from "../kernel/kernel.ts";
export type { CallContext } from "../kernel/service.ts";
export type { RecordedProgram } from "../program/recorded.ts";
export type { StreamRecord } from "../services/dynamodb/streams/stream-log.ts";
export type {
  Environment,
  EnvironmentRequest,
  Executor,
  Job,
  Outcome,
} from "../services/lambda/executor.ts";
export { type Handler, loadHandler } from "./function-module.ts";
export { inProcessFunctions } from "./in-process-functions.ts";

/** The endpoint that a simulated program sees; nothing listens there. */
export const PLACE: Place = {
  account: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "http://127.0.0.1:4566",
  apiEndpoint: "http://localhost:3000",
  secret: "simulation",
};

/**
 * Evaluates the program in a folder, for any number of simulations.
 *
 * @param config Settings beside those of the stack, e.g. `{ "orders:email": "shop@example.com" }`.
 * @param stack The stack whose settings are used. @default "dev"
 */
export async function recordProgram(
  root: string,
  config: Record<string, string> = {},
  stack = "dev",
): Promise<RecordedProgram> {
  const settings = readStackSettings(root, stack);
  Object.assign(settings.config, config);
  return (await evaluateProgram({ root, settings, place: PLACE })).program;
}

/** The parts of a simulation. */
export interface SimulationOptions {
  program: RecordedProgram;
  kernel: Required<Pick<KernelOptions, "clock" | "random" | "newId">>;
  /** Runs the functions; `aws` responds to their AWS requests. */
  executor(aws: AwsEndpoint): Executor;
  /** When expired items are really deleted. */
  timeToLive?: TimeToLiveOptions;
}

/** A program that runs. */
export interface Simulation {
  kernel: Kernel;
  services: Services;
  mailbox: Mailbox;
  aws: AwsEndpoint;
  /** The program's APIs, without a network. */
  apis: RequestListener;
  stop(): Promise<void>;
}

// The same on every machine, and so large that nothing waits for it.
const CORES = 256;
const MEMORY_BYTES = 2 ** 40;

/** Starts the services and creates what the program declares. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const kernel = createKernel({ region: PLACE.region, ...options.kernel });
  const door = new FrontDoor(kernel, {});
  const aws: AwsEndpoint = (request, requestId) => door.answer(request, requestId);
  const mailbox = new Mailbox(kernel.store);
  const executor = options.executor(aws);
  // How busy this machine is must not show: who gets an environment, and when, would follow from it.
  const capacity = { ...machineCapacity(CORES, MEMORY_BYTES), idleShare: () => 0 };
  const replaced = new Map<ServiceDefinition, ServiceModule<unknown>>([
    [lambda, { start: () => startLambda({ kernel }, executor, { capacity }) }],
    [dynamodb, { start: () => startDynamoDb({ kernel }, options.timeToLive) }],
    [stepFunctions, { start: startStepFunctions }],
  ]);
  const { awsEndpoint } = PLACE;
  const started = await startServices({ kernel, mailbox, awsEndpoint }, replaced);
  await provision(started, options.program);
  const { services } = started;
  return {
    kernel,
    services,
    mailbox,
    aws,
    apis: apiRequests(started, kernel.store),
    stop: () => started.stop(),
  };
}
