import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  declare,
  deploy,
  gatewaysOf,
  grantKey,
  lambdaOperation,
  openApi,
  refusalOf,
  type TestGateway,
} from "../support/rest-api.ts";

const test = suite("usage-plans");

const { start } = gatewaysOf(test);
let gateway: TestGateway | undefined;

const DAY_MS = 86_400_000;
const SECURED = { security: [{ key: [] }] };
const DOCUMENT = {
  components: { securitySchemes: { key: { type: "apiKey", name: "x-api-key", in: "header" } } },
};

/** A gateway with `GET` and `POST /orders` behind a key, and `GET /open` without. */
async function keyed(): Promise<TestGateway> {
  gateway = await start();
  const paths = {
    "/orders": { get: lambdaOperation(SECURED), post: lambdaOperation(SECURED) },
    "/open": { get: lambdaOperation() },
  };
  deploy(gateway.restApis, openApi(paths, DOCUMENT));
  return gateway;
}

function asking(key: string, request = "GET /orders"): Promise<Response> | undefined {
  return gateway?.call(request, { headers: { "X-API-Key": key } });
}

async function statuses(count: number, key: string, request?: string): Promise<number[]> {
  const answers: number[] = [];
  for (let sent = 0; sent < count; sent++) answers.push((await asking(key, request))?.status ?? 0);
  return answers;
}

test("lets a key of the stage's plan in, and tells the function whose it is", async () => {
  const { restApis, lambda } = await keyed();
  const key = grantKey(restApis, "alice");

  const response = await asking(key);

  assert.is(response?.status, 200);
  const event = JSON.parse(String(lambda.inputsOf("Invoke")[0]?.["Payload"]));
  assert.is(event.requestContext.identity.apiKey, key);
  assert.is(event.requestContext.identity.apiKeyId, restApis.usagePlans.keys[0]?.id);
});

test("answers Forbidden to every request without a good key, and says why in the trace", async () => {
  const { restApis, call, raw, hops } = await keyed();
  const key = grantKey(restApis, "alice");
  const disabled = grantKey(restApis, "bob", {}, { enabled: false });
  const elsewhere = grantKey(restApis, "carol", { apiStages: [] });
  const unplanned = declare("ApiKey", "dave", {});
  restApis.provisionApiKey(unplanned);

  const cases: [string, string][] = [
    ["", "no key in x-api-key"],
    ["nonsense", "a wrong key in x-api-key"],
    [key.toUpperCase(), "a wrong key in x-api-key"],
    [`${key}x`, "a wrong key in x-api-key"],
    [disabled, "API key bob-0abcdef is disabled"],
    [elsewhere, "API key carol-0abcdef is in no usage plan of stage prod"],
    [String(unplanned.outputs["value"]), "API key dave-0abcdef is in no usage plan of stage prod"],
  ];
  for (const [value, reason] of cases) {
    const headers: Record<string, string> = value ? { "x-api-key": value } : {};
    const response = await call(`GET /orders?x-api-key=${key}`, { headers });
    assert.is(response.status, 403, reason);
    assert.equal(await response.json(), { message: "Forbidden" });
    assert.is(response.headers.get("x-amzn-errortype"), "ForbiddenException");
    assert.is(hops.at(-1)?.detail, `403 in 0 ms: ${reason}`);
    assert.is(hops.at(-1)?.decision, "denied");
  }
  const lines = `x-api-key: ${key}\r\nX-Api-Key: ${key}\r\nConnection: close\r\n\r\n`;
  const twice = await raw(`GET /shop/prod/orders HTTP/1.1\r\nHost: a\r\n${lines}`);
  assert.match(twice, /^HTTP\/1\.1 403 /);
});

