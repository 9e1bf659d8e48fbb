import type { Progress, Summary } from "../../handlers/ingest/client/pull.ts";

/** Shows the progress of a run: one updated line on a terminal, or with `verbose` a line for each batch. */
export class ConsoleProgress implements Progress {
  readonly #verbose: boolean;

  constructor(verbose: boolean) {
    this.#verbose = verbose;
  }

  fetched(records: number): void {
    console.log(`fetched  ${records} records`);
  }

  cleaned(active: number): void {
    console.log(`active   ${active} users`);
  }

  retrying(what: string, reason: string, waitMs: number, attempt: number): void {
    console.warn(
      `${what} failed: ${reason}; attempt ${attempt} in ${(waitMs / 1000).toFixed(1)} s`,
    );
  }

  posted(batch: { key: string }, done: number, of: number, outcome: string): void {
    if (this.#verbose) console.log(`batch ${done} of ${of}  ${outcome}  ${batch.key}`);
    else if (process.stdout.isTTY)
      process.stdout.write(`\rposting  ${done} of ${of} batches${done === of ? "\n" : ""}`);
  }
}

/** Prints what a run did. */
export function report(
  { fetched, dropped, inactive, posted, replayed, failed }: Summary,
  dryRun: boolean,
): void {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${reason} ${count}`);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  console.log(`\nfetched   ${fetched}`);
  console.log(`dropped   ${lost}${reasons.length > 0 ? ` (${reasons.join(", ")})` : ""}`);
  console.log(`inactive  ${inactive}`);
  if (dryRun) {
    console.log("posted    0 (dry run)");
    return;
  }
  console.log(`posted    ${posted.users} users in ${posted.batches} batches`);
  console.log(`replayed  ${replayed.users} users in ${replayed.batches} batches`);
  if (posted.batches === 0 && failed.length === 0)
    console.log("Nothing new: every batch had been stored before.");
  for (const { key, users, reason } of failed)
    console.error(`failed    ${users} users (${key}): ${reason}`);
}
