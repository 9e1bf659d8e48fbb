import { type Clock, type Operation, type Service, ServiceError, sleep } from "local-aws/testing";
import { type CallContext, callerName } from "local-aws/testing/simulation";
import type { FaultKind, FaultPlan } from "./fault-plan.ts";
import { subjectIn } from "./subject.ts";

/** What the faults of calls need to know of the run. */
export interface Storm {
  plan: FaultPlan;
  clock: Clock;
  /** The environment that a request comes from, where a function sent it. */
  environmentOf(requestId: string): { crash(): void } | undefined;
}

type Input = Record<string, unknown>;
type Run = Operation["run"];

const THROTTLES: Record<string, string> = {
  dynamodb: "ProvisionedThroughputExceededException",
  sqs: "RequestThrottled",
  sns: "ThrottledException",
  states: "ThrottlingException",
  lambda: "TooManyRequestsException",
  events: "ThrottlingException",
};
const READS = /^(Get|BatchGet|Query|Scan|Describe|Receive|List)/;
/** Reads of a platform that nobody waits for; they only come again. */
const POLLS = /^(GetRecords|ReceiveMessage)$/;
const UNTOUCHED =
  /^(DescribeStream|GetShardIterator|ListStreams|DescribeTable|GetQueueAttributes)$/;
const BATCHES: Record<string, (input: Input, chosen: (index: number) => boolean) => Split> = {
  SendMessageBatch: entrySplit("Entries"),
  PublishBatch: entrySplit("PublishBatchRequestEntries"),
  BatchWriteItem: (input, chosen) => {
    const [[table = "", writes = []] = []] = Object.entries(
      input["RequestItems"] as Record<string, unknown[]>,
    );
    const left = writes.filter((_, index) => chosen(index));
    const rest = writes.filter((write) => !left.includes(write));
    return {
      rest: rest.length > 0 && { ...input, RequestItems: { [table]: rest } },
      answer: (output) => ({ ...output, UnprocessedItems: { [table]: left } }),
    };
  },
};

interface Split {
  /** The call without what fails; false where nothing is left of it. */
  rest: Input | false;
  answer(output: Input): Input;
}

function entrySplit(member: string): (input: Input, chosen: (index: number) => boolean) => Split {
  return (input, chosen) => {
    const entries = input[member] as { Id: string }[];
    const failed = entries.filter((_, index) => chosen(index));
    const rest = entries.filter((entry) => !failed.includes(entry));
    const Failed = failed.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false }));
    return {
      rest: rest.length > 0 && { ...input, [member]: rest },
      answer: (output) => ({ Successful: [], ...output, Failed }),
    };
  };
}

/** A service whose calls go wrong as a plan says, whoever makes them: functions, pipes, queues, topics and workflows. */
export function faultyService(service: Service, storm: Storm): Service {
  const operations = Object.fromEntries(
    Object.entries(service.operations).map(([name, operation]) => [
      name,
      { ...operation, run: faultyRun(service.name, name, operation.run, storm) },
    ]),
  );
  return { name: service.name, operations };
}

function faultyRun(service: string, operation: string, run: Run, storm: Storm): Run {
  if (UNTOUCHED.test(operation)) return run;
  return async (input, context) => {
    if (storm.plan.calm || context.caller.kind === "administrator") return run(input, context);
    const who = callerName(context.caller).replace(/-(role-)?[0-9a-f]{7}$/, "");
    const point = `${who} > ${service}.${operation}`;
    const subject = subjectOf(input);
    const environment = storm.environmentOf(context.requestId);
    const kinds = kindsOf(operation, input, context, environment !== undefined);
    const kind = storm.plan.next(point, subject, kinds);
    if (!kind) return run(input, context);
    const measure = storm.plan.measure(point, subject, kind);
    return suffer(kind, { service, operation, run, input, context, measure, environment }, storm);
  };
}

interface Call {
  service: string;
  operation: string;
  run: Run;
  input: Input;
  context: CallContext;
  /** In [0, 1): how long, or how much. */
  measure: number;
  environment: { crash(): void } | undefined;
}

async function suffer(kind: FaultKind, call: Call, { clock }: Storm): Promise<unknown> {
  const { service, operation, run, input, context, measure, environment } = call;
  switch (kind) {
    case "throttle":
      throw new ServiceError(
        THROTTLES[service] ?? "",
        "injected",
        service === "lambda" ? 429 : 400,
      );
    case "execution limit":
      throw new ServiceError("ExecutionLimitExceeded", "injected");
    case "lost before":
      throw failure();
    case "lost after":
      await run(input, context);
      throw failure();
    case "delay":
      await sleep(clock, 20 + measure * 1_500);
      return run(input, context);
    case "hang":
      // Beyond what any caller waits for: it lands when nobody counts on it any more.
      await sleep(clock, 2_500 + measure * 25_000);
      return run(input, context);
    case "duplicate": {
      const first = await run(input, context);
      await sleep(clock, measure * 2_000);
      await run(input, context);
      return first;
    }
    case "exists":
    case "exists closed":
      // Somebody has started it by hand, with an input of their own, which ends it soon.
      await run({ ...input, input: JSON.stringify({ note: "by hand" }) }, context);
      if (kind === "exists closed") await sleep(clock, 1_500);
      return run(input, context);
    case "clock jump":
    case "time passes":
      return run(input, context);
    case "partial": {
      const split = BATCHES[operation]?.(input, (index) => index % 2 === (measure < 0.5 ? 0 : 1));
      if (!split) return run(input, context);
      const output = split.rest ? ((await run(split.rest, context)) as Input) : {};
      return split.answer(output);
    }
    case "crash before":
      environment?.crash();
      return new Promise(() => {});
    case "crash after":
      await Promise.allSettled([run(input, context)]);
      environment?.crash();
      return new Promise(() => {});
  }
}

function failure(): ServiceError {
  return new ServiceError("InternalServerError", "injected", 500);
}

function kindsOf(
  operation: string,
  input: Input,
  { caller }: CallContext,
  byFunction: boolean,
): FaultKind[] {
  if (POLLS.test(operation)) return ["throttle", "delay"];
  const kinds: FaultKind[] = ["throttle", "lost before", "delay"];
  if (!READS.test(operation)) kinds.push("lost after");
  if (operation in BATCHES && batchSize(input) > 1) kinds.push("partial");
  if (operation === "StartExecution") kinds.push("execution limit");
  // Only a name that follows from the order can be taken already.
  if (operation === "StartExecution" && String(input["name"]).startsWith("order-")) {
    kinds.push("exists", "exists closed");
  }
  if (byFunction) kinds.push("hang", "crash before", "crash after");
  // Deliveries and messages of the platform may come twice.
  else if (
    caller.kind !== "administrator" &&
    /^(Invoke|SendMessage|SendMessageBatch)$/.test(operation)
  ) {
    kinds.push("duplicate");
  }
  return kinds;
}

function batchSize(input: Input): number {
  const list = input["Entries"] ?? input["PublishBatchRequestEntries"];
  if (Array.isArray(list)) return list.length;
  return Object.values((input["RequestItems"] ?? {}) as Record<string, unknown[]>)[0]?.length ?? 0;
}

const IDS_OF_CALLS = new Set(["ReceiptHandle", "Id", "ClientRequestToken"]);

/** The first order that a call names; calls that name none are numbered. */
function subjectOf(input: Input): string {
  return subjectIn(
    JSON.stringify(input, (key, value) => (IDS_OF_CALLS.has(key) ? undefined : value)),
  );
}
