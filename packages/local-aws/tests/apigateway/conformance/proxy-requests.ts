import { recorded } from "../../support/conformance.ts";

/** A request to an API with `/{proxy+}` and `/orders`, as it is sent, and what of it the function sees. */
export interface ProxyRow {
  what: string;
  source: string;
  /** The part of the address after the API. */
  target: string;
  headers?: Record<string, string>;
  /** Of the event. */
  path: string;
  resource?: string;
  pathParameters?: Record<string, string> | null;
  /** Of the event's `requestContext`. */
  contextPath: string;
  /** Names of the event's headers, in the order they were sent. */
  names?: string[];
}

const SOURCE = recorded("test_apigateway_lambda.py, test_lambda_aws_proxy_integration");

/** Slashes of the path, and the case of headers, in the event of a proxy integration. */
export const PROXY_REQUESTS: ProxyRow[] = [
  {
    what: "slashes after the stage count as one for the route, and stay in the context",
    source: SOURCE,
    target: "/prod//value",
    path: "/value",
    pathParameters: { proxy: "value" },
    contextPath: "/prod//value",
  },
  {
    what: "more than two of them, too, for a resource without parameters",
    source: SOURCE,
    target: "/prod///orders",
    path: "/orders",
    resource: "/orders",
    pathParameters: null,
    contextPath: "/prod///orders",
  },
  {
    what: "slashes before the stage count as one everywhere",
    source: SOURCE,
    target: "//prod/value",
    path: "/value",
    pathParameters: { proxy: "value" },
    contextPath: "/prod/value",
  },
  {
    what: "slashes inside the path stay",
    source: SOURCE,
    target: "/prod/value//double",
    path: "/value//double",
    pathParameters: { proxy: "value//double" },
    contextPath: "/prod/value//double",
  },
  {
    what: "a slash at the end stays in the path, and not in the parameter",
    source: SOURCE,
    target: "/prod/value/",
    path: "/value/",
    pathParameters: { proxy: "value" },
    contextPath: "/prod/value/",
  },
  {
    what: "Authorization and User-Agent have a case of their own, other headers the case they were sent in",
    source: SOURCE,
    target: "/prod/value",
    headers: { aUThorization: "a", "user-agent": "b", "tEsT-HEADeR": "c", "x-b": "d" },
    path: "/value",
    contextPath: "/prod/value",
    names: ["Authorization", "User-Agent", "tEsT-HEADeR", "x-b"],
  },
];
