import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deploy, gatewaysOf, lambdaOperation, openApi } from "../support/rest-api.ts";

const test = suite("rest-api-gateway");

const { start, shop } = gatewaysOf(test);

test("answers an unknown path or method with Missing Authentication Token", async () => {
  const { call } = await shop();
  for (const request of ["GET /ordersx", "PATCH /orders", "GET //ordersx", "GET /"]) {
    const response = await call(request);
    assert.is(response.status, 403, request);
    assert.equal(await response.json(), { message: "Missing Authentication Token" });
    assert.is(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
    assert.is(response.headers.get("x-amzn-trace-id"), null);
  }
});

test("says which APIs there are when none is at the address", async () => {
  const { raw } = await shop();
  const answer = await raw("GET /nope/dev/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 404 /);
  assert.match(answer, '{"message":"no API is at /nope/dev; there are: /shop/prod"}');
});

test("takes the first gateway response of type, default and AWS's own", async () => {
  const { call } = await shop(() => "nonsense", {
    "x-amazon-apigateway-gateway-responses": {
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: "404",
        responseParameters: {
          "gatewayresponse.header.Content-Type": "'application/problem+json'",
          "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
          "gatewayresponse.header.X-Origin": "method.request.header.Origin",
          "gatewayresponse.header.X-Query": "method.request.querystring.q",
        },
        responseTemplates: {
          "application/json":
            '{"detail":$context.error.messageString,"instance":"$context.requestId","type":"$context.error.responseType","no":"$context.nope","stage":"$stageVariables.table"}',
        },
      },
      DEFAULT_4XX: { responseParameters: { "gatewayresponse.header.X-Default": "'4xx'" } },
      DEFAULT_5XX: {
        statusCode: 500,
        responseParameters: { "gatewayresponse.header.X-Own": "'yes'" },
      },
    },
  });

  const missing = await call("GET /nope?q=a%0d%0ab", { headers: { origin: "https://a.example" } });
  const failed = await call("POST /orders");
  const tooLong = await call(`GET /nope?q=${"x".repeat(10_240)}`);
  const tooLarge = await call("POST /orders", { body: "x".repeat(11 * 1024 * 1024) });

  assert.is(missing.headers.get("x-default"), null);
  assert.is(tooLarge.status, 413);
  // API Gateway lets nobody customise this one.
  assert.is(tooLarge.headers.get("x-default"), null);
  assert.is(tooLong.status, 414);
  assert.is(tooLong.headers.get("x-default"), "4xx");
  assert.is(missing.status, 404);
  assert.equal(await missing.json(), {
    detail: "Missing Authentication Token",
    instance: "11111111-2222-4333-8444-000000000001",
    type: "MISSING_AUTHENTICATION_TOKEN",
    no: "",
    stage: "T",
  });
  assert.is(missing.headers.get("content-type"), "application/problem+json");
  assert.is(missing.headers.get("access-control-allow-origin"), "*");
  assert.is(missing.headers.get("x-origin"), "https://a.example");
  assert.is(missing.headers.get("x-query"), null);
  assert.is(failed.status, 500);
  assert.is(failed.headers.get("x-own"), "yes");
  assert.equal(await failed.json(), { message: "Internal server error" });
});

test("checks required parameters and bodies before the function sees them", async () => {
  const gateway = await start();
  const { call, lambda } = gateway;
  const schema = { type: "object", required: ["sku"], properties: { sku: { type: "string" } } };
  const operation = lambdaOperation({
    "x-amazon-apigateway-request-validator": "all",
    parameters: [
      { name: "limit", in: "query", required: true },
      { name: "Idempotency-Key", in: "header", required: true },
      { name: "page", in: "query" },
    ],
    requestBody: { content: { "application/json": { schema } } },
  });
  const document = {
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-gateway-responses": {
      BAD_REQUEST_BODY: {
        responseTemplates: {
          "application/json": "$context.error.messageString $context.error.validationErrorString",
        },
      },
    },
  };
  deploy(gateway.restApis, openApi({ "/a": { post: operation } }, document));
  const send = (body: string, type = "application/json") =>
    call("POST /a?limit=1", { body, headers: { "idempotency-key": "k", "content-type": type } });

  const missing = await call("POST /a?limit=");
  assert.is(missing.status, 400);
  assert.equal(await missing.json(), {
    message: "Missing required request parameters: [limit, Idempotency-Key]",
  });
  assert.is(missing.headers.get("x-amzn-errortype"), "BadRequestException");
  const bodies: [string, string][] = [
    ["", '[object has missing required properties (["sku"])]'],
    ["{}", '[object has missing required properties (["sku"])]'],
    [
      '{"sku":5}',
      '[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]',
    ],
    [
      "null",
      '[instance type (null) does not match any allowed primitive type (allowed: ["object"])]',
    ],
    ["{", "[the body is not JSON]"],
  ];
  for (const [body, finding] of bodies) {
    const refused = await send(body);
    assert.is(refused.status, 400, body);
    assert.is(await refused.text(), `"Invalid request body" ${finding}`);
  }
  assert.is(lambda.calls.length, 0);
  assert.is((await send('{"sku":"a"}', "application/json; charset=utf-8")).status, 200);
  assert.is((await send("anything", "text/plain")).status, 200);
});

