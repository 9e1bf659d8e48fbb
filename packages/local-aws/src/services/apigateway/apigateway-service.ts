import { pageAt } from "../../kernel/page.ts";
import type { Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { apigatewayMembers } from "./members.ts";
import type { RestApi, RestApis } from "./rest-apis.ts";

type Input = Record<string, unknown>;

const PAGE = 25;
const MAX_PAGE = 500;

/** The part of API Gateway's own API that lists what there is. */
export class ApiGatewayService implements Service {
  readonly name = "apigateway";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = apigatewayMembers;
  readonly #restApis: RestApis;
  readonly #region: string;

  constructor(restApis: RestApis, region: string) {
    this.#restApis = restApis;
    this.#region = region;
    this.operations = {
      GetRestApis: this.#reading(
        () => "/restapis",
        () => this.#restApis.apis.map(describeApi),
        PAGE,
      ),
      GetStages: this.#reading(
        ({ restApiId }) => `/restapis/${restApiId}/stages`,
        (input) => this.#stages(input),
      ),
      GetApiKeys: this.#reading(
        () => "/apikeys",
        (input) => this.#keys(input),
        PAGE,
      ),
      GetUsagePlans: this.#reading(
        () => "/usageplans",
        (input) => this.#plans(input),
        PAGE,
      ),
    };
  }

  /** Lists what there is, with a page size in pages. */
  #reading(
    path: (input: Input) => string,
    items: (input: Input) => object[],
    pageSize?: number,
  ): Operation {
    return {
      needs: (input) => [
        {
          action: "apigateway:GET",
          resource: `arn:aws:apigateway:${this.#region}::${path(input)}`,
        },
      ],
      run: (input) => {
        const all = items(input);
        if (pageSize === undefined) return { item: all };
        const { limit = pageSize, position } = input;
        // As on AWS, a limit beyond the bounds is moved to them.
        const size = Math.min(Math.max(1, Number(limit)), MAX_PAGE);
        const page = pageAt(all, position, size);
        if (!page) throw new ServiceError("BadRequestException", "Invalid position parameter");
        return { item: page.items, ...(page.next && { position: page.next }) };
      },
    };
  }

  #stages({ restApiId, deploymentId }: Input): object[] {
    const api = this.#restApis.apis.find(({ id }) => id === restApiId);
    if (!api) {
      throw new ServiceError("NotFoundException", "Invalid API identifier specified", 404);
    }
    const stages = [...api.stages.values()].filter(
      ({ identity }) => deploymentId === undefined || identity.deploymentId === deploymentId,
    );
    return stages.map(({ identity }) => ({
      deploymentId: identity.deploymentId,
      stageName: identity.stageName,
      variables: identity.variables,
      createdDate: api.createdAt / 1000,
    }));
  }

  #keys({ includeValues = false, nameQuery = "" }: Input): object[] {
    const { keys } = this.#restApis.usagePlans;
    const found = keys.filter(({ name }) => name.startsWith(String(nameQuery)));
    return found.map(({ id, name, value, enabled, createdAt }) => ({
      id,
      name,
      enabled,
      createdDate: createdAt / 1000,
      ...(includeValues ? { value } : {}),
    }));
  }

  #plans({ keyId }: Input): object[] {
    const { plans } = this.#restApis.usagePlans;
    const found = plans.filter(
      (plan) => keyId === undefined || this.#restApis.usagePlans.holds(plan.id, String(keyId)),
    );
    return found.map(({ id, name, stages, throttle, quota }) => ({
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
