import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { apiKey } from "./aws/api-key.ts";
import { Component } from "./aws/component.ts";
import { answeringOrigin } from "./aws/cors.ts";
import type { Foundation } from "./aws/foundation.ts";
import { handlerFunctions } from "./aws/function.ts";
import { restApi } from "./aws/rest-api.ts";
import { scheduledFunction } from "./aws/scheduled-function.ts";
import { table } from "./aws/table.ts";
import { ingestApi, ingestFunctions } from "./ingest/api.ts";

/** What the ingest API depends on. */
export interface IngestApiArgs {
  foundation: Foundation;
}

/** The API that stores users and never stores a request twice, with its table and its upstream. */
export class IngestApi extends Component {
  readonly url: pulumi.Output<string>;
  /** Secret; null where the API is open, as Pulumi warns of outputs that are undefined. */
  readonly key: pulumi.Output<string> | null;
  readonly table: aws.dynamodb.Table;

  constructor(name: string, { foundation }: IngestApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("IngestApi", name, foundation, opts);
    const { settings } = foundation;
    const { requireKey, schedule, pointInTimeRecovery } = settings.ingest;

    this.table = table(
      name,
      {
        hashKey: "request_id",
        attributes: [{ name: "request_id", type: "S" }],
        ttl: { attributeName: "expires_at", enabled: true },
        pointInTimeRecovery,
      },
      this,
    );
    const operations = ingestFunctions({ requests: this.table, settings });
    const functions = handlerFunctions(name, answeringOrigin(operations, settings), this);
    const description = ingestApi(requireKey);
    const api = restApi(`${name}-api`, { api: description, functions }, this);
    this.url = api.url;
    this.key = requireKey ? apiKey(`${name}-api`, { api, title: description.title }, this) : null;

    if (schedule) {
      scheduledFunction(
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
        },
        this,
      );
    }

    this.registerOutputs({ url: this.url, table: this.table.name });
  }
}
