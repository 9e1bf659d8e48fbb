import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";
import type { DeployedApi } from "./rest-api.ts";

/** What a key is for. */
export interface ApiKeyArgs {
  api: Pick<DeployedApi, "rest" | "stage">;
  title: string;
  settings: Settings["api"];
}

/** A key that an API asks for, with what it may be used for in a second and in a day. The answer is secret. */
export function apiKey(
  name: string,
  { api, title, settings }: ApiKeyArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
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
