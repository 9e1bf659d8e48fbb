import type { ResourceType } from "../../program/resource-type.ts";

/** Pulumi types of services that the runtime does not have, each with what does not happen and its inputs. */
const UNSERVED: [type: string, reason: string, inputs: string[]][] = [
  [
    "aws:xray/resourcePolicy:ResourcePolicy",
    "traces are not collected",
    ["policyDocument", "policyName"],
  ],
  [
    "aws:xray/samplingRule:SamplingRule",
    "traces are not collected",
    [
      "fixedRate",
      "host",
      "httpMethod",
      "priority",
      "reservoirSize",
      "resourceArn",
      "ruleName",
      "serviceName",
      "serviceType",
      "urlPath",
      "version",
    ],
  ],
  [
    "aws:budgets/budget:Budget",
    "nothing costs anything here",
    ["budgetType", "limitAmount", "limitUnit", "name", "notifications", "timeUnit"],
  ],
  [
    "aws:wafv2/webAcl:WebAcl",
    "requests are not filtered by AWS WAF",
    ["defaultAction", "description", "name", "rules", "scope", "visibilityConfig"],
  ],
  [
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "requests are not filtered by AWS WAF",
    ["resourceArn", "webAclArn"],
  ],
  [
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    "requests are not filtered by AWS WAF",
    ["logDestinationConfigs", "redactedFields", "resourceArn"],
  ],
  [
    "aws:backup/vault:Vault",
    "tables are not backed up; use --data to keep them",
    ["kmsKeyArn", "name"],
  ],
  ["aws:backup/plan:Plan", "tables are not backed up; use --data to keep them", ["name", "rules"]],
  [
    "aws:backup/selection:Selection",
    "tables are not backed up; use --data to keep them",
    ["iamRoleArn", "name", "planId", "resources"],
  ],
  [
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    "code is not signed",
    ["allowedPublishers", "description", "policies"],
  ],
  [
    "aws:apigatewayv2/domainName:DomainName",
    "the APIs are served at their own addresses only",
    ["domainName", "domainNameConfiguration"],
  ],
  [
    "aws:apigatewayv2/apiMapping:ApiMapping",
    "the APIs are served at their own addresses only",
    ["apiId", "apiMappingKey", "domainName", "stage"],
  ],
  [
    "aws:apigatewayv2/authorizer:Authorizer",
    "tokens are not checked: every request is accepted",
    ["apiId", "authorizerType", "identitySources", "jwtConfiguration", "name"],
  ],
];

/** What a stack declares for AWS alone: accepted, so that the stack runs here, and without effect. */
export const unservedResourceTypes: ResourceType[] = UNSERVED.map(([type, reason, inputs]) => ({
  type,
  honours: [],
  ignores: Object.fromEntries(["region", "tags", "tagsAll", ...inputs].map((key) => [key, reason])),
  compute: ({ inputs: given, generatedName }, { region, account }) => {
    const name = String(given["name"] ?? generatedName);
    const [, service = ""] = type.split(/[:/]/);
    const arn = `arn:aws:${service}:${region}:${account}:${name}`;
    return { id: name, outputs: { name, arn } };
  },
}));