test("answers a preflight from a mock integration", async () => {
  const gateway = await start();
  const header = { schema: { type: "string" } };
  const options = {
    responses: { 204: { description: "", headers: { "Access-Control-Allow-Origin": header } } },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{"statusCode": 204}' },
      passthroughBehavior: "never",
      responses: {
        default: {
          statusCode: "204",
          responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
        },
      },
    },
  };
  deploy(gateway.restApis, openApi({ "/a": { options } }));

  const preflight = await gateway.call("OPTIONS /a");
  const wrongType = await gateway.call("OPTIONS /a", { headers: { "content-type": "text/xml" } });

  assert.is(preflight.status, 204);
  assert.is(preflight.headers.get("access-control-allow-origin"), "*");
  // Recorded on AWS: localstack/localstack, test_invocation_trace_id.
  assert.is(preflight.headers.get("x-amzn-trace-id"), null);
  assert.is(wrongType.status, 415);
  assert.equal(await wrongType.json(), { message: "Unsupported Media Type" });
});

test("picks a mock's response by status, and lets the template override it", async () => {
  const gateway = await start();
  const template = '#set($code = $input.params("code")){"statusCode": $code}';
  const post = {
    responses: { 200: { description: "" }, 404: { description: "" } },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": template },
      responses: {
        "2\\d{2}": {
          statusCode: "200",
          responseTemplates: {
            "application/json":
              '#set($context.responseOverride.status = 202)#set($context.responseOverride.header.X-A = "b")ok',
          },
        },
        "4\\d": { statusCode: "404" },
      },
    },
  };
  deploy(gateway.restApis, openApi({ "/a": { post } }));

  const ok = await gateway.call("POST /a?code=200");
  // A pattern has to fit the whole status, so 4\d does not.
  const unmatched = await gateway.call("POST /a?code=404");
  const none = await gateway.call("POST /a?code=");

  assert.is(ok.status, 202);
  assert.is(ok.headers.get("x-a"), "b");
  assert.is(await ok.text(), "ok");
  assert.is(unmatched.status, 500);
  assert.is(none.status, 500);
});

test("writes a line of access log for each request", async () => {
  const gateway = await start(() => ({ statusCode: 201, body: "ö" }));
  const destinationArn = "arn:aws:logs:eu-central-1:000000000000:log-group:api:*";
  const format =
    '{"id":"$context.requestId","status":$context.status,"bytes":$context.responseLength,' +
    '"agent":"$context.identity.userAgent","route":"$context.httpMethod $context.resourcePath","error":"$context.error.message"}';
  deploy(gateway.restApis, openApi({ "/a/{id}": { get: lambdaOperation() } }), {
    stage: { accessLogSettings: { destinationArn, format } },
  });

  await gateway.call("GET /a/1", { headers: { "user-agent": 'evil", "x": "' } });
  await gateway.call("GET /nope", { headers: { "user-agent": "u" } });

  const [group, stream, line = ""] = gateway.logs[0] ?? [];
  assert.is(group, "arn:aws:logs:eu-central-1:000000000000:log-group:api");
  assert.match(stream ?? "", /^[0-9a-f]{32}$/);
  assert.equal(JSON.parse(line), {
    id: "11111111-2222-4333-8444-000000000001",
    status: 201,
    bytes: 2,
    agent: 'evil", "x": "',
    route: "GET /a/{id}",
    error: "-",
  });
  const second = JSON.parse(gateway.logs[1]?.[2] ?? "");
  assert.is(second.status, 403);
  assert.is(second.error, "Missing Authentication Token");
});

test.run();
