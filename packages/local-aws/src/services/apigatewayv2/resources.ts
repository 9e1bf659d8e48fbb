import { apiIdOf, stableId } from "../../gateway/resource-ids.ts";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

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
    compute({ name, inputs }, place) {
      const { region, account, apiEndpoint } = place;
      const id = apiIdOf(typeof inputs["name"] === "string" ? inputs["name"] : name, place);
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
    ignores: {
      ...REGION,
      operationName: "nothing shows it",
      authorizationType: "signatures and tokens are not checked: every request is accepted",
      authorizerId: "signatures and tokens are not checked: every request is accepted",
      authorizationScopes: "signatures and tokens are not checked: every request is accepted",
    },
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
