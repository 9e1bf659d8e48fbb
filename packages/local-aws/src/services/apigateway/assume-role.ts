import { internalError } from "../../gateway/gateway-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";

/** The name under which API Gateway acts. */
export const GATEWAY_PRINCIPAL = "apigateway.amazonaws.com";

/**
 * The caller that the gateway becomes with an integration's role.
 *
 * @throws GatewayError 500 when the role does not trust API Gateway; AWS finds that out at the first request, too.
 */
export function assumeRole(kernel: Kernel, roleArn: string): Caller {
  if (!kernel.policies.canAssume(roleArn, GATEWAY_PRINCIPAL)) {
    throw internalError(
      `role ${roleArn} may not be assumed by ${GATEWAY_PRINCIPAL}; add it to the role's trust policy`,
    );
  }
  return { kind: "role", roleArn, sessionName: "BackplaneAssumeRoleSession" };
}
