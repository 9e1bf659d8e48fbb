import type { Clock } from "../../kernel/clock.ts";
import type { AccessKey } from "../../kernel/iam/credentials.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** An error as a function's runtime reports it. */
export interface RuntimeFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** What came of one event. */
export type Outcome =
  | { payload: string; error?: undefined; memoryBytes?: number | undefined }
  | { error: RuntimeFailure; payload?: undefined; memoryBytes?: number | undefined };

/** One event for an environment. */
export interface Job {
  requestId: string;
  /** The event as JSON text. */
  event: string;
  /** X-Ray trace header. */
  trace: string;
  /** ARN that was invoked. */
  arn: string;
  /** When the handler's time is up, in milliseconds since the epoch on the executor's clock. */
  deadline: number;
  /** The caller's client context, as JSON text. */
  clientContext?: string | undefined;
}

/** One execution environment: it handles one event at a time. */
export interface Environment {
  /** Name of its log stream. */
  readonly logStream: string;
  /** Settles when the handler is loaded. Rejects with a {@link RuntimeFailure} when it cannot be. */
  readonly ready: Promise<void>;
  /** False once it has ended; it handles no more events. */
  readonly alive: boolean;
  /** Runs one event; never rejects. */
  run(job: Job): Promise<Outcome>;
  /** Ends it immediately, with everything that it started. */
  kill(): void;
}

/** The function and settings of an environment. */
export interface EnvironmentRequest {
  definition: FunctionDefinition;
  /** Folder with the function's code; it is written when it is first read. */
  readonly folder: string;
  credentials: AccessKey;
  logStream: string;
  onLine: (line: string) => void;
}

/** Makes environments: a process each, or something lighter in simulations. */
export interface Executor {
  /** The time that its environments live in, for timeouts and durations. @default the machine's own */
  readonly clock?: Clock;
  start(request: EnvironmentRequest): Environment;
  /** Called with a function that may need an environment soon. */
  prepare?(definition: FunctionDefinition): void;
  /** Releases its own resources, once its environments have been ended. */
  stop?(): void;
}
