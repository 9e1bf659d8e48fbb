import { useState } from "preact/hooks";
import type { DeadLetterQueueView, RedriveView } from "../../src/console/contract.ts";
import { aws, run } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { dayTime, duration, plural } from "../parts/format.ts";
import {
  Code,
  DoButton,
  Empty,
  Heading,
  PickList,
  Problem,
  Section,
  Status,
} from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";

const POLL_MS = 3_000;

interface QueueFacts {
  name: string;
  url: string;
  waiting: number;
  inFlight: number;
  delayed: number;
  /** Name of the queue by which dead letters are known; undefined for other queues. */
  deadLetters?: string;
}

/** The queues of the stack: how many messages wait, why those that failed did, and a redrive with a dry run. */
export function QueuesView({ item }: ViewProps) {
  const { map, hasDeadLetters } = useFacts();
  const names = new Set([
    ...map.nodes.flatMap(({ kind, name, deadLetters }) =>
      kind === "queue" ? [name, ...deadLetters] : deadLetters,
    ),
  ]);
  const { value: queues, error } = usePolled(
    "queues",
    () => readQueues(names, hasDeadLetters),
    POLL_MS,
  );
  const chosen = queues?.find(({ name }) => name === item);
  return (
    <>
      <Heading title="Queues" />
      <Problem text={error} />
      <div class="two">
        <div class="panel">
          <PickList
            label="Queues"
            items={queues ?? []}
            keyOf={({ name }) => name}
            selected={item}
            href={({ name }) => routeTo("queues", name)}
            row={(queue) => (
              <>
                <span class="grow">{queue.name.replace(/-[0-9a-f]{7}$/, "")}</span>
                <Status tone={queue.waiting === 0 ? "" : queue.deadLetters ? "bad" : "pending"}>
                  {queue.waiting}
                </Status>
              </>
            )}
          />
        </div>
        <div class="panel">
          {chosen ? <QueueDetail key={chosen.name} queue={chosen} /> : <Empty>Pick a queue.</Empty>}
        </div>
      </div>
    </>
  );
}

async function readQueues(
  names: ReadonlySet<string>,
  hasDeadLetters: boolean,
): Promise<QueueFacts[]> {
  const { QueueUrls = [] } = await aws<{ QueueUrls?: string[] }>("sqs", "ListQueues");
  const dead = hasDeadLetters ? await run<{ name: string; url: string }[]>("deadLetters.list") : [];
  const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);
  const own = QueueUrls.filter((url) => names.has(nameOf(url)));
  const queues = await Promise.all(
    own.map(async (url): Promise<QueueFacts> => {
      const { Attributes = {} } = await aws<{ Attributes?: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl: url, AttributeNames: ["All"] },
      );
      const known = dead.find((one) => nameOf(one.url) === nameOf(url));
      return {
        name: nameOf(url),
        url,
        waiting: Number(Attributes["ApproximateNumberOfMessages"]),
        inFlight: Number(Attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed: Number(Attributes["ApproximateNumberOfMessagesDelayed"]),
        ...(known && { deadLetters: known.name }),
      };
    }),
  );
  const rank = (queue: QueueFacts) => (queue.deadLetters ? 1 : 0);
  return queues.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function QueueDetail({ queue }: { queue: QueueFacts }) {
  const { writable } = useFacts();
  return (
    <>
      <Section title={queue.name}>
        <dl>
          <dt>waiting</dt>
          <dd>{queue.waiting}</dd>
          <dt>in flight</dt>
          <dd>{queue.inFlight}</dd>
          <dt>delayed</dt>
          <dd>{queue.delayed}</dd>
          <dt>url</dt>
          <dd>
            <code>{queue.url}</code>
          </dd>
        </dl>
      </Section>
      {queue.deadLetters !== undefined &&
        (writable ? (
          <DeadLetters name={queue.deadLetters} waiting={queue.waiting} />
        ) : (
          <Section title="Failed messages">
            <p class="dim">
              Reading messages counts as receiving them: start the page with --write.
            </p>
          </Section>
        ))}
    </>
  );
}

function DeadLetters({ name, waiting }: { name: string; waiting: number }) {
  const [shown, setShown] = useState<DeadLetterQueueView>();
  const [redrive, setRedrive] = useState<RedriveView & { dryRun: boolean }>();
  const act = async (dryRun: boolean) => {
    const view = await run<RedriveView>("deadLetters.redrive", { name, dryRun });
    setRedrive({ ...view, dryRun });
    if (!dryRun) setShown(undefined);
    return undefined;
  };
  return (
    <>
      <Section title="Failed messages">
        <div class="row">
          <DoButton
            label={shown ? "Read again" : "Read them"}
            title="Receives up to 50 messages and gives them back at once; their receive count rises"
            run={async () => {
              setShown(await run<DeadLetterQueueView>("deadLetters.show", { name }));
              return undefined;
            }}
          />
          <DoButton label="Dry run of a redrive" run={() => act(true)} />
          <DoButton label="Redrive" primary disabled={waiting === 0} run={() => act(false)} />
        </div>
        {redrive && <RedriveResult redrive={redrive} />}
      </Section>
      {shown?.cases.length === 0 && <Empty>No message waits here.</Empty>}
      {shown?.cases.map((one) => (
        <Section key={one.id} title={one.reason}>
          <p class="dim">
            <code>{one.id}</code>, sent {dayTime(one.sentAt)},{" "}
            {duration(Math.max(0, Date.now() - one.sentAt))} ago
          </p>
          <p>A redrive: {one.way}</p>
          <Code text={one.body} label={`Body of ${one.id}`} />
        </Section>
      ))}
    </>
  );
}

function RedriveResult({ redrive }: { redrive: RedriveView & { dryRun: boolean } }) {
  const { planned, dryRun, redriven, left, failed, notes } = redrive;
  if (planned.length === 0) return <p role="status">Nothing to redrive.</p>;
  return (
    <div role="status">
      <ul>
        {planned.map(({ reason, way, count }) => (
          <li key={`${reason} ${way}`}>
            {plural(count, "message")}: {reason} → {way}
          </li>
        ))}
      </ul>
      <p>
        {dryRun
          ? "Dry run: they stay where they are."
          : `${redriven} redriven, ${left} left, ${failed} failed.`}
      </p>
      {notes.map((note) => (
        <p key={note} class="dim">
          {note}
        </p>
      ))}
    </div>
  );
}
