import type { LinearPattern } from "../../kernel/linear-pattern.ts";

/** A REST API as its OpenAPI document defines it. */
export interface ApiDefinition {
  methods: readonly ApiMethod[];
  gatewayResponses: Readonly<Record<string, GatewayResponse>>;
  /** Media types whose bodies are carried as bytes; `image/*` stands for all images, `*\/*` for everything. */
  binaryMediaTypes: readonly string[];
}

/** One method on one resource. */
export interface ApiMethod {
  /** `GET`, …, or `ANY`. */
  httpMethod: string;
  /** Path with its parameters, e.g. `/orders/{orderId}`. */
  resourcePath: string;
  apiKeyRequired: boolean;
  validateBody: boolean;
  validateParameters: boolean;
  parameters: readonly MethodParameter[];
  /** JSON schema (draft 4) by content type; `$default` is for any other type. */
  models: Readonly<Record<string, object>>;
  integration: Integration;
}

/** Places of parameters in a request, as mapping expressions name them. */
export type ParameterPlace = "path" | "querystring" | "header";

/** A request parameter that a method declares. */
export interface MethodParameter {
  place: ParameterPlace;
  name: string;
  required: boolean;
}

/** The integration of a method. */
export type Integration = LambdaProxyIntegration | MockIntegration | ServiceIntegration;

/** Passes the whole request to a function, and returns its whole response. */
export interface LambdaProxyIntegration {
  type: "lambda-proxy";
  functionArn: string;
  /** Role to invoke with; without it the function's own policy must allow API Gateway. */
  credentials?: string;
  timeoutMs: number;
}

/** What integrations with templates have in common. */
export interface TemplatedIntegration {
  /** Request template by content type. */
  requestTemplates: Readonly<Record<string, string>>;
  passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  /** In the document's order; the first whose pattern matches is used. */
  responses: readonly IntegrationResponse[];
  timeoutMs: number;
}

/** Responds without calling anything. */
export interface MockIntegration extends TemplatedIntegration {
  type: "mock";
}

/** Calls another AWS service with a role. */
export interface ServiceIntegration extends TemplatedIntegration {
  type: "service";
  target: ServiceTarget;
  credentials: string;
  /** Expression by `integration.request.…`. */
  requestParameters: Readonly<Record<string, string>>;
}

/** What a service integration calls. */
export type ServiceTarget =
  | { service: "sqs"; account: string; queue: string }
  | { service: "states"; action: string };

/** How one outcome of an integration becomes the method's response. */
export interface IntegrationResponse {
  /** Matches the whole of the backend's status; undefined for the default. */
  pattern: LinearPattern | undefined;
  status: number;
  /** Expression by `method.response.header.…`. */
  parameters: Readonly<Record<string, string>>;
  /** Response template by content type. */
  templates: Readonly<Record<string, string>>;
}

/** What the API returns when the gateway itself refuses or fails. */
export interface GatewayResponse {
  status?: number;
  /** Expression by header name. */
  headers: Readonly<Record<string, string>>;
  /** Template by content type. */
  templates: Readonly<Record<string, string>>;
}
