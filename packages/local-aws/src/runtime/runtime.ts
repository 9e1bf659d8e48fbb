import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LoadConsole } from "../console/contract.ts";
import { liveConsole } from "../console/live-console.ts";
import { ConsoleServer } from "../console/server.ts";
import { FrontDoor } from "../endpoint/front-door.ts";
import { type Evaluated, evaluateProgram } from "../evaluation/evaluate.ts";
import type { EvaluationRequest } from "../evaluation/evaluation-request.ts";
import { cacheFolder, ProgramCache } from "../evaluation/program-cache.ts";
import { readStackSettings } from "../evaluation/stack-file.ts";
import { SystemClock } from "../kernel/clock.ts";
import { createKernel, type Kernel, type KernelOptions } from "../kernel/kernel.ts";
import type { Letter } from "../kernel/letter.ts";
import { listenOnLoopback } from "../kernel/listen.ts";
import type { LogLine } from "../kernel/log-line.ts";
import { Mailbox } from "../kernel/mailbox.ts";
import type { TraceRecord } from "../kernel/trace.ts";
import type { RecordedProgram } from "../program/recorded.ts";
import type { Inspect, ServiceDefinition, ServiceModule } from "../program/service-definition.ts";
import type { Services } from "../services/list.ts";
import { keepTime } from "../store/keep-time.ts";
import { Store } from "../store/store.ts";
import { type Adopted, adoptCode } from "./adopt.ts";
import { apiRequests } from "./api-requests.ts";
import { checkoutSecret, storedSecret } from "./local-secret.ts";
import { provision } from "./provision.ts";
import { type CodeBuilder, reloadCode } from "./reload-code.ts";

/** What to run, and where. */
export interface RuntimeOptions {
  /** Folder of `Pulumi.yaml` and `index.ts`. */
  root: string;
  /** @default "dev" */
  stack?: string;
  /** Port of the APIs; 0 means any free one. @default 3000 */
  apiPort?: number;
  /** Port of the AWS-shaped endpoint; 0 means any free one. @default 4566 */
  awsPort?: number;
  /** Foreign origins whose pages may call the APIs, e.g. `https://shop.example`. @default none */
  origins?: readonly string[];
  /** Folder that keeps everything across starts, however a start ends; without it all of it lives in memory. */
  dataDir?: string;
  /** Called with every hop. */
  onTrace?: (record: TraceRecord) => void;
  /** Called with every line that a function or service logs. */
  onLog?: (line: LogLine) => void;
  /**
   * Reads a letter from a log line, for a function that logs a message instead of sending it;
   * the mailbox then shows it.
   */
  readLetter?: (line: LogLine) => Letter | undefined;
  /** Configuration for what the stack's settings file leaves out, or has encrypted, by `namespace:key`. */
  config?: Readonly<Record<string, string>>;
  /** Folders of functions that create resources for others: messages name the line that calls them, e.g. `infra/aws/`. */
  helpers?: readonly string[];
  /** Builds changed code of functions without evaluating the program. */
  codeBuilder?: CodeBuilder;
  /** Whether an unchanged program is reused from the last start. @default false */
  keepProgram?: boolean;
  /** Modules that take the place of a service's own; for tests of what functions do, and not of their processes. */
  replace?: (kernel: Kernel) => ReadonlyMap<ServiceDefinition, ServiceModule<unknown>>;
  /** Evaluates the program in another way; for tests, many of which run the same one. */
  evaluate?: (request: EvaluationRequest) => Promise<Evaluated>;
  /** Which functions debuggers attach to. @default none */
  inspect?: Inspect | undefined;
  /** Loads what the program adds to the page at `/_local/`, when the page is first opened. */
  console?: LoadConsole;
  /** Called with the progress of the start. */
  onStep?: (step: string) => void;
  kernel?: Pick<KernelOptions, "clock" | "random" | "newId">;
}

/** A running stack. */
export interface Runtime {
  readonly program: RecordedProgram;
  /** Whether it was kept from an earlier start, or else what changed since. */
  readonly origin: Evaluated["origin"];
  /** What is accepted without effect here, a sentence each. */
  readonly notes: readonly string[];
  /** Stack outputs, secrets in clear. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly awsEndpoint: string;
  readonly apiEndpoint: string;
  readonly kernel: Kernel;
  /** The services, to be called in process. */
  readonly services: Services;
  /** The e-mails and text messages that AWS would have sent. */
  readonly mailbox: Mailbox;
  /**
   * Puts changed function code into effect, and names the functions that changed.
   *
   * @param changedFiles Absolute paths; where they are function code alone, the program is not evaluated again.
   * @throws Error when the code cannot be built or the program fails; the old code keeps running.
   */
  reload(changedFiles?: readonly string[]): Promise<Adopted>;
  /** Stops everything that was started, in reverse order. */
  stop(): Promise<void>;
}

