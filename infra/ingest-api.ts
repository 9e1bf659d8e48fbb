import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { apiKey } from "./aws/api-key.ts";
import { type HandlerFunction, handlerFunction } from "./aws/function.ts";
import { restApi } from "./aws/rest-api.ts";
import { scheduledFunction } from "./aws/schedule.ts";
import { table } from "./aws/table.ts";
import { WatchedComponent } from "./aws/watched.ts";
import { ingestApi } from "./ingest/api.ts";
import type { Settings } from "./settings.ts";

/** What the ingest API depends on. */
export interface IngestApiArgs {
  /** API Gateway's role for logs, where the stack manages it. */
  loggingRole: pulumi.Resource | undefined;
  settings: Pick<Settings, "api" | "ingest" | "logs" | "tables">;
}

/** The API that takes in users and never stores a request twice, with its table and its upstream. */
export class IngestApi extends WatchedComponent {
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
          pullUsers: scheduledFunction(
            `${name}-pull`,
            {
              schedule,
              entry: "handlers/ingest/pull-users.ts",
              description: "Pulls, cleans and posts the users",
              timeoutSeconds: 300,
              environment: {
                URL_GET: pulumi.interpolate`${this.url}/users`,
                URL_POST: pulumi.interpolate`${this.url}/ingest`,
                ...(this.key && { API_KEY: this.key }),
              },
              logRetentionDays,
            },
            this,
          ),
        }
      : operations;

    this.registerOutputs({ url: this.url, table: this.table.name });
  }
}
