import { shellWords } from "command-text";
import type { Account, Tags } from "./account.ts";
import type { Wants } from "./wants.ts";

// Lambda keeps this many for functions that reserve none, and refuses what would leave fewer.
const MIN_UNRESERVED = 100;
const QUOTA =
  "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000";

/**
 * What an account lacks for a stack, in one line each with what helps; nothing where `pulumi up` finds all that it needs.
 *
 * @throws Error without credentials.
 */
export async function lacks(account: Account, wants: Wants): Promise<string[]> {
  const { stack } = wants;
  const lines: string[] = [];
  if (wants.loggingRole && !(await account.loggingRole())) {
    lines.push(
      `API Gateway has no role for logs in this account and region; let the stack create one: ${config(stack, "set", "api:loggingRole", "create")}`,
    );
  }
  lines.push(...concurrencyLacks(await account.concurrency(), wants));
  for (const [kind, names] of [
    ["table", wants.tables],
    ["rule", wants.rules],
  ] as const) {
    for (const name of names) {
      const tags = await account[kind](name);
      if (tags && !isOwn(tags, wants)) {
        lines.push(
          `the ${kind} ${name} exists already and belongs to ${ownerOf(tags)}; keep the stacks apart: ${config(stack, "set", "names:prefix", `${stack}-`)}`,
        );
      }
    }
  }
  return lines;
}

function concurrencyLacks(
  { limit, unreserved }: { limit: number; unreserved: number },
  { reserved, maximumConcurrency, stack }: Wants,
): string[] {
  if (reserved > 0 && unreserved - reserved < MIN_UNRESERVED) {
    return [
      `functions:reservedConcurrency needs ${reserved} concurrent executions, but of the account's ${limit} only ${Math.max(0, unreserved - MIN_UNRESERVED)} can be reserved; remove it: ${config(stack, "rm", "functions:reservedConcurrency")}; or ask for more: ${QUOTA}`,
    ];
  }
  if (limit < 2 * maximumConcurrency) {
    return [
      `Lambda runs at most ${limit} functions at once in this account, and the queue of orders alone needs ${maximumConcurrency}: APIs would return 503; ask for more: ${QUOTA}`,
    ];
  }
  return [];
}

function config(stack: string, ...words: string[]): string {
  return shellWords("npx", "pulumi", "config", ...words, "--stack", stack);
}

function isOwn(tags: Tags, { project, stack }: Wants): boolean {
  return tags["project"] === project && tags["stack"] === stack;
}

function ownerOf({ project, stack }: Tags): string {
  return project || stack ? `${project}/${stack}` : "something else";
}
