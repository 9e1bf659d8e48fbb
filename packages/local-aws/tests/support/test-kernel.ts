import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import type { TraceRecord } from "../../src/kernel/trace.ts";
import type { Store } from "../../src/store/store.ts";

export const ROLE = "arn:aws:iam::000000000000:role/worker";

/** A kernel on virtual time whose every hop is kept, with a role that may do everything. */
export function testKernel({ store, at }: { store?: Store; at?: number } = {}) {
  const clock = new VirtualClock(at);
  let ids = 0;
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
  const kernel = createKernel({ clock, newId, random: () => 1, ...(store && { store }) });
  const hops: TraceRecord[] = [];
  kernel.trace.subscribe((record) => hops.push(record));

  const principals = ["events.amazonaws.com", "pipes.amazonaws.com"];
  kernel.policies.putRole({
    arn: ROLE,
    name: "worker",
    trust: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: principals }, Action: "sts:AssumeRole" },
      ],
    },
  });
  /** Takes these actions from the role, and gives it all others. */
  const deny = (...actions: string[]) => {
    const Statement = [
      { Effect: "Allow" as const, Action: "*", Resource: "*" },
      ...actions.map((Action) => ({ Effect: "Deny" as const, Action, Resource: "*" })),
    ];
    kernel.policies.putRolePolicy(ROLE, "everything", { Version: "2012-10-17", Statement });
  };
  deny();
  /** Kinds and outcomes of the hops so far, without those that were allowed. */
  const notable = () =>
    hops
      .filter(({ decision }) => decision !== "allowed")
      .map((hop) => `${hop.kind} ${hop.decision}`);
  return { kernel, clock, hops, notable, deny };
}
