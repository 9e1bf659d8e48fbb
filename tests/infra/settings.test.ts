import pulumi from "@pulumi/pulumi";
import { shellWords } from "command-text";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readSettings, type Settings } from "../../infra/settings.ts";

const test = suite("settings");

test.before(() =>
  pulumi.runtime.setMocks(
    { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
    "commerce-backend",
    "dev",
  ),
);

const REGION = { "aws:region": "eu-central-1" };

function settingsWith(config: Record<string, string>, secrets: string[] = []): Settings {
  pulumi.runtime.setAllConfig({ ...REGION, ...config }, secrets);
  return readSettings();
}

/** The message for the person who wrote the settings file. */
function mistake(config: Record<string, string>, secrets: string[] = []): string {
  try {
    settingsWith(config, secrets);
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
  return assert.unreachable("it was accepted") as never;
}

const PROFILE = "arn:aws:signer:eu-central-1:111122223333:/signing-profiles/shop/abc";

const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/abc";
const EDGE_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/abc";

const defaults: Settings = {
  api: {
    loggingRole: "account",
    throttleRate: 100,
    throttleBurst: 200,
    quotaPerDay: 1_000_000,
    consumers: ["default"],
    corsOrigins: ["*"],
    tracedPercent: undefined,
    detailedMetrics: false,
    restAuthorizer: "none",
    httpAuthorizer: "none",
    jwtIssuer: undefined,
    jwtAudience: undefined,
    domainName: undefined,
    certificateArn: undefined,
    waf: false,
  },
  customers: { heartbeat: false },
  delivery: { alias: false },
  encryption: { customerManagedKey: false },
  functions: {
    reservedConcurrency: undefined,
    tracing: "passThrough",
    readableCode: false,
    signingProfile: undefined,
  },
  ingest: {
    idempotencyHours: 24,
    pointInTimeRecovery: true,
    requireKey: false,
    schedule: undefined,
  },
  logs: { invocationLines: false, retentionDays: 7 },
  monitoring: {
    email: undefined,
    emailRequired: false,
    monthlyBudgetUsd: undefined,
    auditTrail: false,
    oldestMessageSeconds: 300,
    streamLagSeconds: 60,
    latencyMs: 3000,
  },
  names: { prefix: undefined },
  orders: {
    email: undefined,
    statusShards: 4,
    idempotencyHours: 24,
    maxLettersPerHour: 20,
    unpricedProducts: true,
    untrackedInStock: true,
    batchSize: 10,
    maximumConcurrency: 10,
    lateAfterMinutes: 15,
    reconcileSchedule: "rate(5 minutes)",
    workflow: "express",
  },
  storefront: { enabled: false, domainName: undefined, certificateArn: undefined },
  tables: { pointInTimeRecovery: true, deletionProtection: false, backupPlan: false },
};

test("everything has a default", () => {
  assert.equal(settingsWith({}), defaults);
});

test("each setting can be changed", () => {
  const settings = settingsWith({
    "api:loggingRole": "create",
    "api:corsOrigins": "https://shop.example, http://localhost:5173",
    "api:detailedMetrics": "true",
    "api:restAuthorizer": "iam",
    "api:httpAuthorizer": "jwt",
    "api:jwtIssuer": "https://login.example.com/",
    "api:jwtAudience": "shop",
    "api:domainName": "api.shop.example",
    "api:certificateArn": CERTIFICATE,
    "api:waf": "true",
    "encryption:customerManagedKey": "true",
    "functions:reservedConcurrency": "5",
    "functions:signingProfile": PROFILE,
    "functions:tracing": "active",
    "functions:readableCode": "true",
    "logs:invocationLines": "true",
    "monitoring:emailRequired": "true",
    "monitoring:monthlyBudgetUsd": "100",
    "names:prefix": "prod-",
    "tables:backupPlan": "true",
    "api:throttleRate": "10000",
    "api:throttleBurst": "1",
    "api:quotaPerDay": "5",
    "api:tracedPercent": "10",
    "api:consumers": "web, mobile.2",
    "customers:heartbeat": "true",
    "delivery:alias": "true",
    "ingest:idempotencyHours": "48",
    "ingest:pointInTimeRecovery": "false",
    "ingest:requireKey": "true",
    "ingest:schedule": "rate(1 hour)",
    "logs:retentionDays": "365",
    "monitoring:email": "alerts@example.com",
    "monitoring:auditTrail": "true",
    "monitoring:oldestMessageSeconds": "86400",
    "monitoring:streamLagSeconds": "10",
    "monitoring:latencyMs": "29000",
    "orders:email": "shop@example.com",
    "orders:statusShards": "16",
    "orders:idempotencyHours": "720",
    "orders:maxLettersPerHour": "5",
    "orders:unpricedProducts": "false",
    "orders:untrackedInStock": "false",
    "orders:batchSize": "1",
    "orders:maximumConcurrency": "1000",
    "orders:lateAfterMinutes": "1440",
    "orders:reconcileSchedule": "cron(0 * * * ? *)",
    "storefront:domainName": "shop.example.com",
    "storefront:certificateArn": EDGE_CERTIFICATE,
    "orders:workflow": "standard",
    "tables:pointInTimeRecovery": "false",
    "tables:deletionProtection": "true",
  });
  assert.equal(settings, {
    api: {
      loggingRole: "create",
      throttleRate: 10_000,
      throttleBurst: 1,
      quotaPerDay: 5,
      consumers: ["web", "mobile.2"],
      corsOrigins: ["https://shop.example", "http://localhost:5173"],
      tracedPercent: 10,
      detailedMetrics: true,
      restAuthorizer: "iam",
      httpAuthorizer: "jwt",
      jwtIssuer: "https://login.example.com/",
      jwtAudience: "shop",
      domainName: "api.shop.example",
      certificateArn: CERTIFICATE,
      waf: true,
    },
    customers: { heartbeat: true },
    delivery: { alias: true },
    encryption: { customerManagedKey: true },
    functions: {
      reservedConcurrency: 5,
      tracing: "active",
      readableCode: true,
      signingProfile: PROFILE,
    },
    ingest: {
      idempotencyHours: 48,
      pointInTimeRecovery: false,
      requireKey: true,
      schedule: "rate(1 hour)",
    },
    logs: { invocationLines: true, retentionDays: 365 },
    monitoring: {
      email: "alerts@example.com",
      emailRequired: true,
      monthlyBudgetUsd: 100,
      auditTrail: true,
      oldestMessageSeconds: 86_400,
      streamLagSeconds: 10,
      latencyMs: 29_000,
    },
    names: { prefix: "prod-" },
    orders: {
      email: "shop@example.com",
      statusShards: 16,
      idempotencyHours: 720,
      maxLettersPerHour: 5,
      unpricedProducts: false,
      untrackedInStock: false,
      batchSize: 1,
      maximumConcurrency: 1000,
      lateAfterMinutes: 1440,
      reconcileSchedule: "cron(0 * * * ? *)",
      workflow: "standard",
    },
    storefront: {
      enabled: false,
      domainName: "shop.example.com",
      certificateArn: EDGE_CERTIFICATE,
    },
    tables: { pointInTimeRecovery: false, deletionProtection: true, backupPlan: true },
  });
});

test("settings of Pulumi and of its AWS provider are left to them", () => {
  const config = { "aws:region": "eu-central-1", "pulumi:tags": "{}" };
  assert.equal(settingsWith(config), defaults);
});

const set = (name: string, value: string) =>
  `set it with: npx pulumi config set ${name} ${shellWords(value)} --stack dev`;

const refused: [name: string, config: Record<string, string>, message: string][] = [
  [
    "an origin with a path",
    { "api:corsOrigins": "https://shop.example/" },
    `api:corsOrigins is "https://shop.example/", but must be *, or origins such as https://shop.example, separated by commas; ${set("api:corsOrigins", "*")}`,
  ],
  [
    "a storefront whose visitors the API would not let in",
    { "storefront:enabled": "true", "api:httpAuthorizer": "iam" },
    `storefront:enabled is true, but api:httpAuthorizer is set: visitors could not order; open the HTTP API with: npx pulumi config set api:httpAuthorizer none --stack dev`,
  ],
  [
    "a domain without its certificate",
    { "storefront:domainName": "shop.example.com" },
    `storefront:domainName and storefront:certificateArn need each other; set both, the second with: ${set("storefront:certificateArn", "arn:aws:acm:us-east-1:111122223333:certificate/abc").replace("set it with: ", "")}`,
  ],
  [
    "a schedule that EventBridge does not know",
    { "ingest:schedule": "hourly" },
    `ingest:schedule is "hourly", but must be off, or an EventBridge schedule such as rate(1 hour); ${set("ingest:schedule", "off")}`,
  ],
  [
    "a flag that is neither true nor false",
    { "customers:heartbeat": "yes" },
    `customers:heartbeat is "yes", but must be true or false; ${set("customers:heartbeat", "false")}`,
  ],
  [
    "a number out of its limits",
    { "api:throttleRate": "10001" },
    `api:throttleRate is 10001, but must be a whole number from 1 to 10000; ${set("api:throttleRate", "100")}`,
  ],
  [
    "zero where nothing would work any more",
    { "api:throttleBurst": "0" },
    `api:throttleBurst is 0, but must be a whole number from 1 to 5000; ${set("api:throttleBurst", "200")}`,
  ],
  [
    "a consumer that is named twice",
    { "api:consumers": "web,web" },
    `api:consumers is "web,web", but must be names that differ; ${set("api:consumers", "default")}`,
  ],
  [
    "a consumer of another form",
    { "api:consumers": "Web" },
    `api:consumers is "Web", but must be names of lowercase letters, digits and -, separated by commas; ${set("api:consumers", "default")}`,
  ],
  [
    "a number that is none",
    { "api:quotaPerDay": "1e3" },
    `api:quotaPerDay is "1e3", but must be a whole number from 1 to 2000000000; ${set("api:quotaPerDay", "1000000")}`,
  ],
  [
    "a retention that CloudWatch does not offer",
    { "logs:retentionDays": "8" },
    'logs:retentionDays is "8", but must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, ' +
      `1096, 1827; ${set("logs:retentionDays", "7")}`,
  ],
  [
    "a misspelt setting",
    { "customers:heartbeet": "true" },
    "customers:heartbeet is not a setting; customers has: heartbeat; did you mean customers:heartbeat? Remove it with: " +
      "npx pulumi config rm customers:heartbeet --stack dev",
  ],
  [
    "a misspelt namespace",
    { "log:retentionDays": "7" },
    "log:retentionDays: settings begin with one of api, customers, delivery, encryption, functions, ingest, logs, monitoring, names, orders, storefront, tables; did you mean logs:retentionDays? Remove it with: " +
      "npx pulumi config rm log:retentionDays --stack dev",
  ],
  [
    "a setting without a namespace",
    { "commerce-backend:heartbeat": "true" },
    "commerce-backend:heartbeat: settings begin with one of api, customers, delivery, encryption, functions, ingest, logs, monitoring, names, orders, storefront, tables; did you mean customers:heartbeat? Remove it with: " +
      "npx pulumi config rm commerce-backend:heartbeat --stack dev",
  ],
];

for (const [name, config, message] of refused) {
  test(`refuses ${name}`, () => {
    assert.is(mistake(config), message);
  });
}

const refusedValues: [name: string, values: string[], allowed: string, otherwise: string][] = [
  ["orders:email", ["", "shop", "a b@example.com", "off"], "none, or an e-mail address", "none"],
  ["orders:statusShards", ["0", "17", "-1", "2.5", ""], "a whole number from 1 to 16", "4"],
  ["orders:idempotencyHours", ["0", "721"], "a whole number from 1 to 720", "24"],
  ["orders:maxLettersPerHour", ["0", "10001"], "a whole number from 1 to 10000", "20"],
  ["orders:unpricedProducts", ["yes", "1"], "true or false", "true"],
  ["orders:untrackedInStock", ["yes", "1"], "true or false", "true"],
  ["orders:batchSize", ["0", "11"], "a whole number from 1 to 10", "10"],
  // Lambda takes no less than two.
  ["orders:maximumConcurrency", ["1", "1001"], "a whole number from 2 to 1000", "10"],
  ["orders:lateAfterMinutes", ["0", "1441"], "a whole number from 1 to 1440", "15"],
  [
    "orders:reconcileSchedule",
    ["off", "hourly", "rate(0 minutes)", "rate(5)", "rate(1 hours)", "rate(5 minute)"],
    "an EventBridge schedule such as rate(5 minutes)",
    "rate(5 minutes)",
  ],
  ["monitoring:email", ["me"], "none, or an e-mail address", "none"],
  ["monitoring:oldestMessageSeconds", ["59", "86401"], "a whole number from 60 to 86400", "300"],
  ["monitoring:streamLagSeconds", ["9", "86401"], "a whole number from 10 to 86400", "60"],
  ["monitoring:latencyMs", ["49", "29001"], "a whole number from 50 to 29000", "3000"],
];

for (const [name, values, allowed, otherwise] of refusedValues) {
  test(`${name} is ${allowed}`, () => {
    for (const value of values) {
      const shown = /^\d+$/.test(value) && allowed.startsWith("a whole") ? value : `"${value}"`;
      assert.is(
        mistake({ [name]: value }),
        `${name} is ${shown}, but must be ${allowed}; ${set(name, otherwise)}`,
      );
    }
  });
}

test("refuses a role for logs that is not a role ARN", () => {
  assert.is(
    mistake({ "api:loggingRole": "mine" }),
    `api:loggingRole is "mine", but must be account, create, or the ARN of a role; ${set("api:loggingRole", "account")}`,
  );
});

test("refuses to deploy without an address where one is required", () => {
  const config = { "monitoring:emailRequired": "true" };
  assert.is(
    mistake(config),
    "monitoring:email is not set, but monitoring:emailRequired is true: alarms would notify nobody; set it with: " +
      "npx pulumi config set --secret monitoring:email alerts@example.com --stack dev",
  );
  settingsWith({ ...config, "monitoring:email": "alerts@example.com" });
});

test("refuses JWTs without an issuer and an audience", () => {
  const config = { "api:httpAuthorizer": "jwt", "api:jwtIssuer": "https://login.example.com/" };
  assert.match(mistake(config), /^api:httpAuthorizer is jwt, but api:jwtIssuer or api:jwtAudience/);
});

test("refuses a domain without a certificate, and a certificate without a domain", () => {
  const fix =
    "api:domainName and api:certificateArn need each other; set both, the second with: " +
    "npx pulumi config set api:certificateArn arn:aws:acm:eu-central-1:111122223333:certificate/abc --stack dev";
  assert.is(mistake({ "api:domainName": "api.shop.example" }), fix);
  assert.is(mistake({ "api:certificateArn": CERTIFICATE }), fix);
});

test("refuses to start without a region, and says how to set one", () => {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"]) delete process.env[name];
  try {
    assert.is(
      mistake({ "aws:region": "" }),
      "aws:region is not set, nor is AWS_REGION; set it with: npx pulumi config set aws:region eu-central-1 --stack dev",
    );
  } finally {
    Object.assign(
      process.env,
      JSON.parse(JSON.stringify({ AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE })),
    );
  }
});

test("an encrypted address stays secret", async () => {
  for (const name of ["monitoring", "orders"] as const) {
    const { email } = settingsWith({ [`${name}:email`]: "a@example.com" }, [`${name}:email`])[name];
    assert.is(await pulumi.isSecret(pulumi.output(email)), true);
  }
});

test("refuses other settings that are encrypted: they would be readable on AWS", () => {
  assert.is(
    mistake({ "logs:retentionDays": "7" }, ["logs:retentionDays"]),
    "logs:retentionDays is encrypted, but its value is not kept secret on AWS; set it in clear with: " +
      "npx pulumi config set --plaintext logs:retentionDays VALUE --stack dev",
  );
});

test("no notification is sent unless an address is set", () => {
  assert.is(settingsWith({ "orders:email": "none" }).orders.email, undefined);
  assert.is(settingsWith({ "monitoring:email": "none" }).monitoring.email, undefined);
});

test("tells of every mistake at once", () => {
  const lines = mistake({ "customers:heartbeat": "1", "tables:x": "y", "log:level": "x" });
  assert.equal(
    lines.split("\n").map((line) => line.split(/[ :]/, 2).join(":")),
    ["customers:heartbeat", "tables:x", "log:level"],
  );
});

test.run();
