import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { HttpApis } from "../../src/services/apigatewayv2/http-apis.ts";
import { Routes } from "../../src/services/apigatewayv2/routes.ts";
import { resource, startHttpApi } from "../support/http-api.ts";

const test = suite("HTTP APIs");
const ORIGIN = { origin: "https://shop.example" };
const running: { stop(): void }[] = [];
test.after(() => {
  for (const { stop } of running) stop();
});

async function api(...options: Parameters<typeof startHttpApi>) {
  const started = await startHttpApi(...options);
  running.push(started);
  return started;
}

const says = (value: unknown) => () => ({ Payload: JSON.stringify(value) });

test("a request becomes an event of format 2.0, and what is not there is left out", async () => {
  const { call, events } = await api(says({ ok: true }));
  await call("GET", "/orders/a%20b?x=1&y=2&x=3", {
    headers: { "X-Two": "words", cookie: "a=1; b=2", "user-agent": "kit" },
  });
  const [{ headers, requestContext, ...event }] = events();
  assert.equal(event, {
    version: "2.0",
    routeKey: "GET /orders/{id}",
    rawPath: "/orders/a b",
    rawQueryString: "x=1&y=2&x=3",
    cookies: ["a=1", "b=2"],
    queryStringParameters: { x: "1,3", y: "2" },
    pathParameters: { id: "a b" },
    isBase64Encoded: false,
  });
  assert.equal([headers["x-two"], headers["cookie"]], ["words", undefined]);
  assert.equal(requestContext, {
    accountId: "000000000000",
    apiId: "shop",
    domainName: "shop.localhost",
    domainPrefix: "shop",
    http: {
      method: "GET",
      path: "/orders/a b",
      protocol: "HTTP/1.1",
      sourceIp: "127.0.0.1",
      userAgent: "kit",
    },
    requestId: requestContext.requestId,
    routeKey: "GET /orders/{id}",
    stage: "$default",
    time: "01/Jan/2026:00:00:00 +0000",
    timeEpoch: Date.UTC(2026, 0, 1),
  });
});

test("text bodies are passed on unchanged, others as base64", async () => {
  const { call, events } = await api(says({}));
  for (const [type, body] of [
    ["application/json", '{"ü":1}'],
    ["application/problem+json", "{}"],
    ["application/octet-stream", "ü"],
  ] as const) {
    await call("POST", "/orders", { headers: { "content-type": type }, body });
  }
  assert.equal(
    events().map(({ body, isBase64Encoded }) => [body, isBase64Encoded]),
    [
      ['{"ü":1}', false],
      ["{}", false],
      [Buffer.from("ü").toString("base64"), true],
    ],
  );
});

test("the path of a named stage carries the stage", async () => {
  const { call, events } = await api(says({}), { stage: "prod" });
  await call("GET", "/prod/orders/1");
  assert.equal([events()[0].rawPath, events()[0].requestContext.stage], ["/prod/orders/1", "prod"]);
  assert.is((await call("GET", "/orders/1")).status, 404);
});

for (const [value, status, type, text] of [
  [{ orderId: "1" }, 200, "application/json", '{"orderId":"1"}'],
  ["hello", 200, "application/json", "hello"],
  [{ statusCode: 202, body: "x" }, 202, "text/plain;charset=UTF-8", "x"],
  [
    { statusCode: 201, headers: { "Content-Type": "text/html" }, body: "<a>" },
    201,
    "text/html",
    "<a>",
  ],
  [{ statusCode: 200, body: "aGk=", isBase64Encoded: true }, 200, "text/plain;charset=UTF-8", "hi"],
  [{ statusCode: "nonsense" }, 500, "application/json", '{"message":"Internal Server Error"}'],
] as const) {
  test(`the function's ${JSON.stringify(value)} is answered ${status}`, async () => {
    const { call } = await api(says(value));
    const answer = await call("GET", "/orders/1");
    assert.equal(
      [answer.status, answer.headers.get("content-type"), answer.text],
      [status, type, text],
    );
    assert.ok(answer.headers.get("apigw-requestid"));
  });
}

test("cookies become headers of their own", async () => {
  const { call } = await api(says({ statusCode: 200, cookies: ["a=1", "b=2; Secure"] }));
  assert.equal((await call("GET", "/orders/1")).headers.getSetCookie(), ["a=1", "b=2; Secure"]);
});

