import { referenceId } from "../../gateway/resource-ids.ts";
import type { Throttle } from "../../gateway/token-bucket.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { ApiDefinition, ApiMethod } from "./api-definition.ts";
import { EVERY_METHOD } from "./stage-throttling.ts";
import type { ApiKey, PlanStage, Quota, UsagePlan } from "./usage-plans.ts";

type Inputs = Record<string, unknown>;

// What MethodSettings may say without anything happening here.
const OBSERVATION = ["loggingLevel", "dataTraceEnabled"];
// The provider's value for "no limit".
const UNLIMITED = -1;

/** @throws Error when AWS would refuse the value. */
export function readApiKey({ name, id, inputs, outputs }: RecordedResource, now: number): ApiKey {
  const value = String(outputs["value"]);
  if (value.length < 20 || value.length > 128) {
    throw new Error(`${name}: value has ${value.length} characters; an API key has 20 to 128`);
  }
  return {
    id,
    name: String(outputs["name"]),
    value,
    enabled: inputs["enabled"] !== false,
    createdAt: now,
  };
}

/** @throws Error when AWS would refuse a limit. */
export function readUsagePlan({ name, id, inputs, outputs }: RecordedResource): UsagePlan {
  const stages = (inputs["apiStages"] ?? []) as Inputs[];
  return {
    id,
    name: String(outputs["name"]),
    stages: stages.map((stage) => readPlanStage(name, stage)),
    throttle: readThrottle(`${name}: throttleSettings`, inputs["throttleSettings"]),
    quota: readQuota(name, inputs["quotaSettings"]),
  };
}

/** @throws Error when the type of the key is not `API_KEY`. */
export function readPlanKey(name: string, inputs: Inputs): { keyId: string; planId: string } {
  if (inputs["keyType"] !== "API_KEY") {
    throw new Error(`${name}: keyType ${inputs["keyType"]} is not a key type; use API_KEY`);
  }
  return { keyId: referenceId(inputs["keyId"]), planId: referenceId(inputs["usagePlanId"]) };
}

/**
 * The method that the settings are for, and its throttle and whether it has metrics of its own, if they say so.
 *
 * @throws Error when the API has no such method, or a setting is not supported.
 */
export function readMethodSettings(
  name: string,
  inputs: Inputs,
  definition: ApiDefinition,
): { method: string; throttle?: Throttle; detailedMetrics?: boolean } {
  const { throttlingRateLimit, throttlingBurstLimit, metricsEnabled, ...others } = (inputs[
    "settings"
  ] ?? {}) as Inputs;
  for (const [key, value] of Object.entries(others)) {
    if (OBSERVATION.includes(key) || (key === "cachingEnabled" && value === false)) continue;
    throw new Error(`${name}: settings.${key} is not supported by the local runtime`);
  }
  const path = String(inputs["methodPath"]).replaceAll("~1", "/");
  const method = path === EVERY_METHOD ? path : `/${path.replace(/^\//, "")}`;
  const known = definition.methods.map(methodName);
  if (method !== EVERY_METHOD && !known.includes(method)) {
    throw new Error(
      `${name}: methodPath ${path} is not a method of the API; its methods are: ${EVERY_METHOD}, ${known.join(", ")}`,
    );
  }
  const rateLimit = throttlingRateLimit ?? UNLIMITED;
  const burstLimit = throttlingBurstLimit ?? UNLIMITED;
  const metrics = typeof metricsEnabled === "boolean" ? { detailedMetrics: metricsEnabled } : {};
  if (rateLimit === UNLIMITED && burstLimit === UNLIMITED) return { method, ...metrics };
  const throttle = readThrottle(`${name}: settings`, { rateLimit, burstLimit });
  return { method, throttle, ...metrics };
}

/** The name of a method in settings and limits: `/path/METHOD`. */
export function methodName({ resourcePath, httpMethod }: ApiMethod): string {
  return `${resourcePath}/${httpMethod}`;
}

function readPlanStage(name: string, stage: Inputs): PlanStage {
  const throttles = (stage["throttles"] ?? []) as Inputs[];
  return {
    apiId: referenceId(stage["apiId"]),
    stage: String(stage["stage"]),
    throttles: Object.fromEntries(
      throttles.map(({ path, ...limits }) => [
        String(path),
        readThrottle(`${name}: throttle of ${path}`, limits) ?? never(name, path),
      ]),
    ),
  };
}

function never(name: string, path: unknown): never {
  throw new Error(`${name}: the throttle of ${path} sets no limit`);
}

function readThrottle(where: string, value: unknown): Throttle | undefined {
  if (value === undefined) return undefined;
  const { rateLimit, burstLimit } = value as Partial<Throttle>;
  if (!isLimit(rateLimit) || !isLimit(burstLimit)) {
    throw new Error(
      `${where}: rateLimit ${rateLimit} and burstLimit ${burstLimit} must both be set, 0 or more`,
    );
  }
  return { rateLimit, burstLimit };
}

function isLimit(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function readQuota(name: string, value: unknown): Quota | undefined {
  if (value === undefined) return undefined;
  const { limit, period, offset = 0 } = value as Partial<Quota>;
  const days = { DAY: 1, WEEK: 7, MONTH: 28 }[String(period)];
  if (!days) {
    throw new Error(`${name}: quotaSettings.period ${period} must be DAY, WEEK or MONTH`);
  }
  if (typeof limit !== "number" || limit < 1) {
    throw new Error(`${name}: quotaSettings.limit ${limit} must be 1 or more`);
  }
  if (offset < 0 || offset >= days) {
    throw new Error(`${name}: quotaSettings.offset ${offset} is not within a ${period}`);
  }
  return { limit, period: period as Quota["period"], offset };
}
