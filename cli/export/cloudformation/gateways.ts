import { type CloudFormationPart, type CloudFormationType, capitalized, object } from "./type.ts";

const INVOKE_URL = "https://@<api>.execute-api.${AWS::Region}.${AWS::URLSuffix}/${@}";
const EXECUTE_API = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";

/** API Gateway and AWS WAF. */
export const gateways: Readonly<Record<string, CloudFormationType>> = {
  "apigateway/account:Account": { type: "AWS::ApiGateway::Account" },
  "apigateway/apiKey:ApiKey": {
    type: "AWS::ApiGateway::ApiKey",
    // CloudFormation's default is a disabled key.
    arranged: () => ({ Enabled: true }),
  },
  "apigateway/deployment:Deployment": {
    type: "AWS::ApiGateway::Deployment",
    names: { restApi: "RestApiId" },
    omitted: ["triggers"],
    arranged: ({ triggers }) => ({ Description: object(triggers)["body"] }),
  },
  "apigateway/restApi:RestApi": {
    type: "AWS::ApiGateway::RestApi",
    attributes: { rootResourceId: "RootResourceId" },
    texts: { executionArn: `${EXECUTE_API}:\${@}` },
    documents: ["body"],
    omitted: ["endpointConfiguration"],
    arranged: ({ endpointConfiguration }) => ({
      EndpointConfiguration: { Types: [object(endpointConfiguration)["types"]].flat() },
    }),
  },
  "apigateway/stage:Stage": {
    type: "AWS::ApiGateway::Stage",
    ref: ["id", "stageName"],
    texts: {
      arn: "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/@<restApi>/stages/${@}",
      invokeUrl: INVOKE_URL.replace("<api>", "<restApi>"),
    },
    names: {
      accessLogSettings: "AccessLogSetting",
      deployment: "DeploymentId",
      restApi: "RestApiId",
      xrayTracingEnabled: "TracingEnabled",
    },
  },
  "apigateway/usagePlan:UsagePlan": {
    type: "AWS::ApiGateway::UsagePlan",
    names: { quotaSettings: "Quota", throttleSettings: "Throttle" },
  },
  "apigateway/usagePlanKey:UsagePlanKey": { type: "AWS::ApiGateway::UsagePlanKey" },
  "apigatewayv2/api:Api": {
    type: "AWS::ApiGatewayV2::Api",
    attributes: { apiEndpoint: "ApiEndpoint" },
    texts: { executionArn: `${EXECUTE_API}:\${@}` },
  },
  "apigatewayv2/authorizer:Authorizer": {
    type: "AWS::ApiGatewayV2::Authorizer",
    attributes: { id: "AuthorizerId" },
    names: { identitySources: "IdentitySource", audiences: "Audience" },
    omitted: ["jwtConfiguration"],
    arranged: ({ jwtConfiguration }) => {
      const { audiences: Audience, issuer: Issuer } = object(jwtConfiguration);
      return { JwtConfiguration: { Audience, Issuer } };
    },
  },
  "apigatewayv2/apiMapping:ApiMapping": { type: "AWS::ApiGatewayV2::ApiMapping" },
  "apigatewayv2/domainName:DomainName": {
    type: "AWS::ApiGatewayV2::DomainName",
    omitted: ["domainNameConfiguration"],
    arranged: ({ domainNameConfiguration }) => ({
      DomainNameConfigurations: [capitalized(domainNameConfiguration)],
    }),
  },
  "apigatewayv2/integration:Integration": { type: "AWS::ApiGatewayV2::Integration" },
  "apigatewayv2/route:Route": { type: "AWS::ApiGatewayV2::Route" },
  "apigatewayv2/stage:Stage": {
    type: "AWS::ApiGatewayV2::Stage",
    texts: { invokeUrl: INVOKE_URL.replace("<api>", "<apiId>") },
    names: { name: "StageName" },
  },
  "wafv2/webAcl:WebAcl": {
    type: "AWS::WAFv2::WebACL",
    attributes: { arn: "Arn", id: "Id" },
  },
  "wafv2/webAclAssociation:WebAclAssociation": {
    type: "AWS::WAFv2::WebACLAssociation",
    names: { webAclArn: "WebACLArn" },
  },
};

/** What is a resource of its own in Pulumi, and a property in CloudFormation. */
export const gatewayParts: Readonly<Record<string, CloudFormationPart>> = {
  "apigateway/methodSettings:MethodSettings": {
    owner: "apigateway/stage:Stage",
    by: "stageName",
    added: ({ inputs }) => {
      const settings = object(capitalized(inputs["settings"]));
      return { MethodSettings: [{ HttpMethod: "*", ResourcePath: "/*", ...settings }] };
    },
  },
};
