import { stableId } from "../../gateway/resource-ids.ts";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

/** The id of an HTTP API: readable, because it is part of its URL. */
function apiIdOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** Pulumi's types of API Gateway's HTTP APIs. */
export const httpApiResourceTypes: ResourceType[] = [
  {
    type: "aws:apigatewayv2/api:Api",
    honours: ["name", "protocolType", "corsConfiguration"],
    ignores: {
      ...TAGS,
      ...REGION,
      description: "nothing shows it",
      version: "nothing shows it",
      disableExecuteApiEndpoint: "the API has no other address",
      ipAddressType: "the API is served on loopback",
    },
    compute({ name, inputs }, { region, account, apiEndpoint }) {
      const id = apiIdOf(typeof inputs["name"] === "string" ? inputs["name"] : name);
      return {
        id,
        outputs: {
          name: id,
          arn: `arn:aws:apigateway:${region}::/apis/${id}`,
          apiEndpoint: `${apiEndpoint}/${id}`,
          executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
        },
      };
    },
  },
  {
    type: "aws:apigatewayv2/integration:Integration",
    honours: [
      "apiId",
      "integrationType",
      "integrationUri",
      "payloadFormatVersion",
      "timeoutMilliseconds",
    ],
    ignores: {
      ...REGION,
      description: "nothing shows it",
      integrationMethod: "a function is invoked in one way only",
    },
    compute: ({ generatedName }) => ({ id: stableId(generatedName, 7), outputs: {} }),
  },
  {
    type: "aws:apigatewayv2/route:Route",
    honours: ["apiId", "routeKey", "target"],
    ignores: { ...REGION, operationName: "nothing shows it" },
    compute: ({ generatedName }) => ({ id: stableId(generatedName, 7), outputs: {} }),
  },
  {
    type: "aws:apigatewayv2/stage:Stage",
    honours: ["apiId", "name", "autoDeploy", "accessLogSettings", "defaultRouteSettings"],
    ignores: { ...TAGS, ...REGION, description: "nothing shows it" },
    compute({ inputs }, { region, account, apiEndpoint }) {
      const { apiId, name } = inputs as { apiId: string; name: string };
      const base = `${apiEndpoint}/${apiId}`;
      return {
        id: name,
        outputs: {
          invokeUrl: name === "$default" ? base : `${base}/${name}`,
          arn: `arn:aws:apigateway:${region}::/apis/${apiId}/stages/${name}`,
          executionArn: `arn:aws:execute-api:${region}:${account}:${apiId}/${name}`,
        },
      };
    },
  },
];
