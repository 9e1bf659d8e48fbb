import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";

// Pulumi hands every value over as text.
const flag = v.pipe(
  v.picklist(["true", "false"], "true or false"),
  v.transform((text) => text === "true"),
);

const count = (least: number, most: number) => {
  const allowed = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.string(allowed),
    v.regex(/^\d{1,10}$/, allowed),
    v.transform(Number),
    v.minValue(least, allowed),
    v.maxValue(most, allowed),
  );
};

// One minute, but five minutes: EventBridge minds its grammar.
const SCHEDULE = String.raw`(rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)|cron\(.+\))`;

const schedule = v.pipe(
  v.string(),
  v.regex(new RegExp(`^${SCHEDULE}$`), "an EventBridge schedule such as rate(5 minutes)"),
);

const optionalSchedule = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(off|${SCHEDULE})$`),
    "off, or an EventBridge schedule such as rate(1 hour)",
  ),
  v.transform((text) => (text === "off" ? undefined : text)),
);

const address = v.pipe(
  v.string(),
  v.regex(/^(none|[^@\s]+@[^@\s]+\.[^@\s]+)$/, "none, or an e-mail address"),
  v.transform((text) => (text === "none" ? undefined : text)),
);

// The only spans that CloudWatch Logs keeps.
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827];

const CONSUMER = String.raw`[a-z][a-z0-9-]{0,30}(\.\d{1,6})?`;

const consumers = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^${CONSUMER}(, ?${CONSUMER})*$`),
    "names of lowercase letters, digits and -, separated by commas",
  ),
  v.check((text) => {
    const names = text.split(/, ?/);
    return new Set(names).size === names.length;
  }, "names that differ"),
  v.transform((text) => text.split(/, ?/)),
);

const namespaces = v.strictObject({
  api: v.strictObject({
    /** Sets the role with which API Gateway writes logs, for the whole account and region; it stays on destroy. */
    manageLoggingRole: v.optional(flag, "false"),
    /** Requests per second that an API takes in the long run. */
    throttleRate: v.optional(count(1, 10_000), "100"),
    /** Requests that an API takes at once. */
    throttleBurst: v.optional(count(1, 5_000), "200"),
    /** Requests per day and API key. */
    quotaPerDay: v.optional(count(1, 2_000_000_000), "1000000"),
    /** Who has a key of each API; `npm run keys` adds and rotates them. */
    consumers: v.optional(consumers, "default"),
  }),
  customers: v.strictObject({
    /** Starts the customers workflow every five minutes, to show that it lives. */
    heartbeat: v.optional(flag, "false"),
  }),
  delivery: v.strictObject({
    /** Sends traffic to an alias of each function, so that `npm run shift` and `npm run rollback` can move it. */
    alias: v.optional(flag, "false"),
  }),
  ingest: v.strictObject({
    /** How long an Idempotency-Key is remembered. */
    idempotencyHours: v.optional(count(1, 720), "24"),
    /** Keeps 35 days of continuous backups of requests that are forgotten after `idempotencyHours`. */
    pointInTimeRecovery: v.optional(flag, "true"),
    /** Asks for an API key. */
    requireKey: v.optional(flag, "false"),
    /** Pulls the users on AWS itself, e.g. `rate(1 hour)`. */
    schedule: v.optional(optionalSchedule, "off"),
  }),
  logs: v.strictObject({
    /** How long log groups keep what is written to them. */
    retentionDays: v.optional(
      v.pipe(
        v.picklist(retentionDays.map(String), `one of ${retentionDays.join(", ")}`),
        v.transform(Number),
      ),
      "7",
    ),
  }),
  monitoring: v.strictObject({
    /** Where alarms are told. AWS asks the address to confirm first. */
    email: v.optional(address, "none"),
    /** Records who changed what in the account, in a bucket of its own; this costs what S3 costs. */
    auditTrail: v.optional(flag, "false"),
    /** Age in seconds at which the oldest message of a queue is an alarm. */
    oldestMessageSeconds: v.optional(count(60, 86_400), "300"),
    /** How far in seconds the reader of a stream may be behind. */
    streamLagSeconds: v.optional(count(10, 86_400), "60"),
    /** Milliseconds that 99 of 100 requests must be answered within. */
    latencyMs: v.optional(count(50, 29_000), "3000"),
  }),
  orders: v.strictObject({
    /** Where the shop is told of new, completed and failed orders. AWS asks the address to confirm first. */
    email: v.optional(address, "none"),
    /** Over how many keys the index spreads the orders of a status; page tokens do not outlive a change. */
    // A page token names a place in each, and has to fit into a URL.
    statusShards: v.optional(count(1, 16), "4"),
    /** How long an Idempotency-Key is remembered. */
    idempotencyHours: v.optional(count(1, 720), "24"),
    /** Letters that one address gets within an hour for orders that were placed without an API key. */
    maxLettersPerHour: v.optional(count(1, 10_000), "20"),
    /** Whether there is always enough of a product whose stock nobody has set. */
    untrackedInStock: v.optional(flag, "true"),
    /** Orders that a function takes from the queue at once. */
    batchSize: v.optional(count(1, 10), "10"),
    /** Most functions that take orders from the queue side by side. */
    maximumConcurrency: v.optional(count(2, 1_000), "10"),
    /** Age at which an order that is neither COMPLETED nor FAILED is sent on again. */
    lateAfterMinutes: v.optional(count(1, 1_440), "15"),
    /** When to look for such orders. */
    reconcileSchedule: v.optional(schedule, "rate(5 minutes)"),
  }),
  tables: v.strictObject({
    /** Keeps 35 days of continuous backups. */
    pointInTimeRecovery: v.optional(flag, "true"),
    /** Refuses to delete tables, and so `pulumi destroy`, until it is switched off. */
    deletionProtection: v.optional(flag, "false"),
  }),
});

