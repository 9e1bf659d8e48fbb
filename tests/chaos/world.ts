import { AsyncLocalStorage } from "node:async_hooks";
import inject from "light-my-request";
import type { Letter, LogLine } from "local-aws";
import { VirtualClock } from "local-aws/testing";
import {
  type AwsEndpoint,
  type Kernel,
  type RecordedProgram,
  type Simulation,
  startSimulation,
} from "local-aws/testing/simulation";
import { readLetter } from "../../cli/start/read-letter.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { faultyService } from "./faulty-service.ts";
import { type InProcessEnvironment, inProcessExecutor } from "./in-process-executor.ts";
import { MessageWatch } from "./message-watch.ts";
import { chance, uuidOf } from "./random.ts";

/** Who is told of orders. */
export const SHOP = "shop@example.com";
/** Settings that a program is searched with. */
export const SETTINGS = {
  "orders:email": SHOP,
  // Lines of the platform that nobody reads here.
  "logs:invocationLines": "false",
};
/** How often DynamoDB looks for items whose time is up. */
const SWEEP_MS = 10 * 60_000;
const START = Date.UTC(2026, 0, 5, 9);
// Nobody looks at them here, and their evaluation would be most of what there is to do.
const LEFT_OUT = /^aws:cloudwatch\/(metricAlarm|compositeAlarm|dashboard):/;

/** The whole stack in one process and in virtual time. */
export interface World {
  kernel: Kernel;
  clock: VirtualClock;
  services: Simulation["services"];
  program: RecordedProgram;
  lines: LogLine[];
  /**
   * Executions of Express machines by their ARN, none of which can be asked for, and whether they have ended; undefined
   * where nobody has watched them.
   */
  expressRuns: ReadonlyMap<string, { ended: boolean }> | undefined;
  /** Letters to people, from topics and from functions. */
  letters: readonly Letter[];
  messages: MessageWatch;
  output(name: string): string;
  /** Sends a request to an API. Rejects where the connection is lost. */
  request(
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string }>;
  /** Answers requests of AWS clients, as the endpoint does. */
  endpoint: AwsEndpoint;
  /** Calls AWS as the person at the keyboard. */
  call<Output>(service: string, operation: string, input: object): Promise<Output>;
  /** Runs work whose ids follow from `key`, whatever happened before. */
  withIds<T>(key: string, work: () => T): T;
  stop(): Promise<void>;
}

/** Starts the program with everything that a plan lets go wrong. */
export async function startWorld(
  seed: string,
  program: RecordedProgram,
  plan: FaultPlan,
): Promise<World> {
  const clock = new VirtualClock(START);
  const context = new AsyncLocalStorage<{ key: string; count: number }>();
  const outside = { key: "outside", count: 0 };
  let draws = 0;
  const asked = new Map<string, InProcessEnvironment>();
  const newId = () => {
    const store = context.getStore() ?? outside;
    return uuidOf(seed, store.key, store.count++);
  };
  const random = () => chance(seed, "random", draws++);
  const withIds: World["withIds"] = (key, work) => context.run({ key, count: 0 }, work);
  const messages = new MessageWatch();
  const lines: LogLine[] = [];
  const resources = program.resources.filter(({ type }) => !LEFT_OUT.test(type));
  const { kernel, services, mailbox, aws, apis, stop } = await startSimulation({
    program: { ...program, resources },
    kernel: { clock, random, newId },
    timeToLive: { sweepMs: SWEEP_MS, delayMs: plan.timeToLiveDelayMs },
    executor: (answer) =>
      inProcessExecutor({
        clock,
        random,
        newId,
        plan,
        messages,
        withIds,
        callsOf: (environment, accessKeyId) => async (service, operation, input) => {
          const requestId = newId();
          asked.set(requestId, environment);
          try {
            return await dispatch(service, operation, input, accessKeyId, requestId);
          } finally {
            asked.delete(requestId);
          }
        },
        networkOf: (environment) => async (request) => {
          const requestId = newId();
          asked.set(requestId, environment);
          try {
            return await answer(request, requestId);
          } finally {
            asked.delete(requestId);
          }
        },
      }),
  });
  const dispatch = (
    service: string,
    operation: string,
    input: object,
    accessKeyId: string,
    requestId: string,
  ): Promise<object> =>
    kernel.dispatcher.call(
      service,
      operation,
      input,
      kernel.credentials.callerOf(accessKeyId),
      requestId,
    );
  services.logs.onLine((line) => {
    lines.push(line);
    const letter = readLetter(line);
    if (letter) mailbox.deliver(letter);
  });
  const expressRuns = new Map<string, { ended: boolean }>();
  services.states.listen({
    onExecutionStarted: (_machine, arn) => {
      if (arn.includes(":express:")) expressRuns.set(arn, { ended: false });
    },
    onExecutionEnded: ({ executionArn }) => {
      if (expressRuns.has(executionArn)) expressRuns.set(executionArn, { ended: true });
    },
  });
  const environmentOf = (requestId: string) => asked.get(requestId);
  for (const service of [
    services.dynamodb,
    services.sqs,
    services.sns,
    services.lambda,
    services.states,
  ]) {
    kernel.dispatcher.register(faultyService(service, { plan, clock, environmentOf }));
  }
  return {
    kernel,
    clock,
    services,
    program,
    lines,
    expressRuns,
    letters: mailbox.letters,
    messages,
    withIds,
    output(name) {
      const value = program.outputs[name]?.value;
      if (typeof value !== "string") throw new Error(`the program has no output ${name}`);
      return value;
    },
    async request(method, url, headers, body) {
      const payload = body && JSON.stringify(body);
      const answer = await inject(apis, {
        method,
        url,
        headers: { "content-type": "application/json", host: "localhost:3000", ...headers },
        ...(payload !== undefined && { payload }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.payload };
    },
    endpoint: aws,
    call: (service, operation, input) =>
      kernel.dispatcher.call(service, operation, input, { kind: "administrator" }),
    stop,
  };
}

/** Lets time pass until work is done that waits for it. */
export async function whileTimePasses<T>({ clock }: World, work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  while (!over) await clock.advance(500);
  return work;
}
