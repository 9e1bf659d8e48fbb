import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";
import type { RestApiStage } from "./inventory.ts";

/** The API that a key opens. */
export interface ApiKeyArgs {
  api: RestApiStage;
  title: string;
}

/**
 * A key for each consumer of an API, with a usage plan that limits each one's requests per second and per day. Their
 * values are secret; the first one's is the answer.
 */
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
  const [first] = settings.consumers.map((consumer) => {
    // The default one has no name of its own.
    const suffix = consumer === "default" ? "" : `-${consumer}`;
    const key = new aws.apigateway.ApiKey(
      `${name}-key${suffix}`,
      { description: `Key of ${consumer} for the ${title}` },
      { parent },
    );
    new aws.apigateway.UsagePlanKey(
      `${name}-plan-key${suffix}`,
      { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id },
      // The provider repeats the key's value here, and does not mark it as secret.
      { parent, additionalSecretOutputs: ["value"] },
    );
    parent.inventory.add("apiKeys", `${name} ${consumer}`, key);
    return pulumi.secret(key.value);
  });
  if (!first) throw new Error(`${name}: api:consumers names nobody`);
  return first;
}
