import { suite } from "uvu";
import * as assert from "uvu/assert";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import type { TraceRecord } from "../../src/kernel/trace.ts";
import { ApiGatewayService } from "../../src/services/apigateway/apigateway-service.ts";
import { apigatewayResourceTypes } from "../../src/services/apigateway/resources.ts";
import { RestApis } from "../../src/services/apigateway/rest-apis.ts";
import {
  declare,
  deploy,
  grantKey,
  lambdaOperation,
  openApi,
  refusalOf,
} from "../support/rest-api.ts";

const test = suite("apigateway-resources");

const BODY = openApi({ "/a": { get: lambdaOperation() } });

function restApis() {
  const kernel = createKernel({ clock: new VirtualClock() });
  const hops: TraceRecord[] = [];
  kernel.trace.subscribe((record) => hops.push(record));
  return { kernel, hops, apis: new RestApis(kernel) };
}

test("computes what a program reads of an API and its stage", () => {
  const api = declare("RestApi", "OrdersApi_2", { body: BODY });
  assert.is(api.id, "ordersapi-2");
  assert.is(api.outputs["name"], "OrdersApi_2-0abcdef");
  assert.is(
    api.outputs["executionArn"],
    "arn:aws:execute-api:eu-central-1:000000000000:ordersapi-2",
  );
  assert.match(String(api.outputs["rootResourceId"]), /^[0-9a-z]{10}$/);
  assert.is(declare("RestApi", "x", { name: "Shop API" }).id, "shop-api");

  const stage = declare("Stage", "s", { restApi: "shop", stageName: "prod", deployment: "d" });
  assert.is(stage.outputs["invokeUrl"], "http://localhost:3000/shop/prod");
  assert.is(
    stage.outputs["executionArn"],
    "arn:aws:execute-api:eu-central-1:000000000000:shop/prod",
  );
  assert.is(stage.outputs["arn"], "arn:aws:apigateway:eu-central-1::/restapis/shop/stages/prod");
});

test("gives a key the same value at each start, and one that is set its own", () => {
  const value = declare("ApiKey", "key", {}).outputs["value"];
  assert.match(String(value), /^[0-9a-f]{40}$/);
  assert.is(declare("ApiKey", "key", {}).outputs["value"], value);
  assert.is.not(declare("ApiKey", "other", {}).outputs["value"], value);
  assert.is(declare("ApiKey", "key", { value: "mine" }).outputs["value"], "mine");
});

test("changes a deployment's id with what triggers it", () => {
  const id = (body: string) => declare("Deployment", "d", { restApi: "a", triggers: { body } }).id;
  assert.is(id("1"), id("1"));
  assert.is.not(id("1"), id("2"));
});

test("leaves unlisted what would change behaviour", () => {
  const [api, , stage] = apigatewayResourceTypes;
  for (const input of [
    "policy",
    "minimumCompressionSize",
    "disableExecuteApiEndpoint",
    "parameters",
  ]) {
    assert.not.ok(api?.honours.includes(input) || input in (api?.ignores ?? {}), input);
  }
  for (const input of ["cacheClusterEnabled", "canarySettings", "clientCertificateId"]) {
    assert.not.ok(stage?.honours.includes(input) || input in (stage?.ignores ?? {}), input);
  }
});

test("notes a deployment without triggers", () => {
  const { apis, hops } = restApis();
  const api = declare("RestApi", "shop", { body: BODY });
  apis.provisionRestApi(api);
  apis.provisionDeployment(declare("Deployment", "live", { restApi: { id: api.id } }));
  assert.is(
    hops[0]?.detail,
    "live has no triggers: on AWS later changes of shop-0abcdef will not go live; add e.g. triggers: {body}",
  );
});

test("refuses resources that refer to nothing or that AWS refuses", () => {
  const { apis } = restApis();
  deploy(apis, BODY);
  const format = "$context.requestId";
  const destinationArn = "arn:aws:logs:eu-central-1:000000000000:log-group:a";
  const stage = (inputs: object) =>
    apis.provisionStage(
      declare("Stage", "s", {
        restApi: "shop",
        deployment: declare("Deployment", "live", { restApi: "shop", triggers: { body: "1" } }).id,
        stageName: "dev",
        ...inputs,
      }),
    );
  const cases: [string, () => void][] = [
    [
      "Shop: another REST API is at /shop already; give one of them a name",
      () => apis.provisionRestApi(declare("RestApi", "Shop", { body: BODY })),
    ],
    [
      "Other: apiKeySource AUTHORIZER is not supported by the local runtime",
      () =>
        apis.provisionRestApi(
          declare("RestApi", "Other", { body: BODY, apiKeySource: "AUTHORIZER" }),
        ),
    ],
    [
      "Other: a PRIVATE endpoint is not supported by the local runtime",
      () =>
        apis.provisionRestApi(
          declare("RestApi", "Other", { body: BODY, endpointConfiguration: { types: "PRIVATE" } }),
        ),
    ],
    [
      "d: there is no REST API nope",
      () => apis.provisionDeployment(declare("Deployment", "d", { restApi: "nope" })),
    ],
    ["s: nope is not a deployment of REST API shop", () => stage({ deployment: "nope" })],
    [
      "s: stageName a/b: only letters, digits, - and _ are allowed",
      () => stage({ stageName: "a/b" }),
    ],
    [
      "s: accessLogSettings.destinationArn arn:x is not the ARN of a log group",
      () => stage({ accessLogSettings: { destinationArn: "arn:x", format } }),
    ],
    [
      "s: the access log format must be one line",
      () => stage({ accessLogSettings: { destinationArn, format: `${format}\n` } }),
    ],
    [
      "s: the access log format must contain $context.requestId or $context.extendedRequestId",
      () => stage({ accessLogSettings: { destinationArn, format: "$context.status" } }),
    ],
  ];
  for (const [message, attempt] of cases) assert.is(refusalOf(attempt), message);
  assert.is(
    refusalOf(() => stage({})),
    "accepted",
  );
  assert.ok(apis.serves("shop"));
  assert.not.ok(apis.serves("nope"));
});

test("lists APIs, stages, keys and plans for the CLI", async () => {
  const { apis, kernel } = restApis();
  const { deploymentId } = deploy(apis, BODY);
  const value = grantKey(apis, "alice", { throttleSettings: { rateLimit: 1, burstLimit: 2 } });
  kernel.dispatcher.register(new ApiGatewayService(apis, kernel.region));
  const ask = (operation: string, input: object = {}) =>
    kernel.dispatcher.call<{ item: Record<string, unknown>[] }>("apigateway", operation, input, {
      kind: "administrator",
    });

  const { item: found } = await ask("GetRestApis");
  assert.is(found[0]?.["id"], "shop");
  assert.is(found[0]?.["createdDate"], 1767225600);
  const { item: stages } = await ask("GetStages", { restApiId: "shop" });
  assert.equal(stages, [
    { deploymentId, stageName: "prod", variables: {}, createdDate: 1767225600 },
  ]);
  assert.is((await ask("GetApiKeys")).item[0]?.["value"], undefined);
  assert.is((await ask("GetApiKeys", { includeValues: "true" })).item[0]?.["value"], value);
  const { item: plans } = await ask("GetUsagePlans");
  assert.equal(plans[0]?.["throttle"], { rateLimit: 1, burstLimit: 2 });
  try {
    await ask("GetStages", { restApiId: "nope" });
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, "NotFoundException");
  }
});

test.run();