test("throttles each key by its plan's rate and burst", async () => {
  const { restApis, clock } = await keyed();
  const plan = { throttleSettings: { rateLimit: 2, burstLimit: 3 } };
  const alice = grantKey(restApis, "alice", plan);
  const bob = grantKey(restApis, "bob", plan);

  assert.equal(await statuses(4, alice), [200, 200, 200, 429]);
  assert.equal(await statuses(1, bob), [200]);
  await clock.advance(500);
  assert.equal(await statuses(2, alice, "POST /orders"), [200, 429]);
  await clock.advance(60_000);
  assert.equal(await statuses(4, alice), [200, 200, 200, 429]);

  const throttled = await asking(alice);
  assert.equal(await throttled?.json(), { message: "Too Many Requests" });
  assert.is(throttled?.headers.get("x-amzn-errortype"), "TooManyRequestsException");
});

test("throttles a method of a plan by its own limit", async () => {
  const { restApis } = await keyed();
  const throttles = [{ path: "/orders/POST", rateLimit: 1, burstLimit: 1 }];
  const apiStages = [{ apiId: "shop", stage: "prod", throttles }];
  const throttleSettings = { rateLimit: 1, burstLimit: 2 };
  const key = grantKey(restApis, "alice", { apiStages, throttleSettings });

  assert.equal(await statuses(2, key, "POST /orders"), [200, 429]);
  assert.equal(await statuses(3, key), [200, 200, 429]);
});

test("counts a quota that begins anew at midnight UTC", async () => {
  const { restApis, clock } = await keyed();
  await clock.advance(DAY_MS - 1000);
  const key = grantKey(restApis, "alice", { quotaSettings: { limit: 2, period: "DAY" } });

  assert.equal(await statuses(3, key), [200, 200, 429]);
  const over = await asking(key);
  assert.equal(await over?.json(), { message: "Limit Exceeded" });
  assert.is(over?.headers.get("x-amzn-errortype"), "LimitExceededException");
  await clock.advance(1000);
  assert.equal(await statuses(3, key), [200, 200, 429]);
});

test("begins weeks and months at their offset", async () => {
  const { restApis, clock } = await keyed();
  const once = (period: string, offset: number) => ({
    quotaSettings: { limit: 1, period, offset },
  });
  // The clock starts on Thursday, 1 January 2026.
  const week = grantKey(restApis, "week", once("WEEK", 5));
  const month = grantKey(restApis, "month", once("MONTH", 9));

  assert.equal([...(await statuses(2, week)), ...(await statuses(2, month))], [200, 429, 200, 429]);
  await clock.advance(DAY_MS);
  assert.equal([...(await statuses(1, week)), ...(await statuses(1, month))], [200, 429]);
  await clock.advance(7 * DAY_MS);
  assert.equal([...(await statuses(1, week)), ...(await statuses(1, month))], [200, 429]);
  await clock.advance(DAY_MS);
  assert.equal([...(await statuses(1, week)), ...(await statuses(1, month))], [429, 200]);
});

test("does not count throttled requests against the quota", async () => {
  const { restApis, clock } = await keyed();
  const key = grantKey(restApis, "alice", {
    quotaSettings: { limit: 2, period: "DAY" },
    throttleSettings: { rateLimit: 1, burstLimit: 1 },
  });
  assert.equal(await statuses(3, key), [200, 429, 429]);
  await clock.advance(1000);
  assert.equal(await statuses(1, key), [200]);
});

test("throttles a stage's methods over all clients, each by its own count", async () => {
  const { restApis, call } = await keyed();
  const settings = (methodPath: string, burst: number, rate: number) =>
    declare("MethodSettings", methodPath, {
      restApi: "shop",
      stageName: "prod",
      methodPath,
      settings: {
        throttlingBurstLimit: burst,
        throttlingRateLimit: rate,
        loggingLevel: "ERROR",
        metricsEnabled: true,
      },
    });
  restApis.provisionMethodSettings(settings("*/*", 2, 1));
  restApis.provisionMethodSettings(settings("orders/GET", 0, 0));
  const key = grantKey(restApis, "alice");

  assert.is((await asking(key))?.status, 429);
  assert.equal(await statuses(3, key, "POST /orders"), [200, 200, 429]);
  assert.is((await call("GET /open")).status, 200);
});

