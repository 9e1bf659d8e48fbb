import type { DropReason } from "../contract.ts";
import { cleanUsers } from "../users/clean-users.ts";
import { type Outside, PermanentFailure, send, TransientFailure } from "./http.ts";
import { withRetries } from "./retry.ts";
import type { ClientSettings } from "./settings.ts";
import { activeUsers, type Batch, batchesOf, recordsIn, requireStored } from "./stages.ts";

/** What one run did. */
export interface Summary {
  fetched: number;
  dropped: Partial<Record<DropReason, number>>;
  inactive: number;
  /** Batches that were stored now, and the users in them. */
  posted: { batches: number; users: number };
  /** Batches that had been stored by an earlier run. */
  replayed: { batches: number; users: number };
  /** Batches that could not be posted, each with the reason. */
  failed: { key: string; users: number; reason: string }[];
}

/** Told as a run goes on. */
export interface Progress {
  fetched(records: number): void;
  cleaned(active: number, summary: Summary): void;
  retrying(what: string, reason: string, waitMs: number, attempt: number): void;
  posted(batch: Batch, done: number, of: number, outcome: "stored" | "replayed" | "failed"): void;
}

/** The users could not be fetched, so nothing was posted. */
export class FetchFailed extends Error {
  override readonly name = "FetchFailed";
}

/**
 * One run: fetch, clean, keep the active, build batches, post. A batch that fails does not stop the others.
 *
 * @throws FetchFailed when the users cannot be fetched.
 */
export async function pullUsers(
  settings: ClientSettings,
  outside: Outside,
  progress: Progress,
  options: { dryRun?: boolean } = {},
): Promise<Summary> {
  const records = await fetchRecords(settings, outside, progress);
  progress.fetched(records.length);
  const { users, dropped } = cleanUsers(records);
  const { active, inactive } = activeUsers(users);
  const summary: Summary = {
    fetched: records.length,
    dropped,
    inactive,
    posted: { batches: 0, users: 0 },
    replayed: { batches: 0, users: 0 },
    failed: [],
  };
  progress.cleaned(active.length, summary);
  const batches = batchesOf(active, settings.batchSize);
  if (options.dryRun) return summary;
  for (const [index, batch] of batches.entries()) {
    const outcome = await post(batch, settings, outside, progress, summary);
    progress.posted(batch, index + 1, batches.length, outcome);
  }
  return summary;
}

async function fetchRecords(
  settings: ClientSettings,
  outside: Outside,
  progress: Progress,
): Promise<unknown[]> {
  const { urlGet, timeoutMs } = settings;
  const attempt = async () => {
    const { text } = await send(outside, urlGet, { headers: headers(settings) }, timeoutMs);
    return recordsIn(text, urlGet);
  };
  try {
    return await withRetries(outside, settings, attempt, (failure, waitMs, next) =>
      progress.retrying("fetching the users", failure.message, waitMs, next),
    );
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw new FetchFailed(error.message, { cause: error });
  }
}

async function post(
  batch: Batch,
  settings: ClientSettings,
  outside: Outside,
  progress: Progress,
  summary: Summary,
): Promise<"stored" | "replayed" | "failed"> {
  const { key, users } = batch;
  const init = {
    method: "POST",
    headers: { ...headers(settings), "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ users }),
  };
  const attempt = async () => {
    const answer = await send(outside, settings.urlPost, init, settings.timeoutMs);
    requireStored(answer.text, settings.urlPost);
    return answer;
  };
  try {
    const answer = await withRetries(outside, settings, attempt, (failure, waitMs, next) =>
      progress.retrying(`posting batch ${key.slice(0, 14)}…`, failure.message, waitMs, next),
    );
    const replayed = answer.headers.get("idempotent-replayed") === "true";
    const tally = replayed ? summary.replayed : summary.posted;
    tally.batches++;
    tally.users += users.length;
    return replayed ? "replayed" : "stored";
  } catch (error) {
    if (!isFailure(error)) throw error;
    summary.failed.push({ key, users: users.length, reason: error.message });
    return "failed";
  }
}

function headers({ apiKey }: ClientSettings): Record<string, string> {
  return { accept: "application/json", ...(apiKey && { "x-api-key": apiKey }) };
}

function isFailure(error: unknown): error is TransientFailure | PermanentFailure {
  return error instanceof TransientFailure || error instanceof PermanentFailure;
}
