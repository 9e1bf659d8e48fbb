import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sleep } from "../../src/kernel/clock.ts";
import { emitRestApiMetrics } from "../../src/services/apigateway/metrics.ts";
import { RestApis } from "../../src/services/apigateway/rest-apis.ts";
import { HttpApis } from "../../src/services/apigatewayv2/http-apis.ts";
import { emitHttpApiMetrics } from "../../src/services/apigatewayv2/metrics.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { MetricTape, unseenMetrics } from "../support/metric-tape.ts";
import {
  allowInvocations,
  declare,
  deploy,
  FUNCTION,
  LAMBDA,
  lambdaOperation,
  openApi,
} from "../support/rest-api.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("metrics of APIs");
const servers: Server[] = [];
test.after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** Both kinds of API, whose function takes 40 ms and answers the status. */
async function apis(statusCode = 200) {
  const { kernel, clock } = testKernel();
  const lambda = new ScriptedService("lambda", {
    Invoke: {
      needs: () => [{ action: "lambda:InvokeFunction", resource: FUNCTION }],
      run: async () => {
        const slept = sleep(clock, 40);
        await clock.advance(40);
        await slept;
        return { Payload: JSON.stringify({ statusCode, body: "answer" }) };
      },
    },
  });
  kernel.dispatcher.register(lambda);
  allowInvocations(kernel, "arn:aws:execute-api:eu-central-1:000000000000:*");
  const restApis = new RestApis(kernel);
  const httpApis = new HttpApis(kernel);
  const tape = new MetricTape();
  const stops = [emitRestApiMetrics(restApis, tape), emitHttpApiMetrics(httpApis, tape)];
  const stop = () => {
    for (const end of stops) end();
  };
  const serve = async (handler: (from: IncomingMessage, to: ServerResponse) => Promise<void>) => {
    const server = createServer((from, to) => void handler(from, to));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return async (path: string, init?: RequestInit) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      await response.text();
      return response.status;
    };
  };
  const callRest = await serve((from, to) => restApis.handle(from, to));
  const callHttp = await serve((from, to) => httpApis.handle(from, to));
  return { restApis, httpApis, tape, stop, callRest, callHttp };
}

const REST_PATHS = { "/orders/{id}": { "x-amazon-apigateway-any-method": lambdaOperation() } };

function deployHttp(httpApis: HttpApis, settings: object = {}): void {
  const declared = (name: string, id: string, inputs: object) => ({
    urn: "",
    type: "",
    name,
    id,
    inputs: { apiId: "web", ...inputs },
    outputs: {},
  });
  httpApis.registry.provisionApi(declared("api", "web", { protocolType: "HTTP" }));
  const integration = { integrationType: "AWS_PROXY", payloadFormatVersion: "2.0" };
  const { uri: integrationUri } = LAMBDA;
  httpApis.registry.provisionIntegration(declared("fn", "fn", { ...integration, integrationUri }));
  const route = { routeKey: "POST /orders/{id}", target: "integrations/fn" };
  httpApis.registry.provisionRoute(declared("route", "route", route));
  const stage = { name: "$default", autoDeploy: true, ...settings };
  httpApis.registry.provisionStage(declared("stage", "stage", stage));
}

/** The same values under the API and its stage. */
function rest(values: number[]) {
  return { "ApiName=Shop": values, "ApiName=Shop Stage=prod": values };
}

function http(values: number[]) {
  return { "ApiId=web": values, "ApiId=web Stage=$default": values };
}

test("a request of a REST API counts under its name and its stage, with zeros for errors and both latencies", async () => {
  const { restApis, tape, callRest } = await apis();
  deploy(restApis, openApi(REST_PATHS), { api: { name: "Shop" } });
  assert.is(await callRest("/shop/prod/orders/1"), 200);
  assert.equal(tape.of("Count"), rest([1]));
  assert.equal(tape.of("4XXError"), rest([0]));
  assert.equal(tape.of("5XXError"), rest([0]));
  assert.equal(tape.of("Latency"), rest([40]));
  assert.equal(tape.of("IntegrationLatency"), rest([40]));
});

