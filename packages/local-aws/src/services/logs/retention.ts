// The only values that CloudWatch Logs accepts; 0 means forever.
const DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

/** Why a log group cannot keep its lines for so many days; undefined when it can. */
export function retentionProblem(days: unknown): string | undefined {
  if (DAYS.includes(days as number)) return undefined;
  return `retentionInDays ${days} must be one of ${DAYS.join(", ")}`;
}
