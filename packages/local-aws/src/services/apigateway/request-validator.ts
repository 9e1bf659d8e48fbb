import { GatewayError } from "../../gateway/gateway-error.ts";
import type { ApiMethod } from "./api-definition.ts";
import type { Exchange } from "./exchange.ts";
import { mediaType } from "./media-type.ts";
import { ModelValidator } from "./model-validator.ts";

/** Checks requests of one method before its integration sees them. */
export class RequestValidator {
  readonly #method: ApiMethod;
  readonly #models: Map<string, ModelValidator>;

  constructor(method: ApiMethod) {
    this.#method = method;
    const models = method.validateBody ? Object.entries(method.models) : [];
    this.#models = new Map(models.map(([type, model]) => [type, new ModelValidator(model)]));
  }

  /** @throws GatewayError `BAD_REQUEST_PARAMETERS` or `BAD_REQUEST_BODY`. */
  async check(exchange: Exchange): Promise<void> {
    if (this.#method.validateParameters) this.#checkParameters(exchange);
    if (this.#models.size > 0) await this.#checkBody(exchange);
  }

  /** Required parameters must be there; API Gateway does not look at their types. */
  #checkParameters(exchange: Exchange): void {
    const missing = this.#method.parameters
      .filter(({ required, place, name }) => required && !exchange.parameter(place, name))
      .map(({ name }) => name);
    if (missing.length === 0) return;
    throw new GatewayError("BAD_REQUEST_PARAMETERS", {
      message: `Missing required request parameters: [${missing.join(", ")}]`,
    });
  }

  /** A content type without a model goes unchecked. */
  async #checkBody(exchange: Exchange): Promise<void> {
    const contentType = mediaType(exchange.request.headers.last("content-type"));
    const model = this.#models.get(contentType) ?? this.#models.get("$default");
    const validationErrors = await model?.check(exchange.requestBody());
    if (validationErrors === undefined) return;
    throw new GatewayError("BAD_REQUEST_BODY", { validationErrors, reason: validationErrors });
  }
}
