import type { AwsEndpoint } from "../endpoint/wire.ts";
import type { Clock } from "../kernel/clock.ts";
import type {
  Environment,
  EnvironmentRequest,
  Executor,
  Job,
  Outcome,
} from "../services/lambda/executor.ts";
import { type Handler, loadHandler } from "./function-module.ts";

/** What functions that run in this process live in. */
export interface FunctionSurroundings {
  clock: Clock;
  random(): number;
  newId(): string;
  /** Region and endpoint in the functions' environment. */
  place: { region: string; awsEndpoint: string };
  /** Responds to the AWS requests of the functions. */
  network: AwsEndpoint;
}

/** Runs functions in this process and on a clock: their own code takes no time. */
export function inProcessFunctions(surroundings: FunctionSurroundings): Executor {
  return {
    clock: surroundings.clock,
    start: (request) => new InProcessEnvironment(request, surroundings),
  };
}

class InProcessEnvironment implements Environment {
  readonly logStream: string;
  readonly ready: Promise<void> = Promise.resolve();
  readonly #clock: Clock;
  readonly #handler: Handler;
  readonly #onLine: (line: string) => void;
  #alive = true;
  #requestId = "";

  constructor(request: EnvironmentRequest, surroundings: FunctionSurroundings) {
    const { definition, credentials, onLine } = request;
    const { clock, place, random, newId, network } = surroundings;
    this.logStream = request.logStream;
    this.#clock = clock;
    this.#onLine = onLine;
    this.#handler = loadHandler(definition.code.files["index.mjs"] ?? "", {
      env: {
        ...definition.environment,
        AWS_REGION: place.region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
        AWS_ENDPOINT_URL: place.awsEndpoint,
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      },
      now: () => Math.floor(clock.now()),
      serverTime: () => clock.now(),
      after: (ms, callback) => clock.after(ms, callback),
      random,
      newId,
      network: (request) => network(request, newId()),
      alive: () => this.#alive,
      log: (level, values) => this.#log(level, values),
      write: (text) => {
        for (const line of text.split("\n")) if (line) onLine(line);
      },
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  async run({ requestId, event, deadline, arn }: Job): Promise<Outcome> {
    this.#requestId = requestId;
    const getRemainingTimeInMillis = () => Math.max(0, deadline - this.#clock.now());
    const context = {
      awsRequestId: requestId,
      invokedFunctionArn: arn,
      getRemainingTimeInMillis,
    };
    try {
      const result = await this.#handler(JSON.parse(event), context);
      return { payload: JSON.stringify(result ?? null) };
    } catch (thrown) {
      const error = thrown as Error;
      this.#log("ERROR", [error]);
      return { error: { errorType: error.name, errorMessage: error.message, trace: [] } };
    }
  }

  kill(): void {
    this.#alive = false;
  }

  #log(level: string, [value]: unknown[]): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    const message = value instanceof Error ? { name: value.name, message: value.message } : value;
    this.#onLine(JSON.stringify({ timestamp, level, requestId: this.#requestId, message }));
  }
}
