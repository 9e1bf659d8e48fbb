import { randomUUID } from "node:crypto";

/** An error of a service, as the dispatcher throws it. */
interface ServiceFailure {
  code: string;
  message: string;
  status: number;
  details: Record<string, unknown>;
}

/** Calls a service in the name of a function's role. Rejects with what the service throws. */
export interface DirectCalls {
  call(service: string, operation: string, input: Command["input"]): Promise<object>;
}

type Next = (command: object) => Promise<{ output: object; response: undefined }>;

/** The SDK's own code for retries. */
interface Retries {
  Retry: { delay(): number };
  StandardRetryStrategy: new (options: { maxAttempts: number; baseDelay: number }) => object;
  retryMiddleware(options: object): (next: Next, context: object) => Next;
}

/** What clients are made of. */
interface Parts {
  /** The name by which the dispatcher knows the service. */
  service: string;
  /** The service's error classes, by the codes of errors. */
  errors: Readonly<Record<string, unknown>>;
  /** The class of errors that the service does not name. */
  Base: ErrorClass;
  retries: Retries;
  call: DirectCalls["call"];
}

type ErrorClass = new (options: object) => Error & { $fault: string };

interface ClientSettings {
  requestHandler?: { requestTimeout?: number };
}

interface Command {
  operation: string;
  input: Record<string, unknown>;
}

// DynamoDB's client tries more often than the others, and sooner.
const RETRIES: Record<string, { maxAttempts: number; baseDelay: number }> = {
  dynamodb: { maxAttempts: 4, baseDelay: 25 },
};
const DEFAULT_ATTEMPTS = 3;
// Idempotency tokens that the SDK fills in, once for all attempts.
const TOKENS: Record<string, string> = { TransactWriteItems: "ClientRequestToken" };

/** A command of one operation. */
export const command = (operation: string) =>
  class {
    readonly operation = operation;
    readonly middlewareStack = undefined;
    readonly input: Command["input"];

    constructor(input: Command["input"] = {}) {
      this.input = input;
    }
  };

/**
 * A client whose commands go to the service itself, without signature and text. Timeouts are those of the SDK's HTTP handler;
 * retries are the SDK's own code, and so are the error classes.
 */
export const client = ({ service, errors, Base, retries, call }: Parts) =>
  class {
    readonly #timeoutMs: number | undefined;
    readonly #send: Next;

    constructor({ requestHandler }: ClientSettings = {}) {
      this.#timeoutMs = requestHandler?.requestTimeout;
      const { Retry, StandardRetryStrategy, retryMiddleware } = retries;
      const usual = { maxAttempts: DEFAULT_ATTEMPTS, baseDelay: Retry.delay() };
      const settings = RETRIES[service] ?? usual;
      const strategy = new StandardRetryStrategy(settings);
      const options = {
        retryStrategy: async () => strategy,
        maxAttempts: async () => settings.maxAttempts,
      };
      const next: Next = async (given) => {
        const { operation, input } = given as Command;
        return { output: await this.#attempt(operation, input), response: undefined };
      };
      this.#send = retryMiddleware(options)(next, {});
    }

    async send({ operation, input }: Command): Promise<object> {
      const token = TOKENS[operation];
      const whole = token ? { [token]: randomUUID(), ...input } : input;
      return (await this.#send({ operation, input: whole })).output;
    }

    #attempt(operation: string, input: Command["input"]): Promise<object> {
      return new Promise((resolve, reject) => {
        const ms = this.#timeoutMs;
        const timer = ms === undefined ? undefined : setTimeout(() => reject(timedOut(ms)), ms);
        call(service, operation, input).then(
          (output) => {
            clearTimeout(timer);
            resolve({ ...(output as object), $metadata: { httpStatusCode: 200 } });
          },
          (failure: ServiceFailure) => {
            clearTimeout(timer);
            reject(this.#errorOf(failure));
          },
        );
      });
    }

    /** Of the class that the SDK gives it: its own, or the service's for an error that the API does not name. */
    #errorOf({ code, message, status, details }: ServiceFailure): Error {
      const known = errors[code] as ErrorClass | undefined;
      const options = { message, $metadata: { httpStatusCode: status }, ...details };
      if (known) return new known(options);
      return new Base({ ...options, name: code, $fault: status < 500 ? "client" : "server" });
    }
  };

function timedOut(ms: number): Error {
  const message = `a request has exceeded the configured ${ms} ms requestTimeout.`;
  return Object.assign(new Error(message), { name: "TimeoutError", code: "ETIMEDOUT" });
}
