import { internalError } from "../../gateway/gateway-error.ts";
import type { MockIntegration } from "./api-definition.ts";
import type { Exchange, GatewayAnswer } from "./exchange.ts";
import type { IntegrationTemplates } from "./integration-request.ts";
import { mapIntegrationResponse } from "./integration-response.ts";

/**
 * Responds with the status that the request template renders as `{"statusCode": …}`.
 *
 * @throws GatewayError 500 when it renders none.
 */
export async function answerMock(
  integration: MockIntegration,
  templates: IntegrationTemplates,
  exchange: Exchange,
): Promise<GatewayAnswer> {
  const { body } = await templates.requestBody(exchange);
  const status = Number(/["']?\bstatusCode\b["']?\s*:\s*["']?(\d{3})\b/.exec(body)?.[1]);
  if (Number.isNaN(status)) {
    throw internalError('the mock\'s request template renders no {"statusCode": …}');
  }
  return mapIntegrationResponse(
    { status, headers: {}, body: "" },
    integration.responses,
    templates,
    exchange,
  );
}
