import { GatewayError } from "../../gateway/gateway-error.ts";
import type { TemplatedIntegration } from "./api-definition.ts";
import type { Exchange, TemplateOverrides } from "./exchange.ts";
import { MappingTemplate } from "./mapping-template.ts";
import { mediaType } from "./media-type.ts";

/** The templates of an integration, each kept parsed. */
export class IntegrationTemplates {
  readonly #integration: TemplatedIntegration;
  readonly #parsed = new Map<string, MappingTemplate>();

  constructor(integration: TemplatedIntegration) {
    this.#integration = integration;
  }

  /**
   * The body that the integration gets: rendered by the template for the content type, or passed through.
   *
   * @throws GatewayError `UNSUPPORTED_MEDIA_TYPE` when there is no template and nothing may pass.
   */
  async requestBody(
    exchange: Exchange,
  ): Promise<{ body: string; requestOverride?: TemplateOverrides["requestOverride"] }> {
    const { requestTemplates, passthroughBehavior } = this.#integration;
    const contentType = mediaType(exchange.request.headers.last("content-type"));
    const template = requestTemplates[contentType] ?? requestTemplates["$default"];
    if (template !== undefined) {
      const rendered = await this.render(template, exchange, exchange.requestBody());
      return { body: rendered.text, requestOverride: rendered.requestOverride };
    }
    const passes =
      passthroughBehavior === "WHEN_NO_MATCH" ||
      (passthroughBehavior === "WHEN_NO_TEMPLATES" && Object.keys(requestTemplates).length === 0);
    if (!passes) {
      throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", {
        reason: `no request template for ${contentType}, and passthroughBehavior is ${passthroughBehavior}`,
      });
    }
    return { body: exchange.requestBody() };
  }

  /** Renders one of the integration's templates. */
  render(template: string, exchange: Exchange, body: string) {
    let parsed = this.#parsed.get(template);
    if (!parsed) {
      parsed = new MappingTemplate(template);
      this.#parsed.set(template, parsed);
    }
    return parsed.render(exchange, body);
  }
}
