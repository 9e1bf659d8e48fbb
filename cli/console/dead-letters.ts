import type { ConsoleProgram } from "local-aws/console";
import { type Clients, clientsOf } from "../dlq/clients.ts";
import { type DeadLetterQueue, deadLetterQueues } from "../dlq/dead-letter-queues.ts";
import { holdFor } from "../dlq/held-messages.ts";
import { type CaseGroup, inspect } from "../dlq/inspect.ts";
import { redriveQueue } from "../dlq/redrive-queue.ts";
import type { Target } from "../target.ts";

const MAX_SHOWN = 50;
const LOOK_SECONDS = 30;
const POLL_MS = 500;

/** The dead letters of a stack, as `npm run dlq` sees them. */
export function deadLettersOf(target: Target): NonNullable<ConsoleProgram["deadLetters"]> {
  let clients: Clients | undefined;
  const client = () => {
    clients ??= clientsOf(target.aws);
    return clients;
  };
  const named = async (name: string): Promise<DeadLetterQueue> => {
    const [queue] = await deadLetterQueues(client().sqs, target, name);
    if (!queue) throw new Error(`there is no queue ${name}`);
    return queue;
  };
  return {
    async list() {
      const queues = await deadLetterQueues(client().sqs, target);
      return queues.map(({ name, url, waiting }) => ({ name, url, waiting }));
    },
    async show(name) {
      const queue = await named(name);
      const { sqs } = client();
      const { cases, more } = await inspect(sqs, queue, { max: MAX_SHOWN, seconds: LOOK_SECONDS });
      const letters = cases.map(({ letter }) => letter);
      await holdFor(sqs, queue.url, letters, 0);
      return {
        name,
        url: queue.url,
        waiting: queue.waiting,
        more,
        cases: cases.map(({ letter, diagnosis, way }) => ({
          id: letter.id,
          sentAt: letter.sentAt,
          reason: diagnosis.reason,
          way,
          body: letter.body,
        })),
      };
    },
    async redrive(name, dryRun) {
      let planned: CaseGroup[] = [];
      const { redriven, continued, left, failed, notes } = await redriveQueue(
        client(),
        await named(name),
        { dryRun },
        {
          onPlan: (groups) => {
            planned = groups;
          },
          onProgress: () => {},
          now: Date.now,
          pause: () => new Promise((resolve) => setTimeout(resolve, POLL_MS)),
        },
      );
      const said = [...notes].map(([note, count]) => `${count} ${note}`);
      return { planned, redriven: redriven + continued, left, failed, notes: said };
    },
  };
}
