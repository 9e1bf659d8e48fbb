import type { ChildProcess } from "node:child_process";
import { supervised } from "../../kernel/unattended.ts";
import type { Environment, EnvironmentRequest, Job, Outcome, RuntimeFailure } from "./executor.ts";
import { killFunctionProcess } from "./function-process.ts";
import { splitLines } from "./line-splitter.ts";

const KINDS = ["ready", "init-error", "done", "failed", "spare"] as const;

interface Message {
  kind: (typeof KINDS)[number];
  id?: string;
  payload?: string;
  error?: RuntimeFailure;
  memoryKilobytes?: number;
  /** The process ends after this. */
  fatal?: boolean;
}

// The bootstrap writes this and the request's id after everything that was logged for the request.
const END_MARK = "\0end ";
// Something else may hold the output open, or the function may have closed it.
const LAST_WORDS_MS = 200;
// What Node.js says of its debugger, none of which the function has logged.
const INSPECTOR_LINE =
  /^(Debugger (listening on|attached|ending on)|For help, see|Waiting for the debugger)/;
const SIGNALS: Record<string, string> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

/** An environment that is a Node.js process, with all that it started. */
export class ProcessEnvironment implements Environment {
  readonly logStream: string;
  readonly ready: Promise<void>;
  readonly #process: ChildProcess;
  readonly #onLine: (line: string) => void;
  #alive = true;
  #current = "";
  #settle: ((outcome: Outcome) => void) | undefined;
  #outcome: Outcome | undefined;
  #allRead = false;

  /** @param child runs the function, or is about to. */
  constructor(child: ChildProcess, request: EnvironmentRequest) {
    this.logStream = request.logStream;
    this.#onLine = request.onLine;
    this.#process = child;
    const { stdout, stderr } = child;
    if (stdout) splitLines(stdout, (line) => this.#read(line));
    const { onLine, definition } = request;
    const ownLine = (line: string) => INSPECTOR_LINE.test(line) || onLine(line);
    if (stderr) splitLines(stderr, definition.inspectPort === undefined ? onLine : ownLine);
    this.ready = new Promise((resolve, reject) => {
      // The channel is open to the function too, which may send anything.
      this.#process.on("message", (message: unknown) => {
        if (!isMessage(message)) return;
        if (message.kind === "ready") resolve();
        else if (message.kind === "init-error") reject(message.error);
        else this.#answer(message);
      });
      const fail = (error: RuntimeFailure) => {
        reject(error);
        this.#finish({ error });
      };
      this.#process.on("error", ({ message }) => {
        this.#alive = false;
        fail({ errorType: "Runtime.ExitError", errorMessage: message });
      });
      this.#process.on("exit", (code, signal) => {
        this.kill();
        this.#afterLastWords(() => fail(exitFailure(this.#current, code, signal)));
      });
    });
    // Callers that await it handle the failure; there may be none.
    this.ready.catch(() => {});
  }

  get alive(): boolean {
    return this.#alive;
  }

  run(job: Job): Promise<Outcome> {
    const { requestId: id, ...rest } = job;
    return new Promise((resolve) => {
      if (!this.#alive) return resolve({ error: exitFailure(id, null, null) });
      this.#current = id;
      this.#settle = resolve;
      this.#outcome = undefined;
      this.#allRead = false;
      this.#process.send({ id, ...rest }, (error) => {
        if (error) this.#finish({ error: exitFailure(id, null, null) });
      });
    });
  }

  kill(): void {
    this.#alive = false;
    killFunctionProcess(this.#process);
  }

  #read(line: string): void {
    const mark = line.indexOf(END_MARK);
    if (mark !== 0) this.#onLine(mark < 0 ? line : line.slice(0, mark));
    if (mark < 0 || line.slice(mark + END_MARK.length) !== this.#current) return;
    this.#allRead = true;
    if (this.#outcome) this.#finish(this.#outcome);
  }

  #answer({ id, payload = "null", error, memoryKilobytes, fatal }: Message): void {
    if (fatal) this.#alive = false;
    if (id !== this.#current) return;
    const memoryBytes = memoryKilobytes && memoryKilobytes * 1024;
    const outcome: Outcome = error ? { error, memoryBytes } : { payload, memoryBytes };
    this.#outcome = outcome;
    if (this.#allRead) this.#finish(outcome);
    else this.#finishLater(outcome);
  }

  #finishLater(outcome: Outcome): void {
    const finish = () => {
      if (this.#outcome === outcome) this.#finish(outcome);
    };
    setTimeout(supervised("the end of an event", finish), LAST_WORDS_MS).unref();
  }

  #finish(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#outcome = undefined;
    settle?.(outcome);
  }

  #afterLastWords(then: () => void): void {
    const timer = setTimeout(supervised("the end of a process", then), LAST_WORDS_MS);
    this.#process.once("close", () => {
      clearTimeout(timer);
      if (this.#process.connected) this.#process.once("disconnect", then);
      else then();
    });
  }
}

function isMessage(message: unknown): message is Message {
  if (typeof message !== "object" || message === null) return false;
  const { kind, payload, error } = message as Partial<Record<keyof Message, unknown>>;
  return (
    KINDS.includes(kind as Message["kind"]) &&
    (payload === undefined || typeof payload === "string") &&
    (error === undefined || (typeof error === "object" && error !== null))
  );
}

function exitFailure(
  requestId: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): RuntimeFailure {
  const how = signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${code}`;
  const why = signal || code ? `with error: ${how}` : "without providing a reason";
  const prefix = requestId ? `RequestId: ${requestId} ` : "";
  return { errorType: "Runtime.ExitError", errorMessage: `${prefix}Error: Runtime exited ${why}` };
}