test("refuses limits and links that make no sense", async () => {
  const { restApis } = await keyed();
  const key = declare("ApiKey", "alice", {});
  restApis.provisionApiKey(key);
  const stages = { apiStages: [{ apiId: "shop", stage: "prod" }] };
  const plan = declare("UsagePlan", "plan", stages);
  restApis.provisionUsagePlan(plan);
  const other = declare("UsagePlan", "other", stages);
  restApis.provisionUsagePlan(other);
  const link = (inputs: object) =>
    declare("UsagePlanKey", "link", {
      keyId: key.id,
      keyType: "API_KEY",
      usagePlanId: plan.id,
      ...inputs,
    });
  restApis.provisionUsagePlanKey(link({}));
  const settings = (inputs: object) =>
    declare("MethodSettings", "settings", {
      restApi: "shop",
      stageName: "prod",
      methodPath: "*/*",
      settings: {},
      ...inputs,
    });
  const cases: [string, () => void][] = [
    [
      "twin: API key alice-0abcdef has the same value already",
      () => restApis.provisionApiKey(declare("ApiKey", "twin", { value: key.outputs["value"] })),
    ],
    [
      "short: value has 5 characters; an API key has 20 to 128",
      () => restApis.provisionApiKey(declare("ApiKey", "short", { value: "abcde" })),
    ],
    [
      "plan: API stage not found: shop:dev",
      () =>
        restApis.provisionUsagePlan(
          declare("UsagePlan", "plan", { apiStages: [{ apiId: "shop", stage: "dev" }] }),
        ),
    ],
    [
      "plan: throttleSettings: rateLimit undefined and burstLimit 5 must both be set, 0 or more",
      () =>
        restApis.provisionUsagePlan(
          declare("UsagePlan", "plan", { throttleSettings: { burstLimit: 5 } }),
        ),
    ],
    [
      "plan: quotaSettings.period YEAR must be DAY, WEEK or MONTH",
      () =>
        restApis.provisionUsagePlan(
          declare("UsagePlan", "plan", { quotaSettings: { limit: 1, period: "YEAR" } }),
        ),
    ],
    [
      "plan: quotaSettings.offset 1 is not within a DAY",
      () =>
        restApis.provisionUsagePlan(
          declare("UsagePlan", "plan", { quotaSettings: { limit: 1, period: "DAY", offset: 1 } }),
        ),
    ],
    [
      "plan: throttle of /nope/GET: stage shop:prod has no such method; there are: /orders/GET, /orders/POST, /open/GET",
      () => {
        const throttles = [{ path: "/nope/GET", rateLimit: 1, burstLimit: 1 }];
        const apiStages = [{ apiId: "shop", stage: "prod", throttles }];
        restApis.provisionUsagePlan(declare("UsagePlan", "plan", { apiStages }));
      },
    ],
    [
      "link: there is no API key nope",
      () => restApis.provisionUsagePlanKey(link({ keyId: "nope" })),
    ],
    [
      "link: there is no usage plan nope",
      () => restApis.provisionUsagePlanKey(link({ usagePlanId: "nope" })),
    ],
    [
      "link: the API key is in another usage plan of stage shop:prod already",
      () => restApis.provisionUsagePlanKey(link({ usagePlanId: other.id })),
    ],
    [
      "link: keyType X is not a key type; use API_KEY",
      () => restApis.provisionUsagePlanKey(link({ keyType: "X" })),
    ],
    [
      "settings: settings.cachingEnabled is not supported by the local runtime",
      () => restApis.provisionMethodSettings(settings({ settings: { cachingEnabled: true } })),
    ],
    [
      "settings: methodPath a/GET is not a method of the API; its methods are: */*, /orders/GET, /orders/POST, /open/GET",
      () => restApis.provisionMethodSettings(settings({ methodPath: "a/GET" })),
    ],
    [
      "settings: API stage not found: shop:dev",
      () => restApis.provisionMethodSettings(settings({ stageName: "dev" })),
    ],
  ];
  for (const [message, attempt] of cases) assert.is(refusalOf(attempt), message);
});

test.run();
