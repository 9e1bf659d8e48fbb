import { aws, run } from "../calls.ts";
import { useFacts } from "../facts.ts";
import { usePolled } from "../poll.ts";

interface Alarms {
  MetricAlarms?: { AlarmName: string; StateReason?: string }[];
}

const ALARMS_MS = 10_000;
const QUEUES_MS = 5_000;

/** Why each node is in alarm, by the node's id. */
export function useAlarms(watched: Record<string, string>): Map<string, string[]> {
  const { value } = usePolled(
    "alarms in ALARM",
    () => aws<Alarms>("cloudwatch", "DescribeAlarms", { StateValue: "ALARM" }),
    ALARMS_MS,
  );
  const byNode = new Map<string, string[]>();
  for (const { AlarmName, StateReason = "" } of value?.MetricAlarms ?? []) {
    const node = watched[AlarmName];
    if (node) byNode.set(node, [...(byNode.get(node) ?? []), `${AlarmName}: ${StateReason}`]);
  }
  return byNode;
}

/** How many failed messages wait in each queue, by the queue's name. */
export function useWaiting(): Map<string, number> {
  const { hasDeadLetters } = useFacts();
  const { value } = usePolled(
    "failed messages",
    async () => (hasDeadLetters ? run<{ url: string; waiting: number }[]>("deadLetters.list") : []),
    QUEUES_MS,
  );
  return new Map((value ?? []).map(({ url, waiting }) => [url.replace(/^.*\//, ""), waiting]));
}
