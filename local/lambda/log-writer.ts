import type { Kernel } from "../kernel.ts";
import type { FunctionDefinition } from "./function-definition.ts";

interface LogEvent {
  timestamp: number;
  message: string;
}

// Lines of one invocation mostly come together; one call carries them.
const GATHER_MS = 20;

/** Writes the lines of one environment to its log stream, in the name of the function's role. */
export class LogWriter {
  readonly #kernel: Kernel;
  readonly #definition: FunctionDefinition;
  readonly #stream: string;
  #gathered: LogEvent[] = [];
  #writing: Promise<void> = Promise.resolve();
  #created = false;
  #refused = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(kernel: Kernel, definition: FunctionDefinition, stream: string) {
    this.#kernel = kernel;
    this.#definition = definition;
    this.#stream = stream;
  }

  line(message: string): void {
    if (this.#refused) return;
    this.#gathered.push({ timestamp: this.#kernel.clock.now(), message });
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Writes what has been gathered; settles when it is stored. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const logEvents = this.#gathered;
    this.#gathered = [];
    if (logEvents.length > 0) this.#writing = this.#writing.then(() => this.#write(logEvents));
    return this.#writing;
  }

  async #write(logEvents: LogEvent[]): Promise<void> {
    const { roleArn, name, logGroup: logGroupName } = this.#definition;
    const caller = { kind: "role", roleArn, sessionName: name } as const;
    const place = { logGroupName, logStreamName: this.#stream };
    try {
      if (!this.#created)
        await this.#kernel.dispatcher.call("logs", "CreateLogStream", place, caller);
      this.#created = true;
      await this.#kernel.dispatcher.call("logs", "PutLogEvents", { ...place, logEvents }, caller);
    } catch (error) {
      // As on AWS the function works on without logs; here it is said once.
      this.#refused = true;
      this.#kernel.trace.emit({
        from: name,
        to: logGroupName,
        kind: "lambda:log",
        decision: "failed",
        detail: `no logs for ${name}: ${(error as Error).message}`,
      });
    }
  }
}
