import { exceptionFor, type Stack } from "../../../cli/scan/exceptions.ts";
import type { Rule } from "./rule.ts";
import { serviceRules } from "./service-rules.ts";
import { websiteRules } from "./website-rules.ts";

/** Rules that a stack has to meet where `cli/scan/exceptions.ts` makes no exception. */
export const rules: readonly Rule[] = [...serviceRules, ...websiteRules];

/** Whether a stack has to meet a rule. */
export function countsIn(stack: Stack, { ids: [id = ""], only }: Rule): boolean {
  return (only === undefined || only.includes(stack)) && !exceptionFor(id, stack);
}
