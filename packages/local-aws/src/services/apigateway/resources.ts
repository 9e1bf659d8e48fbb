import { createHmac } from "node:crypto";
import { apiIdOf, referenceId, resourceId, stableId } from "../../gateway/resource-ids.ts";
import { type Declared, type Place, type ResourceType, TAGS } from "../../program/resource-type.ts";

// Evaluating the same program twice must give the same outputs.
const CREATED = "1970-01-01T00:00:00Z";

/** What the runtime knows of REST APIs while the program is evaluated. */
export const apigatewayResourceTypes: ResourceType[] = [
  {
    type: "aws:apigateway/restApi:RestApi",
    honours: ["body", "name", "apiKeySource", "binaryMediaTypes", "endpointConfiguration"],
    ignores: {
      ...TAGS,
      description: "nothing shows it",
      failOnWarnings: "what AWS would warn of is either refused here or has no effect",
      putRestApiMode: "an API is imported once",
      securityPolicy: "there is no TLS on this machine",
      endpointAccessMode: "there is no TLS on this machine",
    },
    ignoresWithin: ({ body }): Record<string, string> =>
      String(body).includes('"awsSigv4"')
        ? { "body: security": "signatures are not checked: every request is accepted" }
        : {},
    compute: computeRestApi,
  },
  {
    type: "aws:apigateway/deployment:Deployment",
    honours: ["restApi", "triggers"],
    ignores: { description: "nothing shows it" },
    compute: ({ inputs }) => ({
      id: stableId(`deployment ${JSON.stringify(inputs)}`, 6),
      outputs: { createdDate: CREATED },
    }),
  },
  {
    type: "aws:apigateway/stage:Stage",
    honours: ["restApi", "deployment", "stageName", "variables", "accessLogSettings"],
    ignores: {
      ...TAGS,
      description: "nothing shows it",
      documentationVersion: "documentation is not published",
      xrayTracingEnabled: "no X-Ray segments are recorded",
    },
    compute: computeStage,
  },
  {
    type: "aws:apigateway/methodSettings:MethodSettings",
    honours: ["restApi", "stageName", "methodPath", "settings"],
    ignores: {},
    compute: ({ inputs }) => ({
      id: `${referenceId(inputs["restApi"])}-${inputs["stageName"]}-${inputs["methodPath"]}`,
      outputs: {},
    }),
  },
  {
    type: "aws:apigateway/apiKey:ApiKey",
    honours: ["name", "value", "enabled"],
    ignores: {
      ...TAGS,
      description: "nothing shows it",
      customerId: "there is no AWS Marketplace on this machine",
    },
    compute: computeApiKey,
  },
  {
    type: "aws:apigateway/usagePlan:UsagePlan",
    honours: ["apiStages", "name", "quotaSettings", "throttleSettings"],
    ignores: {
      ...TAGS,
      description: "nothing shows it",
      productCode: "there is no AWS Marketplace on this machine",
    },
    compute: ({ inputs, generatedName }, { region }) => {
      const id = stableId(`usage plan ${generatedName}`, 6);
      return {
        id,
        outputs: {
          name: inputs["name"] ?? generatedName,
          arn: `arn:aws:apigateway:${region}::/usageplans/${id}`,
          tagsAll: {},
        },
      };
    },
  },
  {
    type: "aws:apigateway/usagePlanKey:UsagePlanKey",
    honours: ["keyId", "keyType", "usagePlanId"],
    ignores: {},
    compute: ({ inputs }) => ({ id: referenceId(inputs["keyId"]), outputs: {} }),
  },
  {
    type: "aws:apigateway/account:Account",
    honours: [],
    ignores: {
      cloudwatchRoleArn: "execution logs are not written; the console shows every request",
    },
    compute: () => ({
      id: "api-gateway-account",
      outputs: { apiKeyVersion: "4", features: ["UsagePlans"], throttleSettings: [] },
    }),
  },
];

function computeRestApi({ name, inputs, generatedName }: Declared, place: Place) {
  const { account, region } = place;
  const id = apiIdOf(String(inputs["name"] ?? name), place);
  return {
    id,
    outputs: {
      name: inputs["name"] ?? generatedName,
      arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
      rootResourceId: resourceId(id, "/"),
      createdDate: CREATED,
      apiKeySource: "HEADER",
      binaryMediaTypes: inputs["binaryMediaTypes"] ?? [],
      endpointConfiguration: inputs["endpointConfiguration"] ?? { types: "EDGE" },
      disableExecuteApiEndpoint: false,
      tagsAll: {},
    },
  };
}

function computeStage({ inputs }: Declared, { account, region, apiEndpoint }: Place) {
  const apiId = referenceId(inputs["restApi"]);
  const stageName = String(inputs["stageName"]);
  return {
    id: `ags-${apiId}-${stageName}`,
    outputs: {
      arn: `arn:aws:apigateway:${region}::/restapis/${apiId}/stages/${stageName}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${apiId}/${stageName}`,
      invokeUrl: `${apiEndpoint}/${apiId}/${stageName}`,
      tagsAll: {},
    },
  };
}

function computeApiKey({ inputs, generatedName }: Declared, { region, secret }: Place) {
  const id = stableId(`api key ${generatedName}`, 10);
  const drawn = createHmac("sha256", secret).update(`api key ${generatedName}`).digest("hex");
  return {
    id,
    outputs: {
      name: inputs["name"] ?? generatedName,
      value: inputs["value"] ?? drawn.slice(0, 40),
      arn: `arn:aws:apigateway:${region}::/apikeys/${id}`,
      enabled: inputs["enabled"] ?? true,
      createdDate: CREATED,
      lastUpdatedDate: CREATED,
      tagsAll: {},
    },
  };
}