test("a request that no method fits is a client's error without an integration", async () => {
  const { restApis, tape, callRest } = await apis();
  deploy(restApis, openApi(REST_PATHS), { api: { name: "Shop" } });
  assert.is(await callRest("/shop/prod/nowhere"), 403);
  assert.equal(tape.of("4XXError"), rest([1]));
  assert.equal(tape.of("Latency"), rest([0]));
  assert.equal(tape.of("IntegrationLatency"), {});
});

test("a function's answer of 500 or more is a server's error", async () => {
  const { restApis, tape, callRest } = await apis(503);
  deploy(restApis, openApi(REST_PATHS), { api: { name: "Shop" } });
  assert.is(await callRest("/shop/prod/orders/1"), 503);
  assert.equal(tape.of("5XXError"), rest([1]));
  assert.equal(tape.of("4XXError"), rest([0]));
});

test("a method has metrics of its own where the stage's settings say so, and a method's settings come first", async () => {
  const { restApis, tape, callRest } = await apis();
  const quiet = { "/quiet": { get: lambdaOperation() } };
  deploy(restApis, openApi({ ...REST_PATHS, ...quiet }), { api: { name: "Shop" } });
  const settings = (methodPath: string, metricsEnabled: boolean) =>
    restApis.provisionMethodSettings(
      declare("MethodSettings", methodPath.replaceAll("/", "-"), {
        restApi: "shop",
        stageName: "prod",
        methodPath,
        settings: { metricsEnabled },
      }),
    );
  settings("*/*", true);
  settings("quiet/GET", false);
  await callRest("/shop/prod/orders/1");
  await callRest("/shop/prod/quiet");
  assert.equal(tape.of("Count"), {
    ...rest([1, 1]),
    "ApiName=Shop Method=GET Resource=/orders/{id} Stage=prod": [1],
  });
});

test("a REST API's name loses what is not ASCII", async () => {
  const { restApis, tape, callRest } = await apis();
  deploy(restApis, openApi(REST_PATHS), { api: { name: "Grün Shop" } });
  const [{ id } = { id: "" }] = restApis.apis;
  await callRest(`/${id}/prod/orders/1`);
  assert.equal(Object.keys(tape.of("Count")), ["ApiName=Grn Shop", "ApiName=Grn Shop Stage=prod"]);
});

test("a request of an HTTP API counts under its id and its stage, with the bytes of both bodies", async () => {
  const { httpApis, tape, callHttp } = await apis();
  deployHttp(httpApis);
  assert.is(await callHttp("/web/orders/1", { method: "POST", body: "four" }), 200);
  assert.equal(tape.of("Count"), http([1]));
  assert.equal(tape.of("4xx"), http([0]));
  assert.equal(tape.of("5xx"), http([0]));
  assert.equal(tape.of("Latency"), http([40]));
  assert.equal(tape.of("IntegrationLatency"), http([40]));
  assert.equal(tape.of("DataProcessed"), http([4 + 6]));
});

test("errors of an HTTP API have names of their own, and a request without a route has no integration", async () => {
  const { httpApis, tape, callHttp } = await apis(500);
  deployHttp(httpApis);
  assert.is(await callHttp("/web/nowhere"), 404);
  assert.equal(tape.of("IntegrationLatency"), {});
  assert.is(await callHttp("/web/orders/1", { method: "POST" }), 500);
  assert.equal(tape.of("4xx"), http([1, 0]));
  assert.equal(tape.of("5xx"), http([0, 1]));
});

test("a route of an HTTP API has metrics of its own where the stage asks for them", async () => {
  const { httpApis, tape, callHttp } = await apis();
  deployHttp(httpApis, { defaultRouteSettings: { detailedMetricsEnabled: true } });
  await callHttp("/web/orders/1", { method: "POST" });
  const route = "ApiId=web Method=POST Resource=/orders/{id} Stage=$default";
  assert.equal(tape.of("Count"), { ...http([1]), [route]: [1] });
});

test("nothing is reported after it is stopped", async () => {
  const { restApis, httpApis, tape, stop, callRest, callHttp } = await apis();
  deploy(restApis, openApi(REST_PATHS), { api: { name: "Shop" } });
  deployHttp(httpApis);
  stop();
  await callRest("/shop/prod/orders/1");
  await callHttp("/web/orders/1", { method: "POST" });
  assert.equal(tape.of("Count"), {});
});

test("every metric of APIs that the table names has been seen", () => {
  assert.equal(unseenMetrics("AWS/ApiGateway"), []);
});

test.run();
