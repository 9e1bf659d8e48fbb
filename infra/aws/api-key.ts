import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";
import type { RestApiStage } from "./inventory.ts";

/** The API that a key opens. */
export interface ApiKeyArgs {
  api: RestApiStage;
  title: string;
}

/** A key for an API, with a usage plan that limits requests per second and per day. The value is secret. */
export function apiKey(
  name: string,
  { api, title }: ApiKeyArgs,
  parent: Component,
): pulumi.Output<string> {
  const settings = parent.foundation.settings.api;
  const plan = new aws.apigateway.UsagePlan(
    `${name}-plan`,
    {
      apiStages: [{ apiId: api.rest.id, stage: api.stage.stageName }],
      throttleSettings: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      quotaSettings: { limit: settings.quotaPerDay, period: "DAY" },
    },
    { parent },
  );
  const key = new aws.apigateway.ApiKey(
    `${name}-key`,
    { description: `Key of the ${title}` },
    { parent },
  );
  new aws.apigateway.UsagePlanKey(
    `${name}-plan-key`,
    { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id },
    { parent },
  );
  return pulumi.secret(key.value);
}
