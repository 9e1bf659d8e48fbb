import { devNull } from "node:os";
import type { Environment, EnvironmentRequest, Executor } from "./executor.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { startFunctionProcess } from "./function-process.ts";
import { ProcessEnvironment } from "./process-environment.ts";
import { ProcessGuard } from "./process-guard.ts";
import { SpareProcesses } from "./spare-processes.ts";

/** Needed to start a process at all, and what Node.js reads only then. */
const NEEDED_TO_START = {
  PATH: process.env["PATH"],
  SystemRoot: process.env["SystemRoot"],
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
};

/** Runs each environment in a Node.js process of its own, which sees nothing of this one's environment. */
export class ProcessExecutor implements Executor {
  readonly #region: string;
  readonly #awsEndpoint: string;
  readonly #guard = new ProcessGuard();
  readonly #spares = new SpareProcesses(NEEDED_TO_START, this.#guard);

  constructor(options: { region: string; awsEndpoint: string }) {
    this.#region = options.region;
    this.#awsEndpoint = options.awsEndpoint;
  }

  start(request: EnvironmentRequest): Environment {
    const { memoryMegabytes, environment, inspectPort } = request.definition;
    const variables = this.#variables(request);
    const { folder } = request;
    const spare =
      inspectPort === undefined ? this.#spares.take(memoryMegabytes, environment) : undefined;
    // If it has just ended, its exit reports it.
    spare?.send({ variables, folder }, () => {});
    const settings = { memoryMegabytes, variables, folder, inspectPort };
    const process = spare ?? startFunctionProcess(settings, this.#guard);
    process.once("exit", () => this.#spares.gone());
    return new ProcessEnvironment(process, request);
  }

  prepare({ memoryMegabytes }: FunctionDefinition): void {
    this.#spares.prepare(memoryMegabytes);
  }

  stop(): void {
    this.#spares.stop();
    this.#guard.stop();
  }

  #variables({ definition, folder, credentials, logStream }: EnvironmentRequest) {
    const { name, handler, memoryMegabytes, environment, logFormat, logLevel, logGroup } =
      definition;
    return {
      ...NEEDED_TO_START,
      // Those above are Lambda's as well, but a function may set its own.
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
    };
  }
}
