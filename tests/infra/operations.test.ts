import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ApiDescription } from "../../infra/aws/openapi/api-description.ts";
import { customersApi } from "../../infra/customers/api.ts";
import { ingestApi } from "../../infra/ingest/api.ts";
import { ordersHttpApi } from "../../infra/orders/http-api.ts";
import { ordersApi } from "../../infra/orders/rest-api.ts";
import { programWith } from "./support/program.ts";

const test = suite("operations of the APIs");

const program = await programWith();
const functionNames = program.outputs["functionNames"] as Record<string, string>;
const permissions = program
  .ofType("aws:lambda/permission:Permission")
  .filter(({ inputs }) => inputs["principal"] === "apigateway.amazonaws.com");

/** The function of an operation: its job is the operation's id. */
function functionOf(operation: string): string {
  const name = functionNames[operation];
  if (!name) throw new Error(`no function does ${operation}`);
  return name.replace(/\.name$/, "");
}

/** What a gateway may invoke a function for, e.g. `GET/customers/*`. */
const requestOf = ({ method, path }: ApiDescription["operations"][number]) =>
  `${method.toUpperCase()}${path.replaceAll(/\{\w+\}/g, "*")}`;

// The gateway sends this one to a queue itself.
const WITHOUT_FUNCTION = ["placeOrderDirect"];

const restApis: [name: string, api: ApiDescription][] = [
  ["customers-api", customersApi],
  ["orders-api", ordersApi],
  ["ingest-api", ingestApi(false)],
];

for (const [name, api] of restApis) {
  const document = JSON.parse(String(program.get(name).inputs["body"]));
  for (const operation of api.operations) {
    const { id, method, path } = operation;
    if (WITHOUT_FUNCTION.includes(id)) continue;
    test(`${name} hands ${method} ${path} to the function of ${id}, which nothing else may invoke`, () => {
      const it = document.paths[path][method];
      assert.equal(it["x-amazon-apigateway-integration"], {
        type: "aws_proxy",
        httpMethod: "POST",
        uri: `${functionOf(id)}.invokeArn`,
      });
      assert.equal(it.security, api.keyed ? [{ apiKey: [] }] : undefined);
      assertOnlyPermissions(id, [`${name}.executionArn/prod/${requestOf(operation)}`]);
    });
  }
}

const HTTP = "orders-http-api";
const routes: [id: string, key: string, request: string][] = [
  ...ordersHttpApi.operations.map((it): [string, string, string] => [
    it.id,
    `${it.method.toUpperCase()} ${it.path}`,
    requestOf(it),
  ]),
  ["noSuchRoute", "$default", "$default"],
  ["noSuchRoute", "OPTIONS /{proxy+}", "OPTIONS/*"],
];

for (const [id, routeKey, request] of routes) {
  test(`${HTTP} hands ${routeKey} to the function of ${id}, which nothing else may invoke`, () => {
    const [route] = program
      .ofType("aws:apigatewayv2/route:Route")
      .filter(({ inputs }) => inputs["routeKey"] === routeKey);
    assert.is(route?.inputs["apiId"], `${HTTP}.id`);
    const [integration] = program
      .ofType("aws:apigatewayv2/integration:Integration")
      .filter(({ name }) => route?.inputs["target"] === `integrations/${name}.id`);
    assert.equal(integration?.inputs, {
      apiId: `${HTTP}.id`,
      integrationType: "AWS_PROXY",
      integrationUri: `${functionOf(id)}.arn`,
      payloadFormatVersion: "2.0",
    });
    const requests = routes.filter((it) => it[0] === id).map((it) => it[2]);
    assert.ok(requests.includes(request));
    assertOnlyPermissions(
      id,
      requests.map((it) => `${HTTP}.executionArn/prod/${it}`),
    );
    const stage = program.get(`${HTTP}-stage`);
    assert.ok(route && stage.dependencies.includes(route.name), "the stage deploys the route");
  });
}

function assertOnlyPermissions(operation: string, sourceArns: string[]): void {
  const fn = `${functionOf(operation)}.name`;
  assert.equal(
    permissions.filter(({ inputs }) => inputs["function"] === fn).map(({ inputs }) => inputs),
    sourceArns.map((sourceArn) => ({
      function: fn,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn,
    })),
  );
}

test("no API has an operation, a route or a permission that is not described", () => {
  const described = restApis.flatMap(([, { operations }]) => operations.map(({ id }) => id));
  const handled = described.filter((id) => !WITHOUT_FUNCTION.includes(id));
  assert.is(permissions.length, handled.length + routes.length);
  assert.is(program.ofType("aws:apigatewayv2/route:Route").length, routes.length);
  for (const [name, { operations }] of restApis) {
    const { paths } = JSON.parse(String(program.get(name).inputs["body"])) as {
      paths: Record<string, object>;
    };
    const methods = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== "options")
        .map((method) => `${method} ${path}`),
    );
    assert.equal(methods.sort(), operations.map((it) => `${it.method} ${it.path}`).sort(), name);
  }
});

test.run();
