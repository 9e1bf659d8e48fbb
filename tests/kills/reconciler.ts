import type { Runtime } from "local-aws";

/** Lets the search for late orders run by its schedule, or not. A stack with --data remembers it. */
export async function switchReconciler(
  { dispatcher }: Runtime["kernel"],
  isOn: boolean,
): Promise<void> {
  const you = { kind: "administrator" } as const;
  const { Rules } = await dispatcher.call<{
    Rules: { Name: string; ScheduleExpression?: string }[];
  }>("events", "ListRules", {}, you);
  const found = Rules.filter((rule) => rule.ScheduleExpression && /reconcile/.test(rule.Name));
  if (found.length !== 1)
    throw new Error(`${found.length} schedules search for late orders, not 1`);
  const operation = isOn ? "EnableRule" : "DisableRule";
  for (const { Name } of found) await dispatcher.call("events", operation, { Name }, you);
}
