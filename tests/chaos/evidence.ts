import type { StreamRecord } from "local-aws/testing/simulation";
import type { FaultPlan } from "./fault-plan.ts";
import type { Client } from "./workload.ts";
import type { World } from "./world.ts";

/** Everything that is known of a round when it is judged. */
export interface Evidence {
  world: World;
  plan: FaultPlan;
  clients: Client[];
  /** Every change of the orders' table, in order. */
  history: StreamRecord[];
  /** Bodies of the poison that was sent, one for each message. */
  poison: string[];
  /** Ids of messages that a second environment got while the first was still at work. */
  overlaps: string[];
  /** Dead letters at the end of the storm, by queue. */
  buried: Map<string, { body: string; reason: string | undefined }[]>;
  /** Pages of the index that were read during the storm: order ids by the status they were shown with. */
  shown: { orderId: string; status: string }[];
  /** Digest of what counts, before and after everything was redriven once more. */
  /** Whether a day has passed since, and keys are forgotten. */
  isNextDay: boolean;
  before: string;
  after: string;
}

/** The dead letters of every queue that the program names. */
export function deadLetters({ services, program }: World): Evidence["buried"] {
  const urls = program.outputs["deadLetterQueueUrls"]?.value as Record<string, string>;
  return new Map(
    Object.entries(urls).map(([name, url]) => {
      const queue = url.slice(url.lastIndexOf("/") + 1);
      const messages = services.sqs.queues.find((it) => it.name === queue)?.messages() ?? [];
      return [
        name,
        messages.map(({ body, attributes }) => ({
          body,
          reason: attributes["reason"]?.StringValue,
        })),
      ];
    }),
  );
}
