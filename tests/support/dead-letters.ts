import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type Operation, type Script, ScriptedService, VirtualClock } from "local-aws/testing";
import {
  createKernel,
  DEFAULT_QUEUE_SETTINGS,
  Mailbox,
  openEndpoint,
  Sns,
  Sqs,
} from "local-aws/testing/services";
import { clientsOf } from "../../cli/dlq/clients.ts";
import { type DeadLetterQueue, deadLetterQueues } from "../../cli/dlq/dead-letter-queues.ts";
import {
  type RedriveChoice,
  type RedriveWatch,
  redriveQueue,
} from "../../cli/dlq/redrive-queue.ts";
import type { Target } from "../../cli/target.ts";

const PLACE = "eu-central-1:000000000000";

/** ARN of a queue. */
export const queueArn = (name: string) => `arn:aws:sqs:${PLACE}:${name}`;
/** ARN of a function. */
export const functionArn = (name: string) => `arn:aws:lambda:${PLACE}:function:${name}`;

/** What the scripted services do, by operation. */
export interface Scripts {
  lambda?: Record<string, Script>;
  events?: Record<string, Script>;
  states?: Record<string, Script>;
  dynamodbstreams?: Record<string, Script>;
}

/** An answer of a function. */
export function functionAnswer(payload: unknown, FunctionError?: string): object {
  return {
    StatusCode: 200,
    Payload: JSON.stringify(payload),
    ...(FunctionError && { FunctionError }),
  };
}

/**
 * An AWS endpoint with real queues and topics and scripted services: queue `orders` with the dead letters `orders-dlq`,
 * and `failures`, which is nobody's redrive target. Its virtual time goes on only where a client waits for it: with each
 * receive that waits for messages, and each time that SQS is asked how far it has moved them.
 */
export async function startDeadLetters(scripts: Scripts = {}) {
  const clock = new VirtualClock(Date.now());
  const kernel = createKernel({ clock });
  const server = await openEndpoint();
  const endpoint = server.url;
  const sqs = new Sqs(kernel, { awsEndpoint: endpoint });
  const redrive = { deadLetterArn: queueArn("orders-dlq"), maxReceiveCount: 5 };
  for (const name of ["orders-dlq", "failures"]) sqs.createQueue(name, DEFAULT_QUEUE_SETTINGS);
  sqs.createQueue("orders", { ...DEFAULT_QUEUE_SETTINGS, redrive });
  const sns = new Sns(kernel, new Mailbox());
  const lambda = new ScriptedService("lambda", { Invoke: {}, ...scripts.lambda });
  const events = new ScriptedService("events", { PutEvents: {}, ...scripts.events });
  const states = new ScriptedService("states", { SendTaskSuccess: {}, ...scripts.states });
  const streams = new ScriptedService("dynamodbstreams", scripts.dynamodbstreams ?? {});
  kernel.dispatcher.register(sqs, sns, lambda, events, states, streams);

  const url = (name: string) => `${endpoint}/000000000000/${name}`;
  const outputs = {
    deadLetterQueueUrls: { ordersDeadLetters: url("orders-dlq"), failures: url("failures") },
  };
  const stack = { project: "shop", stack: "dev", region: "eu-central-1" };
  server.serve(kernel, {
    stack: () => ({
      ...stack,
      outputs: { deadLetterQueueUrls: { value: outputs.deadLetterQueueUrls, secret: false } },
    }),
  });
  const operations: Record<string, Operation> = { ...sqs.operations };
  /** Puts something else in the place of one operation of SQS. */
  const replaceSqs = (
    name: string,
    run: (input: Record<string, unknown>, whole: () => unknown) => unknown,
  ) => {
    const whole = operations[name];
    if (!whole) throw new Error(`SQS has no operation ${name}`);
    operations[name] = {
      ...whole,
      run: (input, context) => run(input, () => whole.run(input, context)),
    };
    kernel.dispatcher.register({ name: "sqs", operations });
  };
  const moving: Promise<void>[] = [];
  replaceSqs("ReceiveMessage", ({ WaitTimeSeconds = 0 }, whole) => {
    const received = whole();
    moving.push(clock.advance(Number(WaitTimeSeconds) * 1_000));
    return received;
  });
  replaceSqs("ListMessageMoveTasks", async (_, whole) => {
    await clock.advance(1_000);
    return whole();
  });

  const target: Target = {
    name: "shop/dev",
    outputs: {},
    allOutputs: outputs,
    secrets: new Set(),
    aws: {
      region: "eu-central-1",
      endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
  };
  const clients = clientsOf({ ...target.aws });
  const queue = async (name: string): Promise<DeadLetterQueue> => {
    const [found] = await deadLetterQueues(clients.sqs, target, name);
    if (!found) throw new Error(`no queue ${name}`);
    return found;
  };
  return {
    kernel,
    clock,
    sqs,
    sns,
    lambda,
    events,
    states,
    streams,
    target,
    clients,
    port: server.port,
    queue,
    breakSqs: replaceSqs,
    /** Puts a message in a queue, and answers its id. */
    async put(name: string, body: unknown, attributes: Record<string, string> = {}) {
      const MessageAttributes: Record<string, MessageAttributeValue> = Object.fromEntries(
        Object.entries(attributes).map(([key, StringValue]) => [
          key,
          { DataType: "String", StringValue },
        ]),
      );
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      const message = { QueueUrl: url(name), MessageBody, MessageAttributes };
      const { MessageId = "" } = await clients.sqs.send(new SendMessageCommand(message));
      return MessageId;
    },
    /** Puts a message in `orders-dlq` as SQS does after too many receives. */
    bury(body: string) {
      const id = kernel.newId();
      const message = { body, attributes: {}, senderId: "test", sentAt: clock.now() };
      const dead = { ...message, id, receiveCount: 6, sourceArn: queueArn("orders") };
      sqs.queueByArn(queueArn("orders-dlq"))?.put(dead);
      return id;
    },
    /** What a queue holds that everybody can see, oldest first. */
    visible(name: string): string[] {
      const found = sqs.queueByArn(queueArn(name));
      const all = found?.messages() ?? [];
      return all.slice(0, found?.counts().visible).map(({ body }) => body);
    },
    /** Redrives a queue; answers the tally, with notes as an object, and the plan. */
    async redrive(name: string, choice: RedriveChoice = {}) {
      const plan: string[] = [];
      const watch: RedriveWatch = {
        onPlan: (groups) => {
          for (const { count, reason, way } of groups) plan.push(`${count} × ${reason} -> ${way}`);
        },
        onProgress: () => {},
        now: () => clock.now(),
        pause: async () => {},
      };
      const tally = await redriveQueue(clients, await queue(name), choice, watch);
      const { redriven, continued, left, failed } = tally;
      const counts = [redriven, continued, left, failed];
      return { counts, notes: Object.fromEntries(tally.notes), plan };
    },
    async stop() {
      await Promise.all(moving);
      for (const client of Object.values(clients)) client.destroy();
      sqs.stop();
      await server.close();
    },
  };
}
