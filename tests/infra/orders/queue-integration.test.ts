import { renderMappingTemplate } from "local-aws/testing/mapping-template";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ApiDescription } from "../../../infra/aws/openapi/api-description.ts";
import { gatewayDocument } from "../../../infra/aws/openapi/gateway-document.ts";
import { queueIntegration } from "../../../infra/orders/queue-integration.ts";
import { ordersApi } from "../../../infra/orders/rest-api.ts";

const test = suite("queue integration");

const NOW = Date.parse("2026-11-21T09:30:00.250Z");
const ID = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
const service = queueIntegration({ uri: "the queue", credentials: "the role" });
const integration = JSON.parse(JSON.stringify(service.integration));

const REQUEST = { path: "/orders/direct", requestId: ID, now: NOW, apiKeyId: "key-1" };

/** The parameters that SQS is sent, by name. */
async function sent(headers: Record<string, string> = {}, body = "{}", query = {}) {
  const template = integration.requestTemplates["application/json"];
  const { text } = await renderMappingTemplate(template, { ...REQUEST, headers, query, body });
  return [...new URLSearchParams(text)];
}

/** What a client is told, from what SQS has answered. */
async function told(pattern: string, answer: object) {
  const template = integration.responses[pattern].responseTemplates["application/json"];
  const { text, status } = await renderMappingTemplate(template, REQUEST, JSON.stringify(answer));
  return { body: JSON.parse(text), status };
}

const attribute = (index: number, name: string, value: string) => [
  [`MessageAttribute.${index}.Name`, name],
  [`MessageAttribute.${index}.Value.DataType`, "String"],
  [`MessageAttribute.${index}.Value.StringValue`, value],
];
const ALWAYS = [
  ...attribute(1, "door", "direct"),
  ...attribute(2, "orderId", ID),
  ...attribute(3, "createdAt", String(NOW)),
  ...attribute(4, "caller", "key-1"),
];

test("sends the body as it came, with where it came from, its id, its time and its key", async () => {
  assert.equal(await sent({}, '{"amount":1}'), [
    ["Action", "SendMessage"],
    ["MessageBody", '{"amount":1}'],
    ...ALWAYS,
  ]);
});

test("a client cannot set parameters of its own, in a body or in a header", async () => {
  const evil = "x&MessageBody=y&MessageAttribute.9.Name=caller #set($a = 1) $context.requestId";
  const key = evil.replaceAll(" ", "");
  const parameters = await sent({ "Idempotency-Key": key, "x-correlation-id": evil }, evil);
  assert.equal(parameters, [
    ["Action", "SendMessage"],
    ["MessageBody", evil],
    ...ALWAYS,
    ...attribute(5, "correlationId", evil),
    ...attribute(6, "idempotencyKey", key),
  ]);
});

test("takes the key from the header alone, and not from a query parameter of that name", async () => {
  const query = { "Idempotency-Key": "k-2", "x-correlation-id": "c-2" };
  assert.equal((await sent({}, "{}", query)).slice(2), ALWAYS);
  assert.equal((await sent({ "Idempotency-Key": "k-1" }, "{}", query)).slice(2), [
    ...ALWAYS,
    ...attribute(6, "idempotencyKey", "k-1"),
  ]);
});

for (const [what, key] of [
  ["quoted", '"k-1"'],
  ["of 255 characters", "k".repeat(255)],
  ["of every character that a key may have", "!#$%&'()*+-./09:;<=>?@AZ[]^_`az{|}~"],
] as const) {
  test(`a key ${what} is sent as it is`, async () => {
    assert.equal((await sent({ "Idempotency-Key": key })).slice(2), [
      ...ALWAYS,
      ...attribute(6, "idempotencyKey", key),
    ]);
  });
}

for (const [what, key] of [
  ["an empty key", ""],
  ["two keys", "a,b"],
  ["a key with a space", "a b"],
  ["a key with a backslash", "a\\b"],
  ["half a quoted key", '"k'],
  ["256 characters", "k".repeat(256)],
  ["an umlaut", "\u00e4"],
] as const) {
  test(`${what} is no key: SQS is sent no message, and says that one is missing`, async () => {
    assert.equal(await sent({ "Idempotency-Key": key }), [["Action", "SendMessage"]]);
  });
}

for (const name of ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"]) {
  test(`takes the key from the header ${name}, and leaves out what was not sent`, async () => {
    assert.equal((await sent({ [name]: "k-1" })).slice(2), [
      ...ALWAYS,
      ...attribute(6, "idempotencyKey", "k-1"),
    ]);
  });
}

test("answers with the order's id, and the message's", async () => {
  const SendMessageResponse = { SendMessageResult: { MessageId: "m-1" } };
  assert.equal(await told("200", { SendMessageResponse }), {
    body: { orderId: ID, messageId: "m-1" },
    status: undefined,
  });
});

const refusals: [code: string, status: number | undefined, problem: string][] = [
  ["InvalidParameterValue", undefined, "payload_too_large"],
  ["MissingParameter", 400, "idempotency_key_invalid"],
  ["InvalidMessageContents", 400, "validation_failed"],
  ["RequestThrottled", 503, "unavailable"],
];

for (const [code, status, problem] of refusals) {
  test(`answers ${problem} where SQS says ${code}`, async () => {
    const { body, ...rest } = await told("400", { Error: { Code: code } });
    assert.is(body.code, problem);
    assert.is(body.instance, `urn:request:${ID}`);
    assert.equal(rest, { status });
  });
}

test("asks to come back where SQS cannot be reached", async () => {
  assert.is(integration.responses.default.statusCode, "503");
  const { "method.response.header.Retry-After": wait } =
    integration.responses.default.responseParameters;
  assert.is(wait, "'1'");
  assert.is((await told("default", {})).body.code, "unavailable");
});

test("stands in the gateway's document in place of a function, with a body that the gateway checks", () => {
  const document = JSON.parse(
    JSON.stringify(
      gatewayDocument(ordersApi, {
        uriOf: (id) => `uri of ${id}`,
        services: { placeOrderDirect: service },
      }),
    ),
  );
  const direct = document.paths["/orders/direct"].post;
  assert.equal(direct["x-amazon-apigateway-integration"], integration);
  assert.is(direct["x-amazon-apigateway-request-validator"], undefined);
  assert.equal(direct.security, [{ apiKey: [] }]);
  assert.equal(Object.keys(direct.responses), ["202", "400", "413", "503"]);
  const stored = document.paths["/orders"].post;
  assert.is(stored["x-amazon-apigateway-integration"].type, "aws_proxy");
  assert.is(stored["x-amazon-apigateway-request-validator"], "parameters");
  assert.ok(document.components.schemas.OrderBody);
});

test("every header of an answer is declared, or the gateway would refuse the document", () => {
  const responses: Record<string, { headers: object }> = JSON.parse(
    JSON.stringify(service.responses),
  );
  const answers: { statusCode: string; responseParameters: object }[] = Object.values(
    integration.responses,
  );
  for (const { statusCode, responseParameters } of answers) {
    const declared = Object.keys(responses[statusCode]?.headers ?? {});
    for (const name of Object.keys(responseParameters)) {
      assert.ok(declared.includes(name.replace("method.response.header.", "")), name);
    }
  }
});

test("a document asks no function for an operation that has none", () => {
  const only: ApiDescription = {
    ...ordersApi,
    operations: ordersApi.operations.filter(({ id }) => id === "placeOrderDirect"),
  };
  const never = () => assert.unreachable("a function was asked for");
  gatewayDocument(only, { uriOf: never, services: { placeOrderDirect: service } });
});

test.run();
