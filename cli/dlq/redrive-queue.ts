import type { Clients } from "./clients.ts";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import { deleteMessage, holdFor } from "./held-messages.ts";
import { type Case, type CaseGroup, groupCases, inspect } from "./inspect.ts";
import { type Move, moveAll } from "./resend/move-all.ts";
import { failed, type Outcome } from "./resend/outcome.ts";
import { resend } from "./resend/resend.ts";
import { sourceOf } from "./resend/send-back.ts";

/** Which messages of a queue are redriven. */
export interface RedriveChoice {
  /** Only those whose reason contains this text, in any case. */
  reason?: string | undefined;
  /** Only those whose body contains this text, e.g. an order id. */
  holding?: string | undefined;
  /** At most this many are read; without it, and without a reason, SQS itself moves what comes from a queue. */
  max?: number | undefined;
  /** Only find out what would be done. */
  dryRun?: boolean | undefined;
}

/** The callbacks of a redrive. */
export interface RedriveWatch {
  onPlan(groups: CaseGroup[], more: boolean): void;
  onProgress(done: number, all: number): void;
  /** The time, in epoch milliseconds. */
  now(): number;
  /** Waits before SQS's progress is read again. */
  pause(): Promise<void>;
}

/** How many messages came to which end, and why those that stay do. */
export interface Tally {
  redriven: number;
  continued: number;
  left: number;
  failed: number;
  /** Notes of those left or failed, with how many they are about. */
  notes: Map<string, number>;
}

/** Default number of messages to read. */
export const DEFAULT_MAX = 1000;
// Long enough for the slowest function; messages of an interrupted redrive become visible after it.
const HOLD_SECONDS = 600;
const RENEW_AFTER_MS = 120_000;

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { redriven: 0, continued: 0, left: 0, failed: 0, notes: new Map() };
}

/** Redrives a queue, oldest message first. A message is deleted only after it was sent, so a crash may double it. */
export async function redriveQueue(
  clients: Clients,
  queue: DeadLetterQueue,
  choice: RedriveChoice,
  watch: RedriveWatch,
): Promise<Tally> {
  const { sqs } = clients;
  const { max = DEFAULT_MAX, dryRun } = choice;
  const { cases, more } = await inspect(sqs, queue, { max, seconds: HOLD_SECONDS });
  const held = new Set(cases.map(({ letter }) => letter));
  const tally = emptyTally();
  try {
    const chosen = cases.filter((one) => fits(one, choice));
    watch.onPlan(groupCases(chosen), more);
    if (dryRun || chosen.length === 0) return tally;
    if (movable(chosen, queue, choice)) {
      await holdFor(sqs, queue.url, [...held], 0);
      held.clear();
      await moveQueue(clients, queue, chosen.length, watch, tally);
      return tally;
    }
    let heldAt = watch.now();
    for (const [index, one] of chosen.entries()) {
      watch.onProgress(index, chosen.length);
      if (watch.now() - heldAt > RENEW_AFTER_MS) {
        await holdFor(sqs, queue.url, [...held], HOLD_SECONDS);
        heldAt = watch.now();
      }
      const outcome = await finish(clients, queue, one);
      if (outcome.status === "redriven" || outcome.status === "continued") held.delete(one.letter);
      count(tally, outcome);
    }
    return tally;
  } finally {
    await holdFor(sqs, queue.url, [...held], 0);
  }
}

async function finish(clients: Clients, queue: DeadLetterQueue, one: Case): Promise<Outcome> {
  const outcome = await resend(clients, queue, one);
  if (outcome.status === "left" || outcome.status === "failed") return outcome;
  try {
    await deleteMessage(clients.sqs, queue.url, one.letter);
    return outcome;
  } catch (error) {
    return failed(`it was sent, but could not be deleted here: ${(error as Error).message}`);
  }
}

/** Whether SQS can move the whole queue: it cannot choose, and there must be one place to move to. */
function movable(
  cases: readonly Case[],
  { sources }: DeadLetterQueue,
  { reason, holding, max }: RedriveChoice,
): boolean {
  if (reason !== undefined || holding !== undefined || max !== undefined) return false;
  if (sources.length !== 1) return false;
  return cases.every(
    ({ diagnosis: { origin } }) => origin.kind === "queue" && sourceOf(sources, origin.sourceArn),
  );
}

async function moveQueue(
  { sqs }: Clients,
  queue: DeadLetterQueue,
  expected: number,
  { onProgress, pause }: RedriveWatch,
  tally: Tally,
): Promise<void> {
  const [source] = queue.sources;
  if (!source) return;
  let move: Move;
  try {
    move = await moveAll(sqs, queue, source, {
      onProgress: ({ moved, toMove }) => onProgress(moved, toMove),
      pause,
    });
  } catch (error) {
    move = { moved: 0, toMove: expected, failure: (error as Error).message };
  }
  tally.redriven += move.moved;
  if (move.failure === undefined) return;
  count(tally, failed(move.failure), Math.max(1, move.toMove - move.moved));
}

function count(tally: Tally, { status, note }: Outcome, times = 1): void {
  tally[status] += times;
  if (note === undefined) return;
  const key = `${status}: ${note}`;
  tally.notes.set(key, (tally.notes.get(key) ?? 0) + times);
}

function fits({ diagnosis, letter }: Case, { reason, holding }: RedriveChoice): boolean {
  if (holding !== undefined && !letter.body.includes(holding)) return false;
  return reason === undefined || diagnosis.reason.toLowerCase().includes(reason.toLowerCase());
}
