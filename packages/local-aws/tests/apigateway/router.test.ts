import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ApiMethod } from "../../src/services/apigateway/api-definition.ts";
import { Router } from "../../src/services/apigateway/router.ts";

const test = suite("rest-api-router");

/** Routes such as `GET /orders/{id}` → what a request finds, as `GET /orders/{id} id=7`. */
function routes(...declared: string[]): (request: string) => string | undefined {
  const methods = declared.map((route) => {
    const [httpMethod = "", resourcePath = ""] = route.split(" ");
    return { httpMethod, resourcePath } as ApiMethod;
  });
  const router = new Router(methods);
  return (request) => {
    const [httpMethod = "", path = ""] = request.split(" ");
    const match = router.match(httpMethod, path);
    if (!match) return undefined;
    const parameters = Object.entries(match.pathParameters).map(
      ([key, value]) => `${key}=${value}`,
    );
    const { method } = match;
    return [`${method.httpMethod} ${method.resourcePath}`, ...parameters].join(" ");
  };
}

test("prefers a literal segment to a parameter, and a parameter to the greedy one", () => {
  const find = routes("GET /orders/direct", "GET /orders/{id}", "GET /{proxy+}");
  assert.is(find("GET /orders/direct"), "GET /orders/direct");
  assert.is(find("GET /orders/7"), "GET /orders/{id} id=7");
  assert.is(find("GET /orders/7/items"), "GET /{proxy+} proxy=orders/7/items");
});

test("goes on to a greedy resource when the better one lacks the method", () => {
  const find = routes("GET /jobs/{id}", "OPTIONS /jobs", "ANY /{proxy+}");
  assert.is(find("GET /jobs/7"), "GET /jobs/{id} id=7");
  assert.is(find("POST /jobs/7"), "ANY /{proxy+} proxy=jobs/7");
  assert.is(find("GET /jobs"), "ANY /{proxy+} proxy=jobs");
});

test("takes a method of its own before ANY", () => {
  const find = routes("ANY /orders", "POST /orders");
  assert.is(find("POST /orders"), "POST /orders");
  assert.is(find("DELETE /orders"), "ANY /orders");
});

test("ignores one slash at the end", () => {
  const find = routes("GET /", "GET /orders", "GET /files/{path+}");
  assert.is(find("GET /orders/"), "GET /orders");
  assert.is(find("GET /files/a/b/"), "GET /files/{path+} path=a/b");
  assert.is(find("GET /"), "GET /");
});

test("leaves parameters percent-encoded", () => {
  assert.is(routes("GET /a/{id}")("GET /a/x%2Fy+z%40"), "GET /a/{id} id=x%2Fy+z%40");
});

test("finds nothing for other paths, methods and empty segments", () => {
  const find = routes("GET /orders", "GET /orders/{id}", "GET /files/{path+}");
  for (const request of [
    "GET /ordersx",
    "GET //orders",
    "GET /orders//",
    "GET /orders/../orders/1/2",
    "PATCH /orders",
    "get /orders",
    "GET /files",
    "GET /files/",
    "GET /",
  ]) {
    assert.is(find(request), undefined, request);
  }
});

test("survives names that objects have by themselves", () => {
  const find = routes("GET /{id}");
  assert.is(find("GET /__proto__"), "GET /{id} id=__proto__");
  assert.is(find("GET /constructor"), "GET /{id} id=constructor");
});

test.run();
