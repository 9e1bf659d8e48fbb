import type { Clock } from "local-aws/testing";
import {
  type Environment,
  type EnvironmentRequest,
  type Executor,
  type Handler,
  type Job,
  loadHandler,
  type Outcome,
  PLACE,
  type WireAnswer,
  type WireRequest,
} from "local-aws/testing/simulation";
import { DIRECT_CALLS } from "./direct-calls/bundles.ts";
import type { DirectCalls } from "./direct-calls/client.ts";
import { type FaultPlan, MAX_SKEW_MS } from "./fault-plan.ts";
import type { MessageWatch } from "./message-watch.ts";
import { subjectIn } from "./subject.ts";

/** What the functions of a run live in. */
export interface FunctionWorld {
  clock: Clock;
  random(): number;
  newId(): string;
  plan: FaultPlan;
  messages: MessageWatch;
  /** Answers the AWS requests of one environment. */
  networkOf(environment: InProcessEnvironment): (request: WireRequest) => Promise<WireAnswer>;
  /** Makes the calls of one environment whose clients send no requests, in the name of its credentials. */
  callsOf(environment: InProcessEnvironment, accessKeyId: string): DirectCalls["call"];
  /** Runs work whose ids follow from `key`, whatever happened before. */
  withIds<T>(key: string, work: () => T): T;
}

/** How often each request was run: what is tried again draws other numbers. */
const runs = new WeakMap<FunctionWorld, Map<string, number>>();

/** Runs functions in this process and in virtual time: the code is theirs, the machine around it is not. */
export function inProcessExecutor(world: FunctionWorld): Executor {
  return {
    clock: world.clock,
    start: (request) => new InProcessEnvironment(request, world),
  };
}

/** An environment without a process. It ends like one: at once, with whatever was in progress. */
export class InProcessEnvironment implements Environment {
  readonly logStream: string;
  readonly ready: Promise<void>;
  readonly #world: FunctionWorld;
  readonly #name: string;
  readonly #onLine: (line: string) => void;
  readonly #handler: Handler;
  #alive = true;
  #requestId = "";
  #skewMs = 0;
  /** Where the clock is put after the next call to AWS. */
  #jumpTo: number | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(
    { definition, logStream, onLine, credentials }: EnvironmentRequest,
    world: FunctionWorld,
  ) {
    this.#world = world;
    this.#name = definition.name.replace(/-[0-9a-f]{7}$/, "");
    this.#onLine = onLine;
    this.logStream = logStream;
    const env = {
      ...definition.environment,
      AWS_REGION: PLACE.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: PLACE.awsEndpoint,
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    };
    const network = world.networkOf(this);
    const calls = world.callsOf(this, credentials.accessKeyId);
    const call: DirectCalls["call"] = (service, operation, input) => {
      this.#skewMs = this.#jumpTo ?? this.#skewMs;
      const answered = calls(service, operation, input);
      // Nothing reaches an environment that has ended.
      return new Promise((resolve, reject) => {
        answered.then(
          (output) => this.#alive && resolve(output),
          (error: Error) => this.#alive && reject(error),
        );
      });
    };
    this.#handler = loadHandler(definition.code.files["index.mjs"] ?? "", {
      env,
      now: () => Math.floor(world.clock.now() + this.#skewMs),
      serverTime: () => world.clock.now(),
      after: (ms, callback) => world.clock.after(ms, callback),
      random: world.random,
      newId: world.newId,
      network: (request) => {
        this.#skewMs = this.#jumpTo ?? this.#skewMs;
        return network(request);
      },
      modules: { [DIRECT_CALLS]: { call } },
      alive: () => this.#alive,
      log: (level, values) => this.#log(level, values),
      write: (text) => {
        for (const line of text.split("\n")) if (line) onLine(line);
      },
    });
    this.ready = Promise.resolve();
  }

  get alive(): boolean {
    return this.#alive;
  }

  run({ requestId, event, deadline, arn }: Job): Promise<Outcome> {
    const { plan, withIds } = this.#world;
    this.#requestId = requestId;
    const kind = plan.next(`lambda > ${this.#name}`, subjectIn(event), [
      "crash before",
      "delay",
      "clock jump",
    ]);
    // Another host each time, as far as anybody knows: its clock may be ahead, behind, or have been put back.
    this.#skewMs = plan.calm ? 0 : (plan.measure("skew", requestId) * 2 - 1) * MAX_SKEW_MS;
    this.#jumpTo =
      kind === "clock jump" ? (plan.measure("jump", requestId) * 2 - 1) * MAX_SKEW_MS : undefined;
    this.#world.messages.begin(this, event);
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (kind === "crash before") return this.crash();
      const key = `${this.#name} ${requestId} ${timesRun(this.#world, requestId)}`;
      const work = () => withIds(key, () => this.#work(event, deadline, arn));
      if (kind === "delay") this.#world.clock.after(3_000 * plan.measure("slow", requestId), work);
      else void work();
    });
  }

  /** Ends as a process does that somebody has killed. */
  crash(): void {
    if (!this.#alive) return;
    this.#alive = false;
    const errorMessage = `RequestId: ${this.#requestId} Error: Runtime exited with error: signal: killed`;
    this.#finish({ error: { errorType: "Runtime.ExitError", errorMessage } });
  }

  kill(): void {
    this.#alive = false;
    this.#settle = undefined;
    this.#world.messages.end(this);
  }

  async #work(event: string, deadline: number, invokedFunctionArn: string): Promise<void> {
    const { clock } = this.#world;
    const getRemainingTimeInMillis = () => Math.max(0, deadline - clock.now());
    const awsRequestId = this.#requestId;
    const context = { awsRequestId, invokedFunctionArn, getRemainingTimeInMillis };
    try {
      const result = await this.#handler(JSON.parse(event), context);
      this.#finish({ payload: JSON.stringify(result ?? null) });
    } catch (thrown) {
      const error = thrown as Error;
      this.#log("ERROR", [error]);
      this.#finish({ error: { errorType: error.name, errorMessage: error.message, trace: [] } });
    }
  }

  #finish(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#world.messages.end(this);
    settle?.(outcome);
  }

  #log(level: string, [value]: unknown[]): void {
    if (!this.#alive) return;
    const timestamp = new Date(this.#world.clock.now() + this.#skewMs).toISOString();
    const message = value instanceof Error ? { name: value.name, message: value.message } : value;
    this.#onLine(JSON.stringify({ timestamp, level, requestId: this.#requestId, message }));
  }
}

function timesRun(world: FunctionWorld, requestId: string): number {
  const counts = runs.get(world) ?? new Map<string, number>();
  runs.set(world, counts);
  const times = (counts.get(requestId) ?? 0) + 1;
  counts.set(requestId, times);
  return times;
}
