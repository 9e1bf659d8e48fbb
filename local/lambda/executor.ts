import type { AccessKey } from "../iam/credentials.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** What a function's runtime says of an error. */
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
  /** When the handler's time is up, in milliseconds since the epoch on the machine's own clock. */
  deadline: number;
}

/** One execution environment: it takes one event at a time. */
export interface Environment {
  /** Name of its log stream. */
  readonly logStream: string;
  /** Settles when the handler is loaded. Rejects with a {@link RuntimeFailure} when it cannot be. */
  readonly ready: Promise<void>;
  /** False once it has ended; it takes no more events. */
  readonly alive: boolean;
  /** Runs one event; never rejects. */
  run(job: Job): Promise<Outcome>;
  /** Ends it at once, with everything that it started. */
  kill(): void;
}

/** What an environment is made for. */
export interface EnvironmentRequest {
  definition: FunctionDefinition;
  /** Folder with the function's code. */
  folder: string;
  credentials: AccessKey;
  logStream: string;
  onLine: (line: string) => void;
}

/** Makes environments: a process each for people, something lighter for simulations. */
export interface Executor {
  start(request: EnvironmentRequest): Environment;
}
