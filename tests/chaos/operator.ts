import { clientsOf } from "../../cli/dlq/clients.ts";
import { deadLetterQueues } from "../../cli/dlq/dead-letter-queues.ts";
import { redriveQueue } from "../../cli/dlq/redrive-queue.ts";
import { clientConfig } from "./in-memory-clients.ts";
import type { World } from "./world.ts";

/**
 * Sends on whatever waits in dead-letter queues, as `npm run dlq -- redrive` does.
 *
 * @param chosen Which queues, by their names.
 */
export async function redriveAll(
  world: World,
  chosen: (queue: string) => boolean = () => true,
): Promise<void> {
  const { clock, program } = world;
  let waiting = 0;
  const wait = async <T>(work: Promise<T>): Promise<T> => {
    waiting++;
    try {
      return await work;
    } finally {
      waiting--;
    }
  };
  const aws = clientConfig(world, wait) as never;
  const clients = clientsOf(aws);
  const allOutputs = Object.fromEntries(
    Object.entries(program.outputs).map(([name, { value }]) => [name, value]),
  );
  const target = { name: "chaos", outputs: {}, allOutputs, secrets: new Set<string>(), aws };
  const pause = () => wait(new Promise<void>((done) => clock.after(500, done)));
  const watch = { onPlan: () => {}, onProgress: () => {}, now: () => clock.now(), pause };
  const redriving = (async () => {
    for (const queue of await deadLetterQueues(clients.sqs, target)) {
      if (chosen(queue.name)) await redriveQueue(clients, queue, {}, watch);
    }
  })();
  let over = false;
  const end = () => {
    over = true;
  };
  redriving.then(end, end);
  while (!over) {
    await clock.settle();
    // Time passes only for what waits for it: how long the clients themselves take is up to the machine.
    if (waiting > 0) await clock.advance(500);
  }
  await redriving;
}
