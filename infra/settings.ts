import * as pulumi from "@pulumi/pulumi";
import { isConfigSecret } from "@pulumi/pulumi/runtime/config.js";
import * as v from "valibot";
import {
  explain,
  halfDomain,
  lockedStorefront,
  missingEmail,
  missingJwt,
  missingRegion,
  plainSecret,
} from "./settings/explain.ts";
import {
  address,
  choice,
  consumers,
  count,
  flag,
  optional,
  optionalArn,
  optionalCount,
  optionalSchedule,
  origins,
  retentionDays,
  schedule,
} from "./settings/values.ts";

declare module "@pulumi/pulumi/runtime/config.js" {
  // Pulumi leaves it out of its types.
  function isConfigSecret(key: string): boolean;
}

const namespaces = v.strictObject({
  api: v.strictObject({
    /**
     * The role with which API Gateway writes logs, for the whole account and region: `account` where it is set already,
     * `create` in a new account (the role outlives the stack), or the ARN of a role to set.
     */
    loggingRole: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^(account|create|arn:aws[a-z-]*:iam::\d{12}:role\/\S+)$/,
          "account, create, or the ARN of a role",
        ),
      ),
      "account",
    ),
    /** Sustained requests per second of each API. */
    throttleRate: v.optional(count(1, 10_000), "100"),
    /** Requests that each API accepts at once. */
    throttleBurst: v.optional(count(1, 5_000), "200"),
    /** Requests per API key and day. */
    quotaPerDay: v.optional(count(1, 2_000_000_000), "1000000"),
    /** Who has a key of each API; `npm run keys` adds and rotates them. */
    consumers: v.optional(consumers, "default"),
    /**
     * Origins of the web pages that may read the APIs' responses (CORS), or `*` for any. REST APIs can name one only: the
     * first.
     */
    corsOrigins: v.optional(origins, "*"),
    /**
     * Share of the requests to the REST APIs that begin a trace, in percent; `off`: X-Ray's own rule, which is the first
     * request of each second and 5 % of the others.
     */
    tracedPercent: v.optional(optionalCount(0, 100), "off"),
    /** Metrics per method and route, beside those per API. They cost about $0.30 per metric and month. */
    detailedMetrics: v.optional(flag, "false"),
    /** Requires an IAM signature from callers of the REST APIs, besides the API key. */
    restAuthorizer: v.optional(choice(["none", "iam"]), "none"),
    /** Requires an IAM signature or a JWT from callers of the HTTP API. */
    httpAuthorizer: v.optional(choice(["none", "iam", "jwt"]), "none"),
    /** Issuer of the JWTs, e.g. `https://login.example.com/`. */
    jwtIssuer: v.optional(optional(/https:\/\/\S+/, "an https URL"), "none"),
    /** Audience of the JWTs. */
    jwtAudience: v.optional(optional(/\S+/, "a name"), "none"),
    /** A custom domain for all APIs, e.g. `api.shop.example`: `https://api.shop.example/orders/…`. */
    domainName: v.optional(optional(/([a-z0-9-]+\.)+[a-z]{2,}/, "a domain name"), "none"),
    /** ARN of its certificate in AWS Certificate Manager, in the stack's region. */
    certificateArn: v.optional(
      optionalArn("acm", "arn:aws:acm:eu-central-1:111122223333:certificate/abc"),
      "none",
    ),
    /** Puts AWS WAF in front of the REST APIs, with AWS's rules and a limit per address. */
    waf: v.optional(flag, "false"),
  }),
  customers: v.strictObject({
    /** Starts the customers workflow every five minutes as a heartbeat. */
    heartbeat: v.optional(flag, "false"),
  }),
  delivery: v.strictObject({
    /** Sends traffic to an alias of each function, so that `npm run shift` and `npm run rollback` can move it. */
    alias: v.optional(flag, "false"),
  }),
  encryption: v.strictObject({
    /** Encrypts tables, queues, topics, logs, variables and executions with a key of the stack's own. */
    customerManagedKey: v.optional(flag, "false"),
  }),
  functions: v.strictObject({
    /** Concurrent executions that are reserved for each function; they are taken from the account's quota. */
    reservedConcurrency: v.optional(optionalCount(1, 1_000), "off"),
    /**
     * Which invocations begin a trace. `passThrough`: none; a function is traced where the request that it belongs to is.
     * `active`: of every function, the first of each second and 5 % of the others.
     */
    tracing: v.optional(choice(["active", "passThrough"]), "passThrough"),
    /** Keeps the names of classes and variables in the functions' code, for errors and debuggers; `npm start` does. */
    readableCode: v.optional(flag, "false"),
    /** Version of an AWS Signer profile; functions whose code it did not sign are reported. */
    signingProfile: v.optional(
      optionalArn("signer", "arn:aws:signer:eu-central-1:111122223333:/signing-profiles/shop/abc"),
      "none",
    ),
  }),
  ingest: v.strictObject({
    /** How long an Idempotency-Key is remembered, in hours. */
    idempotencyHours: v.optional(count(1, 720), "24"),
    /** Keeps 35 days of continuous backups of the requests, which expire after `idempotencyHours`. */
    pointInTimeRecovery: v.optional(flag, "true"),
    /** Requires an API key. */
    requireKey: v.optional(flag, "false"),
    /** Pulls the users on AWS on this schedule, e.g. `rate(1 hour)`. */
    schedule: v.optional(optionalSchedule, "off"),
  }),
  logs: v.strictObject({
    /**
     * Whether Lambda logs the begin and the figures of every invocation, of which “duration by function” is made. What fails
     * or runs out of time is logged in any case.
     */
    invocationLines: v.optional(flag, "false"),
    /** How long log groups keep log lines, in days. */
    retentionDays: v.optional(retentionDays, "7"),
  }),
  monitoring: v.strictObject({
    /** Address that alarms notify. AWS asks it to confirm first. */
    email: v.optional(address, "none"),
    /** Refuses to deploy without `monitoring:email`. */
    emailRequired: v.optional(flag, "false"),
    /** Notifies the address when the account's costs exceed this many dollars a month. */
    monthlyBudgetUsd: v.optional(optionalCount(1, 1_000_000), "off"),
    /** Records who changed what in the account, in a bucket of its own. */
    auditTrail: v.optional(flag, "false"),
    /** Age of a queue's oldest message that raises an alarm, in seconds. */
    oldestMessageSeconds: v.optional(count(60, 86_400), "300"),
    /** Iterator age of a stream's reader that raises an alarm, in seconds. */
    streamLagSeconds: v.optional(count(10, 86_400), "60"),
    /** p99 latency of an API that raises an alarm, in milliseconds. */
    latencyMs: v.optional(count(50, 29_000), "3000"),
  }),
  names: v.strictObject({
    /** Prefix of the names that are fixed, such as `customer_ids`, so that several stacks fit into one region. */
    prefix: v.optional(
      optional(/[a-z][a-z0-9]{0,15}-/, "lowercase letters and a hyphen, e.g. prod-"),
      "none",
    ),
  }),
  orders: v.strictObject({
    /** Address that is notified of new, completed and failed orders. AWS asks it to confirm first. */
    email: v.optional(address, "none"),
    /** Partition keys per status in the status index. A change invalidates page tokens. */
    // A page token has a position for each, and has to fit into a URL.
    statusShards: v.optional(count(1, 16), "4"),
    /** How long an Idempotency-Key is remembered, in hours. */
    idempotencyHours: v.optional(count(1, 720), "24"),
    /** Letters that one address gets within an hour for orders that were placed without an API key. */
    maxLettersPerHour: v.optional(count(1, 10_000), "20"),
    /** Whether untracked products always count as in stock. */
    untrackedInStock: v.optional(flag, "true"),
    /** Whether products without a price may be ordered, at the price that the client names. */
    unpricedProducts: v.optional(flag, "true"),
    /** Messages of the queue per invocation. */
    batchSize: v.optional(count(1, 10), "10"),
    /** Invocations for the queue at the same time. */
    maximumConcurrency: v.optional(count(2, 1_000), "10"),
    /** Age in minutes at which an order that is neither COMPLETED nor FAILED is resumed. */
    lateAfterMinutes: v.optional(count(1, 1_440), "15"),
    /** Schedule of the search for such orders. */
    reconcileSchedule: v.optional(schedule, "rate(5 minutes)"),
    /**
     * How orders' workflows run. `express`: at about a hundredth of the price, known by their logs; one that cannot end
     * within its few attempts goes on as a Standard one. `standard`: every step is kept for 90 days.
     */
    workflow: v.optional(choice(["express", "standard"]), "express"),
  }),
  storefront: v.strictObject({
    /** Serves a storefront on top of the HTTP API. Its visitors have no key, so the API must not require one. */
    enabled: v.optional(flag, "false"),
    /** A domain of its own, which has to point to CloudFront's. */
    domainName: v.optional(optional(/([a-z0-9-]+\.)+[a-z]{2,}/, "a domain name"), "none"),
    /** ARN of the domain's certificate in us-east-1. */
    certificateArn: v.optional(
      optionalArn("acm", "arn:aws:acm:us-east-1:111122223333:certificate/abc"),
      "none",
    ),
  }),
  tables: v.strictObject({
    /** Keeps 35 days of continuous backups. */
    pointInTimeRecovery: v.optional(flag, "true"),
    /** Protects tables and their key from deletion, on AWS and in Pulumi. */
    deletionProtection: v.optional(flag, "false"),
    /** Backs tables up every day with AWS Backup, and keeps each backup for 35 days. */
    backupPlan: v.optional(flag, "false"),
  }),
});

