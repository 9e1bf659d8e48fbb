import { usersOf } from "../visits.ts";
import type { Client } from "../workload.ts";
import { type Facts, scan } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

/** A1 to A4 and A7 of the ingest: a request is stored once, is answered the same again, and another body is refused. */
export async function judgeIngest({ evidence }: Facts, verdict: Verdict): Promise<void> {
  const rows = await scan(evidence, "ingestTableName");
  for (const client of evidence.clients) {
    const { users } = client.plan.visits;
    if (!users) continue;
    const mine = rows.filter(({ request_id }) => String(request_id).endsWith(`#${users.key}`));
    // After a day the record is gone, and there is nothing more to find.
    judgeRequest(verdict, client, evidence.isNextDay ? undefined : mine);
  }
}

function judgeRequest(
  verdict: Verdict,
  { plan, visits }: Client,
  stored: Record<string, unknown>[] | undefined,
): void {
  const about = { orderId: plan.visits.users?.key, client: plan.n };
  const own = visits.filter(({ what, status }) => what === "ingest" && status === 200);
  const other = visits.filter(({ what, status }) => what === "ingest other" && status !== "lost");
  const texts = new Set(own.map(({ text }) => text));
  verdict.check("A2", texts.size <= 1, about, `answered ${[...texts].join(" and ")}`);
  if (own.length === 0) return;
  if (own.length > 1) verdict.saw("an ingest was answered again");
  const names = (list: unknown) =>
    JSON.stringify((list as { name: string }[] | undefined)?.map(({ name }) => name));
  const found = stored?.map(({ users }) => names(users));
  const isWhole = found?.length === 1 && found[0] === names(usersOf(plan.n, "ingest"));
  if (found) verdict.check("A1", isWhole, about, `stored ${found.join(" and ") || "nothing"}`);
  for (const { status, text } of other) {
    const isRefused = status === 422 || Number(status) >= 429;
    verdict.check(
      "A3",
      isRefused,
      about,
      `another body was answered ${status} ${text.slice(0, 200)}`,
    );
    if (found) verdict.check("A7", isWhole, about, "what was refused is stored");
  }
}
