import type { LogLine } from "local-aws";
import type { Kernel, RecordedProgram, Simulation } from "local-aws/testing/simulation";
import { capacityOf } from "./capacity.ts";
import { StateMachineMeter } from "./state-machine-meter.ts";
import { StepNames } from "./step-names.ts";
import { Usage } from "./usage.ts";

/** What a meter listens to. */
export interface MeterParts {
  program: RecordedProgram;
  kernel: Kernel;
  services: Simulation["services"];
  mailbox: Simulation["mailbox"];
}

type Call = Kernel["dispatcher"]["call"];
type Caller = Parameters<Call>[3];
type Manner = NonNullable<Parameters<Call>[5]>;

/** The step that the simulated payment provider's own table is counted as. */
const PROVIDER = "simulated payment provider";
// What Lambda does for a function in the name of the function's role.
const BY_AWS = /^(logs:|dynamodbstreams:|sqs:(Receive|DeleteMessage))/;
const GB = 2 ** 30;
const CHUNK_BYTES = 64 * 1024;

/**
 * Counts what AWS would bill for, at the seams of the local services: the one way from any caller to any service, the
 * ends of invocations, the lines of logs, and the metrics of gateways and pipes.
 */
export class Meter {
  readonly customMetrics = new Set<string>();
  readonly #names: StepNames;
  readonly #call: Call;
  readonly #mailbox: MeterParts["mailbox"];
  readonly #machines: StateMachineMeter;
  readonly #providers: ReadonlySet<unknown>;
  #usage = new Usage();
  #letters = 0;

  constructor({ program, kernel, services, mailbox }: MeterParts) {
    this.#names = new StepNames(program);
    this.#mailbox = mailbox;
    this.#providers = new Set([program.outputs["paymentsTableName"]?.value]);
    const { dispatcher, metrics } = kernel;
    this.#call = dispatcher.call.bind(dispatcher);
    dispatcher.call = (service, operation, input, caller, requestId, manner) =>
      this.#metered(service, operation, input, caller, requestId, manner);
    this.#machines = new StateMachineMeter(program, (service, operation, input) =>
      this.unmetered(service, operation, input),
    );
    services.lambda.onInvocationEnded(({ definition, throttled }) => {
      if (throttled) return;
      const step = this.#names.ofArn(definition.arn);
      this.#usage.add(step, "lambda.request");
    });
    services.logs.onLine((line) => this.#logged(line));
    services.states.listen({
      onExecutionStarted: (arn) => this.#machines.started(this.#names.ofArn(arn)),
    });
    metrics.subscribe({
      record: (namespace, name, dimensions, value) => {
        if (namespace === "AWS/ApiGateway" && name === "Count" && dimensions["Stage"]) {
          const rest = dimensions["ApiName"] !== undefined && !dimensions["Method"];
          if (rest) this.#usage.add(this.#names.ofApi(dimensions), "apigateway.rest", value);
          if (rest) this.#usage.add(this.#names.ofApi(dimensions), "root", value);
          else if (dimensions["ApiId"] && !dimensions["Route"] && !dimensions["Resource"]) {
            this.#usage.add(this.#names.ofApi(dimensions), "apigateway.http", value);
          }
        }
        const pipe = dimensions["PipeName"];
        if (namespace === "AWS/EventBridge/Pipes" && name === "EventCount" && pipe) {
          this.#usage.add(this.#names.ofName(pipe), "pipes.request", value);
        }
      },
    });
  }

  /** Calls a service as the person at the keyboard; nothing of it is counted. */
  unmetered<Output>(service: string, operation: string, input: object): Promise<Output> {
    return this.#call<Output>(service, operation, input, { kind: "administrator" });
  }

  /** What was used since the last call. */
  async take(): Promise<Usage> {
    const usage = this.#usage;
    this.#usage = new Usage();
    const letters = this.#mailbox.letters.filter(({ topic }) => topic).length;
    usage.add("e-mail", "sns.email", letters - this.#letters);
    this.#letters = letters;
    await this.#machines.into(usage);
    return usage;
  }

  async #metered<Output>(
    service: string,
    operation: string,
    input: object,
    caller: Caller,
    requestId: string | undefined,
    manner: Manner | undefined,
  ): Promise<Output> {
    const step = this.#names.ofCaller(caller);
    const called = (given: object, asked?: Manner) =>
      this.#call<Output>(service, operation, given, caller, requestId, asked);
    if (caller.kind === "role" && !BY_AWS.test(`${service}:${operation}`)) {
      this.#usage.add(step, "call");
    }
    if (service === "dynamodb") {
      const counted = { ...input, ReturnConsumedCapacity: "INDEXES" };
      try {
        const answer = await called(counted, { ...manner, asText: false });
        for (const { table, unit, amount } of capacityOf(operation, answer)) {
          this.#usage.add(this.#providers.has(table) ? PROVIDER : step, unit, amount);
        }
        return answer;
      } catch (error) {
        // A write whose condition does not hold is billed like one whose condition does.
        const items = (input as { TransactItems?: object[] }).TransactItems?.length;
        this.#usage.add(step, "dynamodb.write", items ? 2 * items : 1);
        throw error;
      }
    }
    const answer = await called(input, manner);
    if (service === "lambda" && operation === "Invoke") {
      const { FunctionName } = input as { FunctionName?: string };
      const invoked = this.#names.ofArn(String(FunctionName));
      // An event source mapping: nothing before it was traced.
      if (caller.kind === "administrator") this.#usage.add(invoked, "root");
      if (this.#machines.isExpress(step)) this.#usage.add(invoked, "expressTask");
    }
    if (service === "sqs") {
      const empty = operation === "ReceiveMessage" && !holdsMessages(answer);
      if (!empty) this.#usage.add(step, "sqs.request", chunks(operation, input));
    }
    if (service === "sns" && operation.startsWith("Publish")) {
      this.#usage.add(step, "sns.request", chunks(operation, input));
    }
    if (service === "events" && operation === "PutEvents") {
      this.#usage.add(step, "events.event", (input as { Entries: object[] }).Entries.length);
    }
    return answer;
  }

  #logged({ group, message }: LogLine): void {
    const step = this.#names.ofLogGroup(group);
    this.#usage.add(step, "logs.gb", Buffer.byteLength(message) / GB);
    if (!message.startsWith('{"_aws"')) return;
    const line = JSON.parse(message);
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) {
        for (const names of Dimensions) {
          const values = names.map((name: string) => `${name}=${line[name]}`);
          this.customMetrics.add([Name, ...values].join(" "));
        }
      }
    }
  }
}

function holdsMessages(answer: unknown): boolean {
  const { Messages = [] } = answer as { Messages?: unknown[] };
  return Messages.length > 0;
}

/** Requests that carry data are billed per 64 KB. */
function chunks(operation: string, input: object): number {
  if (!/^(Send|Publish)/.test(operation)) return 1;
  return Math.ceil(Buffer.byteLength(JSON.stringify(input)) / CHUNK_BYTES);
}
