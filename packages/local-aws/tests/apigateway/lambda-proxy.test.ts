import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  allowInvocations,
  deploy,
  FUNCTION,
  gatewaysOf,
  LAMBDA,
  lambdaOperation,
  openApi,
  ROLE,
} from "../support/rest-api.ts";

const test = suite("rest-api-lambda-proxy");

const { start, shop } = gatewaysOf(test);

test("sends the function the event of payload format 1.0", async () => {
  const { raw, lambda } = await shop();

  await raw(
    "POST /shop/prod/orders/a%40b/?q=1&q=x+y%26&empty= HTTP/1.1\r\n" +
      "Host: spoofed.example\r\nUser-Agent: test\r\nX-Twice: one\r\nX-Twice: two\r\n" +
      "X-Forwarded-For: 9.9.9.9\r\nX-Amzn-Trace-Id: nonsense\r\nConnection: close\r\n" +
      'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a":"\xc3\xb6"}',
  );

  const call = lambda.calls[0];
  assert.equal(call?.caller, {
    kind: "service",
    principal: "apigateway.amazonaws.com",
    sourceArn: "arn:aws:execute-api:eu-central-1:000000000000:shop/prod/POST/orders/{id}",
  });
  assert.is(call?.input["FunctionName"], FUNCTION);
  assert.is(call?.input["InvocationType"], "RequestResponse");
  const event = JSON.parse(String(call?.input["Payload"]));
  assert.equal(event, {
    resource: "/orders/{id}",
    path: "/orders/a%40b/",
    httpMethod: "POST",
    headers: {
      Host: "spoofed.example",
      "User-Agent": "test",
      "X-Twice": "two",
      "Content-Type": "application/json",
      "X-Amzn-Trace-Id": "Root=1-6955b900-111111112222433384440000",
      "X-Forwarded-For": "9.9.9.9, 127.0.0.1",
      "X-Forwarded-Port": event.headers["X-Forwarded-Port"],
      "X-Forwarded-Proto": "http",
    },
    multiValueHeaders: {
      Host: ["spoofed.example"],
      "User-Agent": ["test"],
      "X-Twice": ["one", "two"],
      "Content-Type": ["application/json"],
      "X-Amzn-Trace-Id": ["Root=1-6955b900-111111112222433384440000"],
      "X-Forwarded-For": ["9.9.9.9, 127.0.0.1"],
      "X-Forwarded-Port": [event.headers["X-Forwarded-Port"]],
      "X-Forwarded-Proto": ["http"],
    },
    queryStringParameters: { q: "x y&", empty: "" },
    multiValueQueryStringParameters: { q: ["1", "x y&"], empty: [""] },
    pathParameters: { id: "a%40b" },
    stageVariables: { table: "T" },
    requestContext: {
      resourceId: event.requestContext.resourceId,
      resourcePath: "/orders/{id}",
      httpMethod: "POST",
      extendedRequestId: event.requestContext.extendedRequestId,
      requestTime: "01/Jan/2026:00:00:00 +0000",
      path: "/prod/orders/a%40b/",
      accountId: "000000000000",
      protocol: "HTTP/1.1",
      stage: "prod",
      domainPrefix: "shop",
      requestTimeEpoch: 1767225600000,
      requestId: "11111111-2222-4333-8444-000000000001",
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: "127.0.0.1",
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: "test",
        user: null,
      },
      domainName: `localhost:${event.headers["X-Forwarded-Port"]}`,
      deploymentId: event.requestContext.deploymentId,
      apiId: "shop",
    },
    body: '{"a":"ö"}',
    isBase64Encoded: false,
  });
});

test("sends null for what a request does not have", async () => {
  const gateway = await start();
  deploy(gateway.restApis, openApi({ "/a": { get: lambdaOperation() } }));

  await gateway.call("GET /a");

  const event = JSON.parse(String(gateway.lambda.inputsOf("Invoke")[0]?.["Payload"]));
  assert.is(event.body, null);
  assert.is(event.pathParameters, null);
  assert.is(event.stageVariables, null);
  assert.is(event.queryStringParameters, null);
  assert.is(event.multiValueQueryStringParameters, null);
});

test("answers what the function answers, with the gateway's own headers", async () => {
  const { call } = await shop(() => ({
    statusCode: "201",
    headers: {
      "X-A": true,
      "Content-Type": "text/plain",
      "Content-Length": "999",
      "Set-Cookie": "c=0",
      "Transfer-Encoding": "chunked",
      "X-Amzn-RequestId": "mine",
    },
    multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
    body: "grüße",
  }));

  const response = await call("POST /orders");

  assert.is(response.status, 201);
  assert.is(await response.text(), "grüße");
  assert.is(response.headers.get("x-a"), "true");
  assert.is(response.headers.get("content-type"), "text/plain");
  assert.is(response.headers.get("content-length"), "7");
  assert.is(response.headers.get("x-amzn-remapped-content-length"), "999");
  assert.is(response.headers.get("transfer-encoding"), null);
  assert.equal(response.headers.getSetCookie(), ["a=1", "b=2", "c=0"]);
  assert.is(response.headers.get("x-amzn-requestid"), "11111111-2222-4333-8444-000000000001");
  assert.is(response.headers.get("x-amz-apigw-id"), "ERERESIiQzOERAA=");
  assert.is(
    response.headers.get("x-amzn-trace-id"),
    "Root=1-6955b900-111111112222433384440000;Parent=1111111122224333;Sampled=0",
  );
});

