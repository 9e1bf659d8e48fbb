interface Parameters {
  Region?: string;
  Endpoint?: string;
  UseFIPS?: boolean;
  UseDualStack?: boolean;
  /** DynamoDB. */
  AccountIdEndpointMode?: string;
  /** DynamoDB. */
  IsSearchOperation?: boolean;
  /** EventBridge. */
  EndpointId?: string;
}

interface Endpoint {
  url: URL;
  properties: Record<string, never>;
  headers: Record<string, string[]>;
}

class EndpointError extends Error {
  override readonly name = "EndpointError";
}

const COMMERCIAL = /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/;
const CHINA = /^cn-\w+-\d+$/;

/**
 * Where a service is: the endpoint that was configured, else the usual one of its region.
 *
 * @throws EndpointError for what needs the rules that this replaces.
 */
export const regionalEndpoint =
  (service: string) =>
  (parameters: Parameters): Endpoint => {
    const { Region, Endpoint, UseFIPS, UseDualStack } = parameters;
    if (UseFIPS) refuse(service, "FIPS endpoints", "unset AWS_USE_FIPS_ENDPOINT");
    if (UseDualStack) refuse(service, "dual-stack endpoints", "unset AWS_USE_DUALSTACK_ENDPOINT");
    if (parameters.AccountIdEndpointMode === "required") {
      refuse(service, "endpoints of an account", "unset AWS_ACCOUNT_ID_ENDPOINT_MODE");
    }
    if (parameters.IsSearchOperation) refuse(service, "vector search", "do without it");
    if (parameters.EndpointId) refuse(service, "global endpoints", "unset EndpointId");
    const url = Endpoint ?? `https://${service}.${Region}.${suffix(service, Region)}`;
    return { url: new URL(url), properties: {}, headers: {} };
  };

function suffix(service: string, region = ""): string {
  if (COMMERCIAL.test(region)) return "amazonaws.com";
  if (CHINA.test(region)) return "amazonaws.com.cn";
  return refuse(
    service,
    `region ${JSON.stringify(region)}`,
    "use a region of AWS's commercial or China partition",
  );
}

function refuse(service: string, what: string, fix: string): never {
  throw new EndpointError(`${service}: ${what}: not supported by this bundle; ${fix}`);
}
