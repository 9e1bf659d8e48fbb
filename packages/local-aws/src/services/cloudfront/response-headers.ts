/** A response headers policy, as Pulumi has it. */
export interface ResponseHeadersPolicy {
  securityHeadersConfig?: {
    contentSecurityPolicy?: { contentSecurityPolicy: string };
    contentTypeOptions?: object;
    frameOptions?: { frameOption: string };
    referrerPolicy?: { referrerPolicy: string };
    strictTransportSecurity?: {
      accessControlMaxAgeSec: number;
      includeSubdomains?: boolean;
      preload?: boolean;
    };
    xssProtection?: { protection: boolean; modeBlock?: boolean };
  };
  customHeadersConfig?: { items?: { header: string; value: string }[] };
}

/** The headers that a policy adds to a response, by name in lowercase. */
export function headersOf(policy: ResponseHeadersPolicy | undefined): Record<string, string> {
  const {
    contentSecurityPolicy,
    contentTypeOptions,
    frameOptions,
    referrerPolicy,
    strictTransportSecurity: hsts,
    xssProtection,
  } = policy?.securityHeadersConfig ?? {};
  const custom = policy?.customHeadersConfig?.items ?? [];
  return {
    ...(contentSecurityPolicy && {
      "content-security-policy": contentSecurityPolicy.contentSecurityPolicy,
    }),
    ...(contentTypeOptions && { "x-content-type-options": "nosniff" }),
    ...(frameOptions && { "x-frame-options": frameOptions.frameOption }),
    ...(referrerPolicy && { "referrer-policy": referrerPolicy.referrerPolicy }),
    ...(hsts && {
      "strict-transport-security": [
        `max-age=${hsts.accessControlMaxAgeSec}`,
        ...(hsts.includeSubdomains ? ["includeSubDomains"] : []),
        ...(hsts.preload ? ["preload"] : []),
      ].join("; "),
    }),
    ...(xssProtection && {
      "x-xss-protection": xssProtection.protection
        ? `1${xssProtection.modeBlock ? "; mode=block" : ""}`
        : "0",
    }),
    ...Object.fromEntries(custom.map(({ header, value }) => [header.toLowerCase(), value])),
  };
}
