import type { Client } from "../workload.ts";
import { allRuns, type Facts, scan } from "./facts.ts";
import type { Verdict } from "./invariants.ts";

const WORKFLOW = /:stateMachine:customers-workflow/;

/** A1, A2, A4, B1, L1 of customers: who was created is there, is created once, and gets registered. */
export async function judgeCustomers({ evidence }: Facts, verdict: Verdict): Promise<void> {
  const rows = new Map((await scan(evidence, "customersTableName")).map((row) => [row["id"], row]));
  const runs = allRuns(evidence).filter(({ machine }) => WORKFLOW.test(machine.arn));
  const registered = new Set(runs.map(({ input }) => String(JSON.parse(input ?? "{}").id)));
  for (const client of evidence.clients) {
    const { customer } = client.plan.visits;
    if (customer) judgeCustomer(verdict, client, customer.id, rows.get(customer.id), registered);
  }
  const running = runs.filter(({ status }) => status === "RUNNING");
  verdict.check("L1", running.length === 0, {}, `${running[0]?.name} still runs`);
}

function judgeCustomer(
  verdict: Verdict,
  { plan, visits }: Client,
  id: string,
  row: Record<string, unknown> | undefined,
  registered: Set<string>,
): void {
  const about = { orderId: id, client: plan.n };
  const puts = visits.filter(({ what }) => what === "put");
  const left = visits.some(
    ({ what, status }) => what === "delete" && status !== "lost" && status < 500,
  );
  const mayHaveLeft = visits.some(({ what }) => what === "delete");
  const created = puts.filter(({ status }) => status === 201);
  const acked = puts.filter(({ status }) => status === 200 || status === 201);
  verdict.check("A2", created.length <= 1, about, `created ${created.length} times`);
  if (acked.length > 0 && !mayHaveLeft) {
    const found = JSON.stringify(row);
    verdict.check("A1", row !== undefined, about, "a customer who was created is not there");
    verdict.check("L1", row?.["registeredAt"] !== undefined, about, `not registered: ${found}`);
    verdict.saw("a customer was registered");
  }
  if (acked.length > 0)
    verdict.check("B1", registered.has(id), about, "no workflow has run for it");
  // A registration that comes late creates the customer anew: the workflow's input is all that it knows.
  if (left && row === undefined) verdict.saw("a customer has left");
  for (const { what, status, text } of visits) {
    if (status === "lost" || what.startsWith("ingest")) continue;
    const known = [200, 201, 404, 429, 500, 502, 503, 504].includes(status);
    const isFound = what !== "get" || status !== 404 || mayHaveLeft || acked.length === 0;
    verdict.check("A4", known, about, `${what} answered ${status} ${text.slice(0, 200)}`);
    verdict.check("A1", isFound, about, "a customer who was created is not found");
  }
}
