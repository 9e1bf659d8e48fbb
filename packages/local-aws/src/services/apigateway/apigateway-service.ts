import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { RestApi, RestApis } from "./rest-apis.ts";

type Input = Record<string, unknown>;

/** The part of API Gateway's own API that lists what there is. */
export class ApiGatewayService implements Service {
  readonly name = "apigateway";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #restApis: RestApis;
  readonly #region: string;

  constructor(restApis: RestApis, region: string) {
    this.#restApis = restApis;
    this.#region = region;
    this.operations = {
      GetRestApis: this.#reading(
        () => "/restapis",
        () => this.#restApis.apis.map(describeApi),
      ),
      GetStages: this.#reading(
        ({ restApiId }) => `/restapis/${restApiId}/stages`,
        ({ restApiId }) => this.#stages(String(restApiId)),
      ),
      GetApiKeys: this.#reading(
        () => "/apikeys",
        ({ includeValues }) => this.#keys(String(includeValues) === "true"),
      ),
      GetUsagePlans: this.#reading(
        () => "/usageplans",
        () => this.#plans(),
      ),
    };
  }

  #reading(path: (input: Input) => string, items: (input: Input) => object[]): Operation {
    return {
      needs: (input) => [
        {
          action: "apigateway:GET",
          resource: `arn:aws:apigateway:${this.#region}::${path(input)}`,
        },
      ],
      run: (input) => ({ item: items(input) }),
    };
  }

  #stages(restApiId: string): object[] {
    const api = this.#restApis.apis.find(({ id }) => id === restApiId);
    if (!api) {
      throw new ServiceError("NotFoundException", "Invalid API identifier specified", 404);
    }
    return [...api.stages.values()].map(({ identity }) => ({
      deploymentId: identity.deploymentId,
      stageName: identity.stageName,
      variables: identity.variables,
      createdDate: api.createdAt / 1000,
    }));
  }

  #keys(includeValues: boolean): object[] {
    return this.#restApis.usagePlans.keys.map(({ id, name, value, enabled, createdAt }) => ({
      id,
      name,
      enabled,
      createdDate: createdAt / 1000,
      ...(includeValues ? { value } : {}),
    }));
  }

  #plans(): object[] {
    return this.#restApis.usagePlans.plans.map(({ id, name, stages, throttle, quota }) => ({
      id,
      name,
      apiStages: stages.map(({ apiId, stage, throttles }) => ({
        apiId,
        stage,
        throttle: throttles,
      })),
      throttle,
      quota,
    }));
  }
}

function describeApi({ id, name, createdAt, definition }: RestApi): object {
  return {
    id,
    name,
    createdDate: createdAt / 1000,
    apiKeySource: "HEADER",
    binaryMediaTypes: definition.binaryMediaTypes,
  };
}
