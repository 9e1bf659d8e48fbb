import { lambdaHandler } from "../shared/lambda-handler.ts";
import type { Outside } from "./client/http.ts";
import { type Progress, pullUsers, type Summary } from "./client/pull.ts";
import { realOutside } from "./client/real-outside.ts";
import { type ClientSettings, clientSettings } from "./client/settings.ts";

export interface Deps {
  settings: ClientSettings;
  outside: Outside;
}

/** A scheduled run that left something undone; the next one sends it again under the same keys. */
export class PullIncomplete extends Error {
  override readonly name = "PullIncomplete";
}

export const createHandler =
  ({ settings, outside }: Deps) =>
  async (): Promise<Summary> => {
    const summary = await pullUsers(settings, outside, logged);
    console.info({ event: "users_pulled", ...summary });
    if (summary.failed.length > 0) {
      const reasons = [...new Set(summary.failed.map(({ reason }) => reason))].join("; ");
      throw new PullIncomplete(`${summary.failed.length} batches were not posted: ${reasons}`);
    }
    return summary;
  };

const logged: Progress = {
  fetched: () => {},
  cleaned: () => {},
  posted: () => {},
  retrying: (what, reason, waitMs, attempt) =>
    console.warn({ event: "pull_retry", what, reason, waitMs, attempt }),
};

/** Lambda entry point of the scheduled pull: what `npm run ingest` does, without a laptop. */
export const handler = lambdaHandler(() =>
  createHandler({ settings: clientSettings(process.env), outside: realOutside }),
);
