import type { ApiMethod, MethodParameter } from "./api-definition.ts";
import type { Document, Json } from "./document.ts";
import { readModel } from "./model.ts";
import { readIntegration } from "./openapi-integration.ts";

const ANY_METHOD = "x-amazon-apigateway-any-method";
const OPERATION_KEYS = [
  "operationId",
  "summary",
  "description",
  "tags",
  "externalDocs",
  "deprecated",
  "parameters",
  "requestBody",
  "responses",
  "security",
  "servers",
  "x-amazon-apigateway-integration",
  "x-amazon-apigateway-request-validator",
];
const PLACES: Record<string, MethodParameter["place"]> = {
  path: "path",
  query: "querystring",
  header: "header",
};

/** Methods of a path item that API Gateway supports, by OpenAPI's names. */
export const METHOD_KEYS = [
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  ANY_METHOD,
] as const;

interface DeclaredMethod {
  path: string;
  key: (typeof METHOD_KEYS)[number];
  /** Parameters of the path item, which all of its methods have. */
  shared: unknown[];
  operation: Json;
}

/** Reads one operation of the document. */
export function readMethod(document: Document, declared: DeclaredMethod): ApiMethod {
  const { path, key, shared, operation } = declared;
  const httpMethod = key === ANY_METHOD ? "ANY" : key.toUpperCase();
  const where = `${httpMethod} ${path}`;
  document.onlyKeys(operation, OPERATION_KEYS, where);

  const parameters = readParameters(document, where, path, [
    ...shared,
    ...document.list(operation["parameters"], `${where}: parameters`),
  ]);
  return {
    httpMethod,
    resourcePath: path,
    apiKeyRequired: readSecurity(document, where, operation["security"]),
    ...readValidator(document, where, operation),
    parameters,
    models: readModels(document, where, operation["requestBody"]),
    integration: readIntegration(document, { where, operation, parameters }),
  };
}

function readParameters(
  document: Document,
  where: string,
  path: string,
  declared: unknown[],
): MethodParameter[] {
  const parameters = new Map<string, MethodParameter>();
  for (const value of declared) {
    const parameter = document.resolve(value, `${where}: parameters`);
    const name = document.string(parameter["name"], `${where}: a parameter's name`);
    const place = PLACES[String(parameter["in"])];
    if (!place) {
      document.fail(where, `parameter ${name}: in: ${parameter["in"]} is not supported`);
    }
    if (place === "path" && !path.includes(`{${name}}`) && !path.includes(`{${name}+}`)) {
      document.fail(where, `path parameter ${name} is not part of the path`);
    }
    // A header's name is the same in any case; its declaration on the operation wins over the path's.
    const identity = place === "header" ? name.toLowerCase() : name;
    parameters.set(`${place}.${identity}`, {
      place,
      name,
      required: parameter["required"] === true,
    });
  }
  return [...parameters.values()];
}

function readSecurity(document: Document, where: string, value: unknown): boolean {
  const schemes = document.object(
    document.object(document.root["components"], "components")["securitySchemes"],
    "components.securitySchemes",
  );
  const names = document
    .list(value, `${where}: security`)
    .flatMap((requirement) => Object.keys(document.object(requirement, `${where}: security`)));
  let apiKeyRequired = false;
  for (const name of names) {
    if (!Object.hasOwn(schemes, name)) {
      document.fail(`${where}: security`, `${name} is not in components.securitySchemes`);
    }
    const scheme = document.resolve(schemes[name], `components.securitySchemes.${name}`);
    // Named among what has no effect.
    if (scheme["x-amazon-apigateway-authtype"] === "awsSigv4") continue;
    const extension = Object.keys(scheme).find((key) => key.startsWith("x-amazon-apigateway-"));
    const header = String(scheme["name"]).toLowerCase();
    if (extension || scheme["type"] !== "apiKey" || scheme["in"] !== "header") {
      document.fail(
        `${where}: security`,
        `${name} (${extension ?? scheme["type"]}) is not supported by the local runtime; only API keys in x-api-key and IAM signatures are`,
      );
    }
    if (header !== "x-api-key") {
      document.fail(
        `${where}: security`,
        `${name}: API Gateway reads API keys from x-api-key only, not from ${header}`,
      );
    }
    apiKeyRequired = true;
  }
  return apiKeyRequired;
}

function readValidator(document: Document, where: string, operation: Json) {
  const none = { validateBody: false, validateParameters: false };
  const extension = "x-amazon-apigateway-request-validator";
  const name = operation[extension] ?? document.root[extension];
  if (name === undefined) return none;
  const validators = document.object(document.root[`${extension}s`], `${extension}s`);
  if (typeof name !== "string" || !Object.hasOwn(validators, name)) {
    return document.fail(`${where}: ${extension}`, `${name} is not in ${extension}s`);
  }
  const validator = document.object(validators[name], `${extension}s.${name}`);
  document.onlyKeys(
    validator,
    ["validateRequestBody", "validateRequestParameters"],
    `${extension}s.${name}`,
  );
  return {
    validateBody: validator["validateRequestBody"] === true,
    validateParameters: validator["validateRequestParameters"] === true,
  };
}

function readModels(document: Document, where: string, value: unknown): Record<string, object> {
  if (value === undefined) return {};
  const body = document.resolve(value, `${where}: requestBody`);
  const contents = Object.entries(
    document.object(body["content"], `${where}: requestBody.content`),
  );
  return Object.fromEntries(
    contents
      .map(([type, media]): [string, unknown] => [
        type.toLowerCase(),
        document.object(media, `${where}: ${type}`)["schema"],
      ])
      .filter(([, schema]) => schema !== undefined)
      .map(([type, schema]) => [type, readModel(document, schema, `${where}: ${type} schema`)]),
  );
}