type Values = v.InferOutput<typeof namespaces>;

/** Everything that a stack's settings file can change, by namespace. Addresses can be secret. */
export type Settings = Omit<Values, "monitoring" | "orders"> & {
  monitoring: WithAddress<Values["monitoring"]>;
  orders: WithAddress<Values["orders"]>;
};

type WithAddress<T> = Omit<T, "email"> & { email: pulumi.Input<string> | undefined };

// Settings that may be encrypted in the settings file: nothing else is kept out of names and policies.
const MAY_BE_SECRET = ["monitoring:email", "orders:email"];

// Read by Pulumi itself and by its AWS provider.
const FOREIGN_NAMESPACES = ["aws", "pulumi"];

/**
 * The settings of this stack, from `Pulumi.<stack>.yaml`.
 *
 * @throws RunError with a line for each setting that is unknown, invalid or missing, and the command that corrects it.
 */
export function readSettings(): Settings {
  const config = pulumi.runtime.allConfig();
  const result = v.safeParse(namespaces, byNamespace(config));
  const mistakes = result.issues?.map((issue) => explain(issue, namespaces.entries)) ?? [];
  if (result.success) mistakes.push(...contradictions(result.output));
  mistakes.push(...Object.keys(config).filter(isExposedSecret).map(plainSecret));
  if (!hasRegion(config)) mistakes.push(missingRegion());
  if (!result.success || mistakes.length > 0) throw new pulumi.RunError(mistakes.join("\n"));
  const { monitoring, orders, ...others } = result.output;
  return {
    ...others,
    monitoring: { ...monitoring, email: secretly("monitoring:email", monitoring.email) },
    orders: { ...orders, email: secretly("orders:email", orders.email) },
  };
}

