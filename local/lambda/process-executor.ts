import { type ChildProcess, spawn } from "node:child_process";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type {
  Environment,
  EnvironmentRequest,
  Executor,
  Job,
  Outcome,
  RuntimeFailure,
} from "./executor.ts";

interface Message {
  kind: "ready" | "init-error" | "done" | "failed";
  id?: string;
  payload?: string;
  error?: RuntimeFailure;
  memory?: number;
  /** The process ends after this. */
  fatal?: boolean;
}

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.mjs", import.meta.url));

/** Runs each environment in a Node.js process of its own, which sees nothing of this one's environment. */
export class ProcessExecutor implements Executor {
  readonly #region: string;
  readonly #awsEndpoint: string;

  constructor(options: { region: string; awsEndpoint: string }) {
    this.#region = options.region;
    this.#awsEndpoint = options.awsEndpoint;
  }

  start(request: EnvironmentRequest): Environment {
    return new ProcessEnvironment(request, this.#variables(request));
  }

  #variables({ definition, folder, credentials, logStream }: EnvironmentRequest) {
    const { name, handler, memoryMegabytes, environment, logFormat, logLevel, logGroup } =
      definition;
    return {
      // Needed to start a process at all.
      PATH: process.env["PATH"],
      SystemRoot: process.env["SystemRoot"],
      ...environment,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_LAMBDA_LOG_FORMAT: logFormat,
      ...(logFormat === "JSON" && { AWS_LAMBDA_LOG_LEVEL: logLevel }),
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_REGION: this.#region,
      AWS_DEFAULT_REGION: this.#region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: this.#awsEndpoint,
      // Keys of the person at the keyboard must not be found by accident.
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_CONFIG_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: "true",
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
    };
  }
}

class ProcessEnvironment implements Environment {
  readonly logStream: string;
  readonly ready: Promise<void>;
  readonly #process: ChildProcess;
  #alive = true;
  #settle: ((outcome: Outcome) => void) | undefined;
  #current = "";

  constructor(request: EnvironmentRequest, env: Record<string, string | undefined>) {
    this.logStream = request.logStream;
    const flags = [
      `--max-old-space-size=${request.definition.memoryMegabytes}`,
      "--enable-source-maps",
    ];
    this.#process = spawn(process.execPath, [...flags, BOOTSTRAP], {
      env,
      cwd: request.folder,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A process group of its own, so that what the function starts can be ended with it.
      detached: process.platform !== "win32",
    });
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      if (output) createInterface({ input: output }).on("line", request.onLine);
    }
    this.ready = new Promise((resolve, reject) => {
      this.#process.on("message", (message: Message) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "init-error") reject(message.error);
        else this.#answer(message);
      });
      this.#process.on("error", (error) => reject(startFailure(error)));
      this.#process.on("exit", (code, signal) => {
        this.#alive = false;
        const end = () => {
          const error = exitFailure(this.#current, code, signal);
          reject(error);
          this.#finish({ error });
        };
        // Its last words may still be on their way.
        if (this.#process.connected) this.#process.once("disconnect", end);
        else end();
      });
    });
    // Whoever waits for it handles the failure; nobody may be waiting.
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
      this.#process.send({ id, ...rest }, (error) => {
        if (error) this.#finish({ error: exitFailure(id, null, null) });
      });
    });
  }

  kill(): void {
    this.#alive = false;
    const { pid } = this.#process;
    try {
      if (pid && process.platform !== "win32") process.kill(-pid, "SIGKILL");
      else this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  #answer({ id, payload, error, memory, fatal }: Message): void {
    if (fatal) this.#alive = false;
    if (id !== this.#current) return;
    if (error) this.#finish({ error, memoryBytes: memory });
    else this.#finish({ payload: payload ?? "null", memoryBytes: memory });
  }

  #finish(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}

function startFailure(error: Error): RuntimeFailure {
  return { errorType: "Runtime.ExitError", errorMessage: error.message };
}

function exitFailure(
  requestId: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): RuntimeFailure {
  const names: Record<string, string> = {
    SIGKILL: "killed",
    SIGABRT: "aborted",
    SIGSEGV: "segmentation fault",
  };
  const how = signal ? `error: signal: ${names[signal] ?? signal}` : `exit status ${code ?? 0}`;
  const prefix = requestId ? `RequestId: ${requestId} ` : "";
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `${prefix}Error: Runtime exited with ${signal ? how : `error: ${how}`}`,
  };
}