test("errors have the words of HTTP APIs", async () => {
  const failing = await api(() => ({
    FunctionError: "Unhandled",
    Payload: '{"errorMessage":"no"}',
  }));
  const failed = await failing.call("GET", "/orders/1");
  assert.equal([failed.status, failed.text], [500, '{"message":"Internal Server Error"}']);
  const unknown = await failing.call("GET", "/nothing");
  assert.equal([unknown.status, unknown.text], [404, '{"message":"Not Found"}']);

  const throttle = { throttlingRateLimit: 1, throttlingBurstLimit: 1 };
  const throttled = await api(says({}), { throttle });
  assert.is((await throttled.call("GET", "/orders/1")).status, 200);
  const refused = await throttled.call("GET", "/orders/1");
  assert.equal([refused.status, refused.text], [429, '{"message":"Too Many Requests"}']);
});

for (const [what, answer] of [
  ["a header with a line break", { statusCode: 200, headers: { a: "b\r\nc: d" } }],
  ["a header beyond Latin-1", { statusCode: 200, headers: { a: "→" } }],
  ["a header whose name is none", { statusCode: 200, headers: { "a b": "c" } }],
  ["a cookie with a line break", { statusCode: 200, cookies: ["a=b\nc"] }],
  ["a status that ends no request", { statusCode: 101 }],
  ["a status that is none", { statusCode: "abc" }],
] as const) {
  test(`${what} is answered with 500, and the next request is served`, async () => {
    let answers = 0;
    const { call } = await api(() => says(answers++ === 0 ? answer : { statusCode: 204 })());
    const { status, text } = await call("POST", "/orders");
    assert.equal([status, text], [500, '{"message":"Internal Server Error"}']);
    assert.is((await call("POST", "/orders")).status, 204);
  });
}

for (const [what, answer, status, body] of [
  ["headers that are null", { statusCode: 201, headers: null }, 201, ""],
  ["cookies that are no list", { statusCode: 201, cookies: "a=b" }, 201, ""],
  ["a body that is null", { statusCode: 201, body: null }, 201, ""],
  [
    "a length of its own",
    { statusCode: 200, headers: { "Content-Length": "1" }, body: "ab" },
    200,
    "ab",
  ],
  ["null", null, 200, "null"],
] as const) {
  test(`a function may answer ${what}`, async () => {
    const { call } = await api(says(answer));
    const { status: got, text } = await call("POST", "/orders");
    assert.equal([got, text], [status, body]);
  });
}

test("a function that is too slow is answered for", async () => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const { call, clock } = await api(() => {
    begin();
    return new Promise(() => {});
  });
  const waiting = call("GET", "/orders/1");
  await begun;
  await clock.advance(1000);
  const { status, text } = await waiting;
  assert.equal([status, text], [503, '{"message":"Service Unavailable"}']);
});

test("an API that may not invoke its function answers 500, and the trace says why", async () => {
  const { call, hops } = await api(says({}), { permitted: false });
  assert.is((await call("GET", "/orders/1")).status, 500);
  const denied = hops.find(({ decision }) => decision === "denied");
  assert.match(
    denied?.detail ?? "",
    /apigateway\.amazonaws\.com is not authorized to perform: lambda:InvokeFunction/,
  );
});

test("CORS is the API's own: it answers the preflight and overrules the function", async () => {
  const cors = { allowOrigins: ["*"], allowMethods: ["GET"], allowHeaders: ["x-a"], maxAge: 60 };
  const answer = { statusCode: 200, headers: { "access-control-allow-origin": "https://other" } };
  const { call, events } = await api(says(answer), { cors });
  const preflight = await call("OPTIONS", "/orders/1", {
    headers: { ...ORIGIN, "access-control-request-method": "GET" },
  });
  assert.equal([preflight.status, events().length], [204, 0]);
  assert.is(preflight.headers.get("access-control-allow-methods"), "GET");
  assert.is(preflight.headers.get("access-control-max-age"), "60");
  const plain = await call("GET", "/orders/1", { headers: ORIGIN });
  assert.is(plain.headers.get("access-control-allow-origin"), "*");
  const missing = await call("GET", "/nothing", { headers: ORIGIN });
  assert.equal([missing.status, missing.headers.get("access-control-allow-origin")], [404, "*"]);
});

