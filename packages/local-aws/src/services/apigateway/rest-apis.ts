import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkAccessLogFormat } from "../../gateway/access-log.ts";
import { answerNoApi } from "../../gateway/no-such-api.ts";
import { referenceId } from "../../gateway/resource-ids.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { ApiDefinition } from "./api-definition.ts";
import { readOpenApi } from "./openapi.ts";
import {
  methodName,
  readApiKey,
  readMethodSettings,
  readPlanKey,
  readUsagePlan,
} from "./rest-api-inputs.ts";
import { type AccessLog, RestApiStage, type ServedRequest } from "./rest-api-stage.ts";
import { UsagePlans } from "./usage-plans.ts";

/** The listeners of the APIs. */
export interface RestApisOptions {
  /** Receives one line of a stage's access log. */
  writeLog?(logGroupArn: string, stream: string, line: string): void;
}

/** A REST API with its stages. */
export interface RestApi {
  id: string;
  name: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  definition: ApiDefinition;
  stages: Map<string, RestApiStage>;
}

interface Deployment {
  api: RestApi;
  /** The API as it was when it was deployed. */
  definition: ApiDefinition;
}

/** The REST APIs of the stack, each served below `/<apiId>/<stage>/`. */
export class RestApis {
  readonly usagePlans: UsagePlans;
  readonly #kernel: Kernel;
  readonly #writeLog: RestApisOptions["writeLog"];
  readonly #apis = new Map<string, RestApi>();
  readonly #deployments = new Map<string, Deployment>();
  readonly #listeners = new Set<(api: RestApi, request: ServedRequest) => void>();

  constructor(kernel: Kernel, { writeLog }: RestApisOptions = {}) {
    this.#kernel = kernel;
    this.#writeLog = writeLog;
    this.usagePlans = new UsagePlans(kernel);
  }

