import { sleep } from "local-aws/testing";
import { chance, uuidOf } from "./random.ts";
import type { World } from "./world.ts";

/** What a client does beside its order: it registers as a customer, or brings users. All of it is decided beforehand. */
export interface VisitPlan {
  customer: { id: string; twin: boolean; leaves: boolean } | undefined;
  users: { key: string; reuse: boolean } | undefined;
}

/** One request of a visit, and what was answered. */
export interface Visit {
  what: "put" | "delete" | "get" | "ingest" | "ingest other";
  status: number | "lost";
  text: string;
}

const MAX_TRIES = 12;
const SPAN_MS = 60_000;

/** What a client plans beside its order. */
export function visitsOf(seed: string, n: number): VisitPlan {
  const draw = (what: string) => chance(seed, "visit", n, what);
  return {
    customer:
      draw("customer") < 0.15
        ? { id: `customer-${n}`, twin: draw("twin") < 0.3, leaves: draw("leaves") < 0.3 }
        : undefined,
    users:
      draw("users") < 0.15
        ? { key: uuidOf(seed, "users", n), reuse: draw("reuse") < 0.3 }
        : undefined,
  };
}

/** The users that a client brings. */
export const usersOf = (n: number, what: Visit["what"]) =>
  [1, 2, 3].map((id) => ({
    id: n * 10 + id,
    name: what === "ingest" ? `User ${id}` : `Other ${id}`,
    email: `u${id}@example.com`,
    active: true,
  }));

/** Makes the visits of a plan; answers what was heard. */
export async function makeVisits(
  world: World,
  seed: string,
  n: number,
  { customer, users }: VisitPlan,
  isLost: (attempt: string) => "request" | "answer" | undefined,
): Promise<Visit[]> {
  const heard: Visit[] = [];
  const ask = async (
    what: Visit["what"],
    method: string,
    url: string,
    headers: object,
    body?: object,
  ) => {
    const entry: Visit = { what, status: "lost", text: "" };
    const attempt = `visit-${n}-${heard.length}`;
    heard.push(entry);
    const lost = isLost(attempt);
    if (lost === "request") return entry;
    const sent = world.withIds(attempt, () => world.request(method, url, { ...headers }, body));
    const { status, text } = await sent;
    if (lost !== "answer") Object.assign(entry, { status, text });
    return entry;
  };
  const until = async (send: () => Promise<Visit>) => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { status } = await send();
      if (status !== "lost" && status < 500 && status !== 429 && status !== 409) return;
      await sleep(world.clock, 1_000 * (tries + 1));
    }
  };
  await sleep(world.clock, chance(seed, "visit", n, "start") * SPAN_MS);
  if (customer) {
    const url = `${world.output("customersApiUrl")}/customers/${customer.id}`;
    const key = { "x-api-key": world.output("customersApiKey") };
    const put = () => until(() => ask("put", "PUT", url, key));
    await (customer.twin ? Promise.all([put(), put()]) : put());
    if (customer.leaves) {
      // Long after it was registered: what is in progress would register it again.
      await sleep(world.clock, 600_000);
      await until(() => ask("delete", "DELETE", url, key));
    }
    await until(() => ask("get", "GET", url, key));
  }
  if (users) {
    const url = `${world.output("ingestApiUrl")}/ingest`;
    const bring = (what: "ingest" | "ingest other") =>
      until(() =>
        ask(what, "POST", url, { "idempotency-key": users.key }, { users: usersOf(n, what) }),
      );
    await bring("ingest");
    await bring("ingest");
    if (users.reuse) await bring("ingest other");
  }
  return heard;
}