/** Everything that a stack's settings file can vary, by namespace. */
export type Settings = v.InferOutput<typeof namespaces>;

// Read by Pulumi itself and by its AWS provider.
const FOREIGN_NAMESPACES = ["aws", "pulumi"];

/**
 * The settings of this stack, from `Pulumi.<stack>.yaml`.
 *
 * @throws RunError with a line for each setting that is unknown or out of its limits, and the command that mends it.
 */
export function readSettings(): Settings {
  const result = v.safeParse(namespaces, byNamespace(pulumi.runtime.allConfig()));
  if (result.success) return result.output;
  throw new pulumi.RunError(result.issues.map(explain).join("\n"));
}

function byNamespace(config: Record<string, string>): Record<string, Record<string, string>> {
  const given: Record<string, Record<string, string>> = {};
  for (const namespace of Object.keys(namespaces.entries)) given[namespace] = {};
  for (const [name, value] of Object.entries(config)) {
    const [namespace = "", key = ""] = name.split(":");
    if (FOREIGN_NAMESPACES.includes(namespace)) continue;
    given[namespace] = { ...given[namespace], [key]: value };
  }
  return given;
}

function explain(issue: v.BaseIssue<unknown>): string {
  const [namespace = "", key] = (issue.path ?? []).map((item) => String(item.key));
  const entries: Record<string, { default: string }> | undefined =
    namespaces.entries[namespace as keyof Settings]?.entries;
  if (!entries) {
    const keys = Object.keys(issue.path?.[0]?.value as object);
    const names = keys.map((unknown) => `${namespace}:${unknown}`).join(" and ");
    const known = Object.keys(namespaces.entries).join(", ");
    return `${names}: settings begin with one of ${known}; remove with: ${command("rm", `${namespace}:${keys[0]}`)}`;
  }
  const name = `${namespace}:${key}`;
  const setting = entries[key ?? ""];
  if (!setting) {
    const known = Object.keys(entries).join(", ");
    return `${name} is not a setting; ${namespace} has: ${known}; remove it with: ${command("rm", name)}`;
  }
  return `${name} is ${JSON.stringify(issue.input)}, but must be ${issue.message}; set it with: ${command("set", name, setting.default)}`;
}

function command(...words: string[]): string {
  return `pulumi config ${words.join(" ")} --stack ${pulumi.getStack()}`;
}