  get apis(): RestApi[] {
    return [...this.#apis.values()];
  }

  /** Where the stages are. */
  addresses(): string[] {
    return this.apis.flatMap(({ id, stages }) =>
      [...stages.keys()].map((name) => `/${id}/${name}`),
    );
  }

  /** Whether a REST API has this id, the first part of a request's path. */
  serves(apiId: string): boolean {
    return this.#apis.has(apiId);
  }

  /** Calls back after every answered request; returns a function that stops it. */
  onServed(listener: (api: RestApi, request: ServedRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Handles one request for any API and stage; never throws. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const [target = "", ...query] = (message.url ?? "/").split("?");
    // As on AWS, slashes before the stage count as one.
    const [, apiId = "", stageName = "", path = ""] =
      /^\/([^/]*)\/*([^/]*)(.*)$/s.exec(target) ?? [];
    const stage = this.#apis.get(apiId)?.stages.get(stageName);
    if (stage) return stage.handle(message, response, path || "/", query.join("?"));
    answerNoApi(response, `/${apiId}/${stageName}`, this.addresses());
  }

  /** @throws Error naming what AWS would refuse, or what the local runtime cannot honour. */
  provisionRestApi({ name, id, inputs, outputs }: RecordedResource): void {
    if (id === "") {
      throw new Error(`${name}: the API's name has no letter or digit that its address could have`);
    }
    if (this.#apis.has(id)) {
      throw new Error(`${name}: another REST API is at /${id} already; give one of them a name`);
    }
    const definition = readOpenApi(name, inputs["body"]);
    const { apiKeySource, binaryMediaTypes, endpointConfiguration } = inputs;
    if (apiKeySource !== undefined && apiKeySource !== "HEADER") {
      throw new Error(
        `${name}: apiKeySource ${apiKeySource} is not supported by the local runtime`,
      );
    }
    if (String((endpointConfiguration as { types?: unknown })?.types).includes("PRIVATE")) {
      throw new Error(`${name}: a PRIVATE endpoint is not supported by the local runtime`);
    }
    this.#apis.set(id, {
      id,
      name: String(outputs["name"]),
      createdAt: this.#kernel.clock.now(),
      definition: Array.isArray(binaryMediaTypes)
        ? { ...definition, binaryMediaTypes: binaryMediaTypes.map(String) }
        : definition,
      stages: new Map(),
    });
  }

  /** @throws Error when the API is unknown. */
  provisionDeployment({ name, id, inputs }: RecordedResource): void {
    const api = this.#api(name, inputs["restApi"]);
    if (inputs["triggers"] === undefined) {
      this.#kernel.trace.emit({
        from: name,
        to: api.id,
        kind: "apigateway:deployment",
        decision: "note",
        detail: `${name} has no triggers: on AWS later changes of ${api.name} will not go live; add e.g. triggers: {body}`,
      });
    }
    this.#deployments.set(id, { api, definition: api.definition });
  }

  /** @throws Error when the deployment is unknown, or AWS would refuse the access log's format. */
  provisionStage({ name, inputs }: RecordedResource): void {
    const api = this.#api(name, inputs["restApi"]);
    const deploymentId = referenceId(inputs["deployment"]);
    const deployment = this.#deployments.get(deploymentId);
    if (deployment?.api !== api) {
      throw new Error(`${name}: ${deploymentId} is not a deployment of REST API ${api.id}`);
    }
    const stageName = String(inputs["stageName"]);
    if (!/^[\w-]{1,128}$/.test(stageName)) {
      throw new Error(`${name}: stageName ${stageName}: only letters, digits, - and _ are allowed`);
    }
    const variables = Object.entries(inputs["variables"] ?? {}).map(([key, value]) => [
      key,
      String(value),
    ]);
    const identity = {
      apiId: api.id,
      stageName,
      deploymentId,
      variables: Object.fromEntries(variables),
    };
    const accessLog = this.#accessLog(name, `${api.id}/${stageName}`, inputs["accessLogSettings"]);
    const stage = new RestApiStage(this.#kernel, this.usagePlans, identity, deployment.definition, {
      accessLog,
      served: (request) => {
        for (const listener of this.#listeners) listener(api, request);
      },
    });
    api.stages.set(stageName, stage);
  }

  /** @throws Error when the stage or the method is unknown, or a setting is not supported. */
  provisionMethodSettings({ name, inputs }: RecordedResource): void {
    const api = this.#api(name, inputs["restApi"]);
    const stage = this.#stage(name, api.id, String(inputs["stageName"]));
    const { definition, throttling } = stage;
    const { method, throttle, detailedMetrics } = readMethodSettings(name, inputs, definition);
    if (throttle) throttling.limit(method, throttle);
    if (detailedMetrics !== undefined) stage.detailedMetrics.set(method, detailedMetrics);
  }

  /** @throws Error when AWS would refuse the key. */
  provisionApiKey(resource: RecordedResource): void {
    const key = readApiKey(resource, this.#kernel.clock.now());
    this.#naming(resource.name, () => this.usagePlans.addKey(key));
  }

  /** @throws Error when a stage is unknown, or AWS would refuse a limit. */
  provisionUsagePlan(resource: RecordedResource): void {
    const plan = readUsagePlan(resource);
    for (const { apiId, stage, throttles } of plan.stages) {
      const { definition } = this.#stage(resource.name, apiId, stage);
      const known = definition.methods.map(methodName);
      const unknown = Object.keys(throttles).find((path) => !known.includes(path));
      if (unknown) {
        throw new Error(
          `${resource.name}: throttle of ${unknown}: stage ${apiId}:${stage} has no such method; there are: ${known.join(", ")}`,
        );
      }
    }
    this.usagePlans.addPlan(plan);
  }

  /** @throws Error when the key or the plan is unknown. */
  provisionUsagePlanKey({ name, inputs }: RecordedResource): void {
    const { keyId, planId } = readPlanKey(name, inputs);
    this.#naming(name, () => this.usagePlans.addKeyToPlan(keyId, planId));
  }

  #api(name: string, reference: unknown): RestApi {
    const id = referenceId(reference);
    const api = this.#apis.get(id);
    if (!api) throw new Error(`${name}: there is no REST API ${id}`);
    return api;
  }

  #stage(name: string, apiId: string, stageName: string): RestApiStage {
    const stage = this.#apis.get(apiId)?.stages.get(stageName);
    if (!stage) throw new Error(`${name}: API stage not found: ${apiId}:${stageName}`);
    return stage;
  }

  #accessLog(name: string, stage: string, settings: unknown): AccessLog | undefined {
    if (settings === undefined) return undefined;
    const { destinationArn, format } = settings as { destinationArn?: unknown; format?: unknown };
    const group = String(destinationArn).replace(/:\*$/, "");
    if (!/^arn:aws:logs:[^:]+:\d{12}:log-group:.+$/.test(group)) {
      throw new Error(
        `${name}: accessLogSettings.destinationArn ${group} is not the ARN of a log group`,
      );
    }
    const problem = checkAccessLogFormat(String(format));
    if (problem) throw new Error(`${name}: ${problem}`);
    const stream = createHash("sha256").update(stage).digest("hex").slice(0, 32);
    return {
      format: String(format),
      write: (line) => this.#writeLog?.(group, stream, line),
    };
  }

  #naming(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
}