/**
 * Evaluates the program and runs what it declares.
 *
 * @throws Error with one sentence: a port is taken, a resource is refused, the program fails.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const step = (name: string) => options.onStep?.(name);
  const { root, stack = "dev", apiPort = 3000, awsPort = 4566 } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    const errors: unknown[] = [];
    for (const undo of stops.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  try {
    const readSettings = () => readStackSettings(root, stack, options.config);
    const settings = readSettings();
    const region = settings.config["aws:region"];
    if (!region)
      throw new Error(
        `Pulumi.${stack}.yaml does not set aws:region; add e.g. aws:region: eu-central-1`,
      );
    const apiServer = await listenOnLoopback(apiPort, "--api-port");
    stops.push(() => apiServer.close());
    const awsServer = await listenOnLoopback(awsPort, "--aws-port");
    stops.push(() => awsServer.close());
    step("listening");

    const { clock = new SystemClock() } = options.kernel ?? {};
    const store = new Store(options.dataDir, { hold: (work) => clock.hold(work) });
    stops.push(() => store.close());
    if (clock instanceof SystemClock && store.isDurable) keepTime(store, clock);
    const kernel = createKernel({ region, ...options.kernel, clock, store });
    if (options.onTrace) stops.push(kernel.trace.subscribe(options.onTrace));
    // The SDK follows the host of a queue's URL, and *.localhost does not resolve everywhere.
    const awsEndpoint = `http://127.0.0.1:${awsServer.port}`;
    const apiEndpoint = `http://localhost:${apiServer.port}`;
    const namePrefix = `${settings.project}-${settings.stack}-`;
    const secret =
      options.dataDir || !options.keepProgram ? storedSecret(store) : checkoutSecret(root);
    const place = { account: kernel.account, region, namePrefix, awsEndpoint, apiEndpoint, secret };
    const {
      evaluate = (request: EvaluationRequest) => evaluateProgram(request, options.keepProgram),
    } = options;
    const evaluating = evaluate({ root, settings, place, helpers: options.helpers });
    // The engines load while the program is evaluated in its own process.
    // Awaited below; this avoids an unhandled rejection.
    evaluating.catch(() => {});
    const mailbox = new Mailbox(store);
    // A folder without packages is not the place for it.
    const cacheDir = existsSync(join(root, "node_modules")) ? cacheFolder(root) : undefined;
    const { startServices } = await import("./services.ts");
    const { inspect } = options;
    const context = { kernel, mailbox, awsEndpoint, cacheDir, root, inspect };
    const started = await startServices(context, options.replace?.(kernel));
    stops.push(() => started.stop());
    const { services } = started;
    const { onLog, readLetter } = options;
    if (onLog) services.logs.onLine(onLog);
    if (readLetter) {
      services.logs.onLine((line) => {
        const letter = readLetter(line);
        if (letter) mailbox.deliver(letter);
      });
    }
    step("engines loaded");

    const { program, notes, origin, settled } = await evaluating;
    step("program evaluated");

    await provision(started, program);
    step("provisioned");

    const outputs = Object.fromEntries(
      Object.entries(program.outputs).map(([name, { value }]) => [name, value]),
    );
    const frontDoor = new FrontDoor(kernel, {
      health: () => ({ status: "ok", project: program.project, stack: program.stack }),
      outputs: () => outputs,
      stack: () => ({ project: program.project, stack, region, outputs: program.outputs }),
      mailbox: () => mailbox.letters,
    });
    const page = liveConsole({
      kernel,
      recorded: program,
      root,
      program: async () =>
        options.console?.({
          awsEndpoint,
          beginOutage: (arn, ms, why) => kernel.outages.begin(arn, ms, why),
        }) ?? {},
    });
    stops.push(() => page.stop());
    awsServer.answerWith((request, response) =>
      ConsoleServer.serves(request)
        ? page.server.handle(request, response)
        : frontDoor.handle(request, response),
    );
    apiServer.answerWith(apiRequests(started, store, options.origins));
    step("ready");

    let evaluated = settled;
    const reload = async (changedFiles?: readonly string[]): Promise<Adopted> => {
      await evaluated;
      const { helpers } = options;
      const request = { root, settings: readSettings(), place, helpers };
      if (changedFiles && options.codeBuilder) {
        const inputs = new ProgramCache(request).inputs();
        const code = options.codeBuilder;
        const changed = await reloadCode(changedFiles, program, inputs, services.lambda, code);
        if (changed) return { changed, restartNeeded: [] };
      }
      const next = await evaluate(request);
      evaluated = next.settled;
      return adoptCode(services.lambda, program, next.program);
    };
    const endpoints = { awsEndpoint, apiEndpoint };
    return {
      program,
      origin,
      notes,
      outputs,
      ...endpoints,
      kernel,
      services,
      mailbox,
      reload,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
