import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import { pageOf, requiredArn } from "./api-input.ts";
import { DefinitionValidator } from "./definition-validator.ts";
import type { ExecutionListeners } from "./execution-listeners.ts";
import {
  executionOperations,
  METADATA_ONLY,
  machineConfiguration,
} from "./execution-operations.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { Executions } from "./executions.ts";
import type { HistoryEvent } from "./history.ts";
import { statesMembers } from "./members.ts";
import { readStateMachine, type StateMachine } from "./state-machine.ts";
import { TaskTokens } from "./task-tokens.ts";
import { tokenOperations } from "./token-operations.ts";

const STATES_PRINCIPAL = "states.amazonaws.com";
const EVERYTHING = { before: Number.MAX_SAFE_INTEGER, limit: 1_000_000_000 };
// The actions that a machine's role must allow before AWS lets the machine log.
const LOG_DELIVERY_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** AWS Step Functions in JSONPath: Standard workflows, and Express ones that are started asynchronously. */
export class StepFunctions implements Service {
  readonly name = "states";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = statesMembers;
  readonly #kernel: Kernel;
  readonly #executions: Executions;
  readonly #machines = new Map<string, StateMachine>();
  readonly #validator: DefinitionValidator;
  readonly #unchecked: { resourceName: string; machine: StateMachine }[] = [];

  /** @param cacheDir Folder of what may be removed at any time, see {@link DefinitionValidator}. */
  constructor(kernel: Kernel, listeners: ExecutionListeners = {}, cacheDir?: string) {
    this.#kernel = kernel;
    this.#validator = new DefinitionValidator(cacheDir);
    const tokens = new TaskTokens();
    this.#executions = new Executions(kernel, tokens, listeners);
    this.operations = {
      ...this.#machineOperations(),
      ...executionOperations(
        this.#executions,
        (arn) => this.#machineOf(arn),
        () => kernel.newId(),
      ),
      ...tokenOperations(tokens),
    };
  }

  /** Adds a listener for executions that start and end; returns a function that removes it. */
  listen(listeners: Omit<ExecutionListeners, "logs">): () => void {
    return this.#executions.listen(listeners);
  }

  /** Loads the validator of definitions in its own thread, while the program is still being evaluated. */
  prepare(): void {
    this.#validator.prepare();
  }

  /**
   * Creates a declared state machine; {@link provisioned} completes its checks.
   *
   * @throws Error that begins with the resource's logical name where AWS would refuse it.
   */
  provisionStateMachine(resource: RecordedResource): void {
    const machine = readStateMachine(resource, this.#kernel.clock.now());
    if (!this.#kernel.policies.canAssume(machine.roleArn, STATES_PRINCIPAL, machine.arn)) {
      throw new Error(
        `${resource.name}: ${STATES_PRINCIPAL} cannot assume ${machine.roleArn}; its trust policy must allow it`,
      );
    }
    this.#machines.set(machine.arn, machine);
    this.#unchecked.push({ resourceName: resource.name, machine });
  }

  /**
   * Completes the checks of all machines, and continues the executions of an earlier run. Call it after all resources, including policies, are created.
   *
   * @throws Error that begins with the logical name of a machine that AWS would refuse.
   */
  async provisioned(): Promise<void> {
    const unchecked = this.#unchecked.splice(0);
    try {
      for (const { resourceName, machine } of unchecked) {
        this.#checkLogDelivery(resourceName, machine);
      }
      const validations = unchecked.map(async ({ resourceName, machine }) => {
        const problems = await this.#validator.validate(machine.definition);
        if (problems) throw new Error(`${resourceName}: definition is invalid: ${problems}`);
      });
      await Promise.all(validations);
    } finally {
      await this.#validator.close();
    }
    this.resume();
  }

  /** Resumes the executions that an earlier run left in progress. */
  resume(): void {
    this.#executions.resume();
  }

  /** Ends the validator where the start failed before {@link provisioned}. */
  async stop(): Promise<void> {
    await this.#validator.close();
  }

  /** Every stored execution with its history; JSON is not parsed. */
  contents(): (ExecutionRecord & { events: readonly HistoryEvent[] })[] {
    return [...this.#machines.values()]
      .flatMap(({ arn: machineArn }) => this.#executions.list({ machineArn, ...EVERYTHING }))
      .sort((a, b) => a.order - b.order)
      .map((record) => ({ ...record, events: this.#executions.historyOf(record) }));
  }

  #checkLogDelivery(resourceName: string, { roleArn, logging }: StateMachine): void {
    if (logging.level === "OFF") return;
    const caller = { kind: "role", roleArn, sessionName: "log-delivery" } as const;
    for (const action of LOG_DELIVERY_ACTIONS) {
      const need = { action, resource: "*" };
      const denial = this.#kernel.policies.authorise(caller, need, "logs");
      if (denial) {
        throw new Error(
          `${resourceName}: the state machine's role is not authorised to access the log destination: ${denial.explanation}`,
        );
      }
    }
  }

  #machineOf(arn: string): StateMachine {
    const machine = [...this.#machines.values()].find(
      (candidate) => candidate.arn === arn || candidate.versionArn === arn,
    );
    if (machine) return machine;
    throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  }

  #machineOperations(): Record<string, Operation> {
    return {
      DescribeStateMachine: {
        needs: ({ stateMachineArn = "*" }) => [
          { action: "states:DescribeStateMachine", resource: String(stateMachineArn) },
        ],
        run: (input) => {
          const machine = this.#machineOf(requiredArn(input, "stateMachineArn"));
          return {
            ...listed(machine),
            status: "ACTIVE",
            ...(input["includedData"] !== METADATA_ONLY && { definition: machine.definitionText }),
            roleArn: machine.roleArn,
            ...machineConfiguration(machine),
          };
        },
      },
      ListStateMachines: {
        needs: () => [{ action: "states:ListStateMachines", resource: "*" }],
        run: (input) => {
          const machines = [...this.#machines.values()].sort((left, right) =>
            left.name < right.name ? -1 : 1,
          );
          const { page, nextToken } = pageOf(machines, ({ arn }) => arn, input);
          return { stateMachines: page.map(listed), ...(nextToken && { nextToken }) };
        },
      },
    };
  }
}

function listed({ arn, name, type, createdAt }: StateMachine) {
  return { stateMachineArn: arn, name, type: type ?? "STANDARD", creationDate: createdAt / 1000 };
}