test("needs no member of the function's answer", async () => {
  const { call } = await shop(() => ({}));
  const response = await call("GET /orders/1");
  assert.is(response.status, 200);
  assert.is(response.headers.get("content-type"), "application/json");
  assert.is(await response.text(), "");
});

test("answers 502 to a function that fails or answers nonsense", async () => {
  const answers: [unknown, string][] = [
    [new Error("boom"), 'the function failed: {"errorMessage":"boom"}'],
    ["not json", "malformed Lambda proxy response: it is not JSON"],
    ["null", "malformed Lambda proxy response: it is not an object"],
    [
      { ok: true },
      "malformed Lambda proxy response: ok is not one of statusCode, headers, multiValueHeaders, body, isBase64Encoded",
    ],
    [{ statusCode: 42 }, "malformed Lambda proxy response: statusCode 42 is not an HTTP status"],
    [
      { statusCode: "two" },
      'malformed Lambda proxy response: statusCode "two" is not an HTTP status',
    ],
    [
      { body: { a: 1 } },
      "malformed Lambda proxy response: body is not a string; JSON.stringify it",
    ],
    [
      { headers: { a: ["b"] } },
      "malformed Lambda proxy response: header a is neither text, number nor boolean",
    ],
    [
      { headers: { "X-A": "b\r\nSet-Cookie: c" } },
      "malformed Lambda proxy response: header X-A has characters that no header may have",
    ],
    [
      { multiValueHeaders: { a: "b" } },
      "malformed Lambda proxy response: multiValueHeaders.a is not an array",
    ],
  ];
  let next: unknown;
  const { call, hops } = await shop(() => next);
  for (const [answer, reason] of answers) {
    next = answer;
    const response = await call("POST /orders");
    assert.is(response.status, 502, reason);
    assert.equal(await response.json(), { message: "Internal server error" });
    assert.is(response.headers.get("x-amzn-errortype"), "InternalServerErrorException");
    const hop = hops.at(-1);
    assert.is(hop?.decision, "failed");
    assert.is(hop?.detail, `502 in 0 ms: ${reason}`);
  }
});

test("answers 500 when the function's policy does not let the gateway in", async () => {
  const { call, kernel, lambda } = await shop();
  allowInvocations(kernel, "arn:aws:execute-api:eu-central-1:000000000000:shop/*/GET/*");

  const denied = await call("POST /orders");

  assert.is(denied.status, 500);
  assert.equal(await denied.json(), { message: "Internal server error" });
  assert.is(lambda.calls.length, 0);
  assert.is((await call("GET /orders/1")).status, 200);
});

test("invokes with the integration's role when it has one that trusts the gateway", async () => {
  const gateway = await start();
  const { kernel, call, lambda } = gateway;
  const integration = { ...LAMBDA, credentials: ROLE };
  const operation = { "x-amazon-apigateway-integration": integration };
  deploy(gateway.restApis, openApi({ "/a": { get: operation } }));
  assert.is((await call("GET /a")).status, 500);

  const trust = (Service: string) => ({
    Version: "2012-10-17" as const,
    Statement: [{ Effect: "Allow" as const, Principal: { Service }, Action: "sts:AssumeRole" }],
  });
  kernel.policies.putRole({ arn: ROLE, name: "gateway", trust: trust("apigateway.amazonaws.com") });
  kernel.policies.putRolePolicy(ROLE, "invoke", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION }],
  });

  assert.is((await call("GET /a")).status, 200);
  assert.is(lambda.calls[0]?.caller.kind, "role");
});

test("answers 504 when the function takes longer than the integration allows", async () => {
  const { promise: invoked, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: never } = Promise.withResolvers<void>();
  const gateway = await start(() => {
    arrive();
    return never;
  });
  const integration = { ...LAMBDA, timeoutInMillis: 2000 };
  const operation = { "x-amazon-apigateway-integration": integration };
  deploy(gateway.restApis, openApi({ "/a": { get: operation } }));

  const pending = gateway.call("GET /a");
  await invoked;
  await gateway.clock.advance(1999);
  const early = await Promise.race([pending, Promise.resolve("still waiting")]);
  await gateway.clock.advance(1);
  const response = await pending;

  assert.is(early, "still waiting");
  assert.is(response.status, 504);
  assert.equal(await response.json(), { message: "Endpoint request timed out" });
});

test("carries bodies of binary media types as base64, both ways", async () => {
  const image = Buffer.from([0xff, 0xd8, 0x00, 0x01]);
  const { call, lambda } = await shop(
    () => ({
      headers: { "Content-Type": "image/png" },
      body: image.toString("base64"),
      isBase64Encoded: true,
    }),
    { "x-amazon-apigateway-binary-media-types": ["image/*"] },
  );
  const headers = { "content-type": "image/png", accept: "image/webp" };

  const response = await call("POST /orders", { headers, body: image });
  const asText = await call("POST /orders", { headers: { accept: "text/html" } });

  const event = JSON.parse(String(lambda.inputsOf("Invoke")[0]?.["Payload"]));
  assert.is(event.isBase64Encoded, true);
  assert.is(event.body, image.toString("base64"));
  assert.equal(Buffer.from(await response.arrayBuffer()), image);
  assert.is(await asText.text(), image.toString("base64"));
});

test.run();