function contradictions({ api, monitoring, storefront }: Values): string[] {
  return [
    ...(storefront.enabled && api.httpAuthorizer !== "none" ? [lockedStorefront()] : []),
    ...[halves("api", api), halves("storefront", storefront)].flat(),
    ...(monitoring.emailRequired && !monitoring.email ? [missingEmail()] : []),
    ...(api.httpAuthorizer === "jwt" && !(api.jwtIssuer && api.jwtAudience) ? [missingJwt()] : []),
  ];
}

function halves(
  namespace: "api" | "storefront",
  { domainName, certificateArn }: Pick<Values["storefront"], "domainName" | "certificateArn">,
): string[] {
  return Boolean(domainName) === Boolean(certificateArn) ? [] : [halfDomain(namespace)];
}

function isExposedSecret(name: string): boolean {
  const [namespace = ""] = name.split(":");
  const foreign = FOREIGN_NAMESPACES.includes(namespace);
  return isConfigSecret(name) && !foreign && !MAY_BE_SECRET.includes(name);
}

function secretly(name: string, value: string | undefined): pulumi.Input<string> | undefined {
  return value && isConfigSecret(name) ? pulumi.secret(value) : value;
}

/** Whether the AWS provider will find a region: in the settings, or in the environment of the AWS CLI. */
function hasRegion(config: Record<string, string>): boolean {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  return Boolean(config["aws:region"] || AWS_REGION || AWS_DEFAULT_REGION || AWS_PROFILE);
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
