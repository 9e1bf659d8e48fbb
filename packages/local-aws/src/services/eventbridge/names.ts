/** The bus that every account has, and the only one with schedules. */
export const DEFAULT_BUS = "default";

/** The name in a bus's name or ARN. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

/** A rule's ARN; only rules of other buses carry the bus's name in theirs. */
export function ruleArn(
  { region, account }: { region: string; account: string },
  busName: string,
  name: string,
): string {
  const path = busName === DEFAULT_BUS ? name : `${busName}/${name}`;
  return `arn:aws:events:${region}:${account}:rule/${path}`;
}

/** A bus's ARN. */
export function busArn(
  { region, account }: { region: string; account: string },
  name: string,
): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}
