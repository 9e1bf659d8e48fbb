import type { Kernel } from "../../kernel/kernel.ts";
import { pageAt } from "../../kernel/page.ts";
import type { Need, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Collection } from "../../store/collection.ts";
import type { OnRecords } from "../../streams/stream-reader.ts";
import { pipesMembers } from "./members.ts";
import { Pipe, type PipeExecution, type PipeLogger } from "./pipe.ts";
import type { PipeDefinition } from "./pipe-definition.ts";

/** What pipes need of the services around them. */
export interface PipesOptions {
  /** Wakes a pipe when its table's stream has new records. */
  onRecords: OnRecords;
  /** Receives the log lines of pipes with a `logConfiguration`; without it they are dropped. */
  log?: PipeLogger;
}

type Input = Record<string, unknown>;

const PIPES_PRINCIPAL = "pipes.amazonaws.com";
const MAX_PER_PAGE = 100;

/** EventBridge Pipes: from a DynamoDB stream to a bus, a queue or a state machine. */
export class Pipes implements Service {
  readonly name = "pipes";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = pipesMembers;
  readonly #kernel: Kernel;
  readonly #options: PipesOptions;
  readonly #pipes = new Map<string, Pipe>();
  /** Whether callers started or stopped a pipe last. */
  readonly #switched: Collection<string, boolean>;
  readonly #listeners = new Set<(execution: PipeExecution) => void>();

  constructor(kernel: Kernel, options: PipesOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#switched = kernel.store.collection("pipes_switched");
    this.operations = {
      ListPipes: {
        needs: () => [{ action: "pipes:ListPipes", resource: "*" }],
        run: (input) => this.#list(input),
      },
      DescribePipe: {
        needs: (input) => this.#needs("DescribePipe", input),
        run: (input) => describe(this.#pipe(input)),
      },
      StartPipe: {
        needs: (input) => this.#needs("StartPipe", input),
        run: async (input) => {
          const pipe = this.#pipe(input);
          this.#switched.put(pipe.definition.name, true);
          await pipe.start();
          return changed(pipe, "RUNNING");
        },
      },
      StopPipe: {
        needs: (input) => this.#needs("StopPipe", input),
        run: (input) => {
          const pipe = this.#pipe(input);
          this.#switched.put(pipe.definition.name, false);
          pipe.pause();
          return changed(pipe, "STOPPED");
        },
      },
    };
  }

  /**
   * Creates a pipe and, where it is to run, opens its stream.
   *
   * @throws ServiceError `ConflictException`, `ValidationException` for the role, or Error for a target that is not supported.
   */
  async createPipe(definition: PipeDefinition): Promise<void> {
    const { name, arn, roleArn } = definition;
    if (this.#pipes.has(name)) {
      throw new ServiceError("ConflictException", `Pipe ${name} already exists.`, 409);
    }
    if (!this.#kernel.policies.canAssume(roleArn, PIPES_PRINCIPAL, arn)) {
      throw new ServiceError(
        "ValidationException",
        `Provided role '${roleArn}' cannot be assumed by principal '${PIPES_PRINCIPAL}'.`,
      );
    }
    const { onRecords, log } = this.#options;
    const pipe = new Pipe(this.#kernel, definition, onRecords, {
      log,
      ended: (execution) => {
        for (const listener of this.#listeners) listener(execution);
      },
    });
    this.#pipes.set(name, pipe);
    if (this.#switched.get(name) ?? definition.running) await pipe.start();
  }

  /** Calls back after every execution of a pipe; returns a function that stops it. */
  onExecutionEnded(listener: (execution: PipeExecution) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops all pipes. */
  stop(): void {
    for (const pipe of this.#pipes.values()) pipe.stop();
  }

  #needs(operation: string, { Name }: Input): Need[] {
    const { region, account } = this.#kernel;
    const name = typeof Name === "string" ? Name : "*";
    const resource = `arn:aws:pipes:${region}:${account}:pipe/${name}`;
    return [{ action: `pipes:${operation}`, resource }];
  }

  #pipe({ Name }: Input): Pipe {
    const pipe = this.#pipes.get(String(Name));
    if (!pipe) throw new ServiceError("NotFoundException", `Pipe ${Name} does not exist.`, 404);
    return pipe;
  }

  #list(input: Input) {
    const found = [...this.#pipes.values()].filter(
      ({ definition: { name, source, target }, state }) =>
        name.startsWith(String(input["NamePrefix"] ?? "")) &&
        source.startsWith(String(input["SourcePrefix"] ?? "")) &&
        target.startsWith(String(input["TargetPrefix"] ?? "")) &&
        (input["CurrentState"] ?? state) === state &&
        (input["DesiredState"] ?? desiredState(state)) === desiredState(state),
    );
    const page = pageAt(found, input["NextToken"], Number(input["Limit"] ?? MAX_PER_PAGE));
    if (!page) throw new ServiceError("ValidationException", "NextToken is not valid.");
    return { Pipes: page.items.map(summary), ...(page.next && { NextToken: page.next }) };
  }
}

function desiredState(state: Pipe["state"]): "STOPPED" | "RUNNING" {
  return state === "STOPPED" ? "STOPPED" : "RUNNING";
}

function summary({ definition, state, stateReason, createdAt, changedAt }: Pipe) {
  return {
    Name: definition.name,
    Arn: definition.arn,
    Source: definition.source,
    Target: definition.target,
    DesiredState: desiredState(state),
    CurrentState: state,
    StateReason: stateReason,
    CreationTime: createdAt / 1000,
    LastModifiedTime: changedAt / 1000,
  };
}

function describe(pipe: Pipe) {
  const { description, roleArn, declared } = pipe.definition;
  return {
    ...summary(pipe),
    Description: description,
    RoleArn: roleArn,
    SourceParameters: pascalCased(declared.sourceParameters),
    TargetParameters: pascalCased(declared.targetParameters),
    LogConfiguration: pascalCased(declared.logConfiguration),
    Tags: {},
  };
}

function changed(pipe: Pipe, DesiredState: string) {
  const { Name, Arn, CurrentState, CreationTime, LastModifiedTime } = summary(pipe);
  return { Name, Arn, DesiredState, CurrentState, CreationTime, LastModifiedTime };
}

/** The program's settings under the API's member names. */
function pascalCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascalCased);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      pascalCased(member),
    ]),
  );
}
