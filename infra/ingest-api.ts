import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { apiKey } from "./api-key.ts";
import { type HandlerFunction, handlerFunction } from "./lambda.ts";
import { ingestApi } from "./openapi/ingest.ts";
import { deadLetterQueue } from "./queue.ts";
import { restApi } from "./rest-api.ts";
import type { Settings } from "./settings.ts";
import { table } from "./table.ts";

/** What the ingest API depends on. */
export interface IngestApiArgs {
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "ingest" | "logs" | "tables">;
}

/** The API that takes in users and never stores a request twice, with its table and its upstream. */
export class IngestApi extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  /** Secret; null where the API is open, as Pulumi warns of outputs that are undefined. */
  readonly key: pulumi.Output<string> | null;
  readonly table: aws.dynamodb.Table;
  /** By operation of the API, and the scheduled pull where there is one. */
  readonly functions: Record<string, HandlerFunction>;
  /** Logs of the gateway: a line for each request, and its own errors. */
  readonly gatewayLogs: Record<string, aws.cloudwatch.LogGroup>;

  constructor(name: string, args: IngestApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:IngestApi", name, {}, opts);
    const { loggingRole, settings } = args;
    const logRetentionDays = settings.logs.retentionDays;

    this.table = table(
      name,
      {
        hashKey: "request_id",
        attributes: [{ name: "request_id", type: "S" }],
        ttl: { attributeName: "expires_at", enabled: true },
      },
      { ...settings.tables, pointInTimeRecovery: settings.ingest.pointInTimeRecovery },
      this,
    );

    const operations = {
      getUsers: handlerFunction(
        `${name}-get-users`,
        {
          entry: "handlers/ingest/get-users.ts",
          description: "Serves the messy list of users",
          timeoutSeconds: 10,
          logRetentionDays,
        },
        this,
      ),
      ingest: handlerFunction(
        `${name}-ingest`,
        {
          entry: "handlers/ingest/ingest.ts",
          description: "Stores a request once",
          timeoutSeconds: 10,
          environment: {
            INGEST_TABLE: this.table.name,
            IDEMPOTENCY_HOURS: String(settings.ingest.idempotencyHours),
          },
          grants: [{ actions: ["dynamodb:PutItem"], resources: [this.table.arn] }],
          logRetentionDays,
        },
        this,
      ),
    };
    const description = ingestApi(settings.ingest.requireKey);
    const api = restApi(
      `${name}-api`,
      { api: description, functions: operations, loggingRole, settings },
      this,
    );
    this.url = api.url;
    this.key = settings.ingest.requireKey
      ? apiKey(`${name}-api`, { api, title: description.title, settings: settings.api }, this)
      : null;
    this.gatewayLogs = { ingestApiAccess: api.accessLogs, ingestApiErrors: api.errorLogs };

    const { schedule } = settings.ingest;
    this.functions = schedule
      ? {
          ...operations,
          pullUsers: scheduledPull(`${name}-pull`, { api: this, schedule, logRetentionDays }),
        }
      : operations;

    this.registerOutputs({ url: this.url, table: this.table.name });
  }
}

/** Pulls the users again and again. A run that fails for good is put down in a dead-letter queue. */
function scheduledPull(
  name: string,
  {
    api,
    schedule,
    logRetentionDays,
  }: { api: IngestApi; schedule: string; logRetentionDays: number },
): HandlerFunction {
  const parent = api;
  const rule = new aws.cloudwatch.EventRule(
    `${name}-rule`,
    { description: "Pulls the users", scheduleExpression: schedule },
    { parent },
  );
  const failures = deadLetterQueue(name, parent, [
    { service: "events.amazonaws.com", sourceArns: [rule.arn] },
  ]);
  const pull = handlerFunction(
    name,
    {
      entry: "handlers/ingest/pull-users.ts",
      description: "Pulls, cleans and posts the users",
      timeoutSeconds: 300,
      environment: {
        URL_GET: pulumi.interpolate`${api.url}/users`,
        URL_POST: pulumi.interpolate`${api.url}/ingest`,
        ...(api.key && { API_KEY: api.key }),
      },
      grants: [{ actions: ["sqs:SendMessage"], resources: [failures.arn] }],
      logRetentionDays,
    },
    parent,
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      functionName: pull.lambda.name,
      // The client tries again by itself, and the next run sends the same requests.
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: failures.arn } },
    },
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-permission`,
    {
      function: pull.lambda.name,
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-target`,
    { rule: rule.name, arn: pull.lambda.arn, deadLetterConfig: { arn: failures.arn } },
    { parent, dependsOn: permission },
  );
  return pull;
}
