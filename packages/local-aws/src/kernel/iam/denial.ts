import type { Caller, Need } from "../service.ts";
import { ServiceError } from "../service-error.ts";

/** Why a call is denied. */
export interface Denial {
  /** The service's own error, with AWS's sentence. */
  error: ServiceError;
  /** For the log: the statement that is missing and where to add it. */
  explanation: string;
}

// Services whose access errors have their own name or status.
const SERVICE_ERRORS: Record<string, { code: string; status: number }> = {
  sqs: { code: "AccessDenied", status: 403 },
  s3: { code: "AccessDenied", status: 403 },
  sns: { code: "AuthorizationError", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
  pipes: { code: "AccessDeniedException", status: 403 },
  apigateway: { code: "AccessDeniedException", status: 403 },
};

/** What a denial describes: the caller, and what the program declares of both sides. */
export interface DeniedCall {
  caller: Exclude<Caller, { kind: "administrator" }>;
  /** ARN of the role session, or the service principal. */
  principal: string;
  need: Need;
  /** The service that was called. */
  service: string;
  /** Whether a statement denies it; otherwise none allows it. */
  explicit: boolean;
  /** The caller's role, if it exists. */
  role: { name: string; source?: string | undefined } | undefined;
  /** Where the program declares the resource's policy. */
  policySource: string | undefined;
}

/** The error of a denied call, with AWS's sentence, and how to allow the call. */
export function denialOf(call: DeniedCall): Denial {
  const { caller, principal, need, service, explicit } = call;
  const { action, resource } = need;
  const because = explicit
    ? "with an explicit deny"
    : `because no ${caller.kind === "role" ? "identity" : "resource"}-based policy allows the ${action} action`;
  const sentence = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  const { code, status } = SERVICE_ERRORS[service] ?? {
    code: "AccessDeniedException",
    status: 400,
  };
  return {
    error: new ServiceError(code, sentence, status),
    explanation: `${sentence}; ${explicit ? "remove the deny" : remedy(call)}`,
  };
}

function remedy({ caller, need: { action, resource }, role, policySource }: DeniedCall): string {
  if (caller.kind === "role") {
    const statement = { Effect: "Allow", Action: action, Resource: resource };
    const place = role
      ? `role ${role.name}${at(role.source)}`
      : `a role that exists: ${caller.roleArn}`;
    return `add ${JSON.stringify(statement)} to ${place}`;
  }
  const statement = {
    Effect: "Allow",
    Principal: { Service: caller.principal },
    Action: action,
    Resource: resource,
    Condition: { ArnEquals: { "aws:SourceArn": caller.sourceArn } },
  };
  return `add ${JSON.stringify(statement)} to the policy of ${resource}${at(policySource)}`;
}

const at = (source: string | undefined) => (source ? ` (${source})` : "");
