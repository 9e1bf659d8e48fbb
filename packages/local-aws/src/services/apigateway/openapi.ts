import { GATEWAY_RESPONSE_TYPES } from "../../gateway/gateway-error.ts";
import type { ApiDefinition, ApiMethod, GatewayResponse } from "./api-definition.ts";
import { Document, type Json } from "./document.ts";
import { checkExpression } from "./mapping-expression.ts";
import { METHOD_KEYS, readMethod } from "./openapi-method.ts";

const ROOT_KEYS = [
  "openapi",
  "info",
  "servers",
  "paths",
  "components",
  "tags",
  "externalDocs",
  "x-amazon-apigateway-api-key-source",
  "x-amazon-apigateway-binary-media-types",
  "x-amazon-apigateway-documentation",
  "x-amazon-apigateway-gateway-responses",
  "x-amazon-apigateway-importexport-version",
  "x-amazon-apigateway-request-validator",
  "x-amazon-apigateway-request-validators",
  // There is no TLS on this machine.
  "x-amazon-apigateway-security-policy",
  "x-amazon-apigateway-endpoint-access-mode",
];
const PATH_KEYS = ["summary", "description", "servers", "parameters", ...METHOD_KEYS];
const RESPONSE_KEYS = ["statusCode", "responseParameters", "responseTemplates"];

/**
 * Reads the OpenAPI 3.0 document of a REST API.
 *
 * @param name the API's logical name.
 * @throws Error that starts with the name and names what AWS would refuse, or what the local runtime cannot honour.
 */
export function readOpenApi(name: string, body: unknown): ApiDefinition {
  const document = new Document(name, body);
  const { root } = document;
  if (!/^3\.0(\.|$)/.test(String(root["openapi"]))) {
    document.fail("openapi", `${root["openapi"]}: the local runtime reads OpenAPI 3.0`);
  }
  if (root["security"] !== undefined) {
    document.fail("security", "API Gateway reads it on operations only; write it on each of them");
  }
  document.onlyKeys(root, ROOT_KEYS, "body");
  const keySource = root["x-amazon-apigateway-api-key-source"];
  if (keySource !== undefined && keySource !== "HEADER") {
    document.fail(
      "x-amazon-apigateway-api-key-source",
      `${keySource} is not supported by the local runtime; use HEADER`,
    );
  }
  return {
    methods: readPaths(document),
    gatewayResponses: readGatewayResponses(document),
    binaryMediaTypes: document
      .list(
        root["x-amazon-apigateway-binary-media-types"],
        "x-amazon-apigateway-binary-media-types",
      )
      .map((type) => document.string(type, "x-amazon-apigateway-binary-media-types")),
  };
}

function readPaths(document: Document): ApiMethod[] {
  const paths = Object.entries(document.object(document.root["paths"], "paths"));
  const methods: ApiMethod[] = [];
  const seen = new Map<string, string>();
  const variables = new Map<string, string>();
  for (const [path, item] of paths) {
    checkPath(document, path, variables);
    const resourcePath = path.replace(/(?<=.)\/$/, "");
    const twin = seen.get(resourcePath);
    if (twin) document.fail(`paths.${path}`, `is the same resource as ${twin}`);
    seen.set(resourcePath, path);
    methods.push(...readPathItem(document, resourcePath, document.object(item, `paths.${path}`)));
  }
  if (methods.length === 0) document.fail("paths", "the REST API doesn't contain any methods");
  return methods;
}

function readPathItem(document: Document, path: string, item: Json): ApiMethod[] {
  const where = `paths.${path}`;
  document.onlyKeys(item, PATH_KEYS, where);
  const shared = document.list(item["parameters"], `${where}.parameters`);
  return METHOD_KEYS.filter((key) => item[key] !== undefined).map((key) =>
    readMethod(document, { path, key, shared, operation: document.object(item[key], where) }),
  );
}

function checkPath(document: Document, path: string, variables: Map<string, string>): void {
  const where = `paths.${path}`;
  if (!path.startsWith("/")) document.fail(where, "must begin with a slash");
  const segments = path.replace(/\/$/, "").split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const variable = /^\{([\w.:-]+)(\+?)\}$/.exec(segment);
    if (!variable && !/^[A-Za-z0-9._~:$@!&'()*+,;=%-]+$/.test(segment)) {
      document.fail(
        where,
        `"${segment}": a resource's path part is a-z A-Z 0-9 . _ - : or one whole {parameter}`,
      );
    }
    if (!variable) continue;
    if (variable[2] && index < segments.length - 1) {
      document.fail(where, `${segment} takes the rest of the path, so nothing may follow it`);
    }
    const parent = segments.slice(0, index).join("/");
    const sibling = variables.get(parent) ?? segment;
    if (sibling !== segment) {
      document.fail(
        where,
        `a sibling (${sibling}) of ${segment} already has a variable path part; only one is allowed`,
      );
    }
    variables.set(parent, segment);
  }
}

function readGatewayResponses(document: Document): Record<string, GatewayResponse> {
  const extension = "x-amazon-apigateway-gateway-responses";
  const declared = Object.entries(document.object(document.root[extension], extension));
  return Object.fromEntries(
    declared.map(([type, value]) => [type, readGatewayResponse(document, type, value)]),
  );
}

function readGatewayResponse(document: Document, type: string, value: unknown): GatewayResponse {
  const where = `x-amazon-apigateway-gateway-responses.${type}`;
  if (!Object.hasOwn(GATEWAY_RESPONSE_TYPES, type)) {
    document.fail(where, "is not a gateway response type");
  }
  const response = document.object(value, where);
  document.onlyKeys(response, RESPONSE_KEYS, where);
  const status = response["statusCode"];
  if (status !== undefined && !/^[2-5]\d\d$/.test(String(status))) {
    document.fail(`${where}.statusCode`, `${status} is not an HTTP status`);
  }
  const parameters = document.strings(
    response["responseParameters"],
    `${where}.responseParameters`,
  );
  const headers = Object.entries(parameters).map(([target, expression]) => {
    const header = /^gatewayresponse\.header\.([\w!#$%&'*+.^`|~-]+)$/.exec(target)?.[1];
    if (!header) {
      return document.fail(
        `${where}.responseParameters`,
        `${target} is not supported by the local runtime; write gatewayresponse.header.NAME`,
      );
    }
    const problem = checkExpression(expression, ["method.request", "context", "stageVariables"]);
    if (problem) document.fail(`${where}.responseParameters.${target}`, problem);
    return [header, expression];
  });
  return {
    status: status === undefined ? undefined : Number(status),
    headers: Object.fromEntries(headers),
    templates: document.strings(response["responseTemplates"], `${where}.responseTemplates`),
  };
}