test("each request leaves a line in the access log", async () => {
  const { call, lines } = await api(says({}));
  const { headers } = await call("GET", "/orders/1");
  assert.equal(
    lines.map((line) => JSON.parse(line)),
    [
      {
        id: headers.get("apigw-requestid"),
        time: "01/Jan/2026:00:00:00 +0000",
        route: "GET /orders/{id}",
        status: "200",
        ms: "0",
        functionMs: "0",
        x: "-",
      },
    ],
  );
});

const routes = new Routes<string>();
for (const key of [
  "$default",
  "ANY /{proxy+}",
  "GET /orders/{id}",
  "GET /orders/new",
  "ANY /orders/{id}",
  "GET /files/{path+}",
]) {
  routes.add(key, key);
}
for (const [method, path, routeKey, parameters] of [
  ["GET", "/orders/new", "GET /orders/new", {}],
  ["GET", "/orders/7", "GET /orders/{id}", { id: "7" }],
  ["POST", "/orders/7", "ANY /orders/{id}", { id: "7" }],
  ["GET", "/files/a/b", "GET /files/{path+}", { path: "a/b" }],
  ["POST", "/files/a/b", "ANY /{proxy+}", { proxy: "files/a/b" }],
  ["GET", "/", "$default", {}],
] as const) {
  test(`${method} ${path} goes to ${routeKey}`, () => {
    const match = routes.match(method, path);
    assert.equal([match?.routeKey, match?.pathParameters], [routeKey, parameters]);
  });
}

for (const [why, provision, message] of [
  [
    "a WebSocket API",
    (apis) => apis.registry.provisionApi(resource("x", "x", { protocolType: "WEBSOCKET" })),
    /^x: protocolType WEBSOCKET/,
  ],
  [
    "an HTTP integration",
    (apis) =>
      apis.registry.provisionIntegration(
        resource("x", "x", { apiId: "shop", integrationType: "HTTP_PROXY" }),
      ),
    /^x: only AWS_PROXY/,
  ],
  [
    "a route that leads nowhere",
    (apis) =>
      apis.registry.provisionRoute(
        resource("x", "x", { apiId: "shop", routeKey: "GET /", target: "integrations/none" }),
      ),
    /^x: there is no integration/,
  ],
  [
    "a route key that is none",
    (apis) =>
      apis.registry.provisionRoute(
        resource("x", "x", { apiId: "shop", routeKey: "FETCH /", target: "integrations/int1" }),
      ),
    /^x: routeKey FETCH \/ must be/,
  ],
  [
    "a stage without autoDeploy",
    (apis) => apis.registry.provisionStage(resource("x", "x", { apiId: "shop", name: "a" })),
    /^x: only stages with autoDeploy/,
  ],
] as [string, (apis: HttpApis) => void, RegExp][]) {
  test(`${why} is refused by name`, async () => {
    const { apis } = await api(says({}));
    assert.throws(() => provision(apis), message);
  });
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
for (const [what, routes, status, routeKey] of [
  ["goes to the function of $default", ["GET /orders/{id}", "$default"], 200, "$default"],
  [
    "goes to a route for OPTIONS before $default",
    ["OPTIONS /orders/{id}", "$default"],
    200,
    "OPTIONS /orders/{id}",
  ],
  ["is answered by an API without $default", ["ANY /{proxy+}"], 204, undefined],
] as [string, string[], number, string | undefined][]) {
  test(`a preflight ${what}`, async () => {
    const cors = { allowOrigins: ["https://shop.example"], allowMethods: ["GET"] };
    const { call, events } = await api(says({ statusCode: 200 }), { cors, routes });
    const preflight = await call("OPTIONS", "/orders/1", {
      headers: { ...ORIGIN, "access-control-request-method": "GET" },
    });
    assert.equal([preflight.status, events()[0]?.routeKey], [status, routeKey]);
    assert.is(preflight.headers.get("access-control-allow-origin"), "https://shop.example");
  });
}

test("only routes with a default one catch what no other matches, preflights too", () => {
  assert.ok(routes.hasDefault);
  assert.not.ok(new Routes<string>().hasDefault);
});

test.run();
