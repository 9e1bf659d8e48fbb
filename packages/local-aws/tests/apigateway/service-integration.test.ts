import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { deploy, gatewaysOf, openApi, ROLE, type TestGateway } from "../support/rest-api.ts";

const test = suite("rest-api-service-integration");

const { start } = gatewaysOf(test);
let gateway: TestGateway | undefined;

const QUEUE = "arn:aws:sqs:eu-central-1:000000000000:orders";
const FORM = "'application/x-www-form-urlencoded'";
const SEND = {
  type: "aws",
  httpMethod: "POST",
  uri: "arn:aws:apigateway:eu-central-1:sqs:path/000000000000/orders",
  credentials: ROLE,
  passthroughBehavior: "never",
  requestParameters: { "integration.request.header.Content-Type": FORM },
  requestTemplates: {
    "application/json":
      "Action=SendMessage&MessageBody=$util.urlEncode($input.body)" +
      "&MessageAttribute.1.Name=requestId&MessageAttribute.1.Value.DataType=String" +
      "&MessageAttribute.1.Value.StringValue=$context.requestId",
  },
  responses: {
    "200": {
      statusCode: "202",
      responseTemplates: {
        "application/json":
          "#set($result = $input.path('$.SendMessageResponse.SendMessageResult'))" +
          '{"orderId":"$context.requestId","messageId":"$result.MessageId"}',
      },
    },
    "400": { statusCode: "413", responseTemplates: { "application/json": '{"code":"too_large"}' } },
    default: { statusCode: "503" },
  },
};
const DECLARED = { 202: { description: "" }, 413: { description: "" }, 503: { description: "" } };

/** A gateway whose `POST /orders` has this integration, the queue behind it, and a role that may send. */
async function door(
  integration: object = SEND,
  run: (input: Record<string, unknown>) => unknown = () => ({
    MessageId: "m-1",
    MD5OfMessageBody: "md5",
  }),
) {
  gateway = await start();
  const { kernel, restApis } = gateway;
  const sqs = new ScriptedService("sqs", {
    SendMessage: { needs: () => [{ action: "sqs:SendMessage", resource: QUEUE }], run },
  });
  kernel.dispatcher.register(sqs);
  kernel.policies.putRole({
    arn: ROLE,
    name: "gateway",
    trust: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    },
  });
  allow("sqs:SendMessage", QUEUE);
  const post = { responses: DECLARED, "x-amazon-apigateway-integration": integration };
  deploy(restApis, openApi({ "/orders": { post } }));
  const send = (body: string, headers: Record<string, string> = {}) =>
    restApisCall("POST /orders", {
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  const restApisCall = gateway.call;
  return { ...gateway, sqs, send };
}

function allow(Action: string, Resource: string): void {
  gateway?.kernel.policies.putRolePolicy(ROLE, "send", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource }],
  });
}

test("sends the body to the queue byte for byte, in the role's name", async () => {
  const { send, sqs } = await door();
  const bodies = [
    '{"a":1}',
    '{"a":"&MessageBody=evil&DelaySeconds=900&Action=DeleteQueue&QueueUrl=x"}',
    '{"a":"%26 + # = \' \\n $input #end #set($x = 1) ö 😀"}',
  ];
  for (const body of bodies) {
    const response = await send(body);
    assert.is(response.status, 202);
    const { orderId, messageId } = (await response.json()) as Record<string, string>;
    assert.is(messageId, "m-1");
    assert.is(orderId, response.headers.get("x-amzn-requestid"));
    const call = sqs.calls.at(-1);
    assert.equal(call?.input, {
      QueueUrl: "http://localhost/000000000000/orders",
      MessageBody: body,
      MessageAttributes: { requestId: { DataType: "String", StringValue: orderId } },
    });
    assert.equal(call?.caller, {
      kind: "role",
      roleArn: ROLE,
      sessionName: "BackplaneAssumeRoleSession",
    });
  }
  assert.is(sqs.calls.length, bodies.length);
});

test("maps the queue's refusals by their status", async () => {
  let refusal = new ServiceError("InvalidParameterValue", "Message must be shorter");
  const { send, hops } = await door(SEND, () => {
    throw refusal;
  });

  const tooLarge = await send('{"a":1}');
  refusal = new ServiceError("ServiceUnavailable", "try later", 503);
  const unavailable = await send('{"a":1}');

  assert.is(tooLarge.status, 413);
  assert.equal(await tooLarge.json(), { code: "too_large" });
  assert.is(unavailable.status, 503);
  const failures = hops.filter(({ kind }) => kind === "apigateway:integration");
  assert.equal(
    failures.map(({ to, detail }) => `${to} ${detail}`),
    [
      "sqs:orders InvalidParameterValue: Message must be shorter",
      "sqs:orders ServiceUnavailable: try later",
    ],
  );
});

test("passes SQS's own answer on where there is no template, as JSON or XML", async () => {
  const responses = { default: { statusCode: "202" } };
  const asJson = await door({ ...SEND, responses });
  const json = await (await asJson.send("{}")).json();
  asJson.stop();
  const accept = { "integration.request.header.Accept": "'text/xml'" };
  const requestParameters = { ...SEND.requestParameters, ...accept };
  const asXml = await door({ ...SEND, responses, requestParameters });
  const xml = await (await asXml.send("{}")).text();

  assert.equal(json, {
    SendMessageResponse: {
      ResponseMetadata: { RequestId: "11111111-2222-4333-8444-000000000001" },
      SendMessageResult: {
        MD5OfMessageAttributes: null,
        MD5OfMessageBody: "md5",
        MD5OfMessageSystemAttributes: null,
        MessageId: "m-1",
        SequenceNumber: null,
      },
    },
  });
  assert.match(xml, "<MessageId>m-1</MessageId><MD5OfMessageBody>md5</MD5OfMessageBody>");
});

test("gets SQS's error when the content type is not mapped", async () => {
  const { send, sqs } = await door({
    ...SEND,
    requestParameters: {},
    responses: { "403": { statusCode: "413" }, default: { statusCode: "202" } },
  });
  const response = await send("{}");
  assert.is(response.status, 413);
  assert.equal(await response.json(), {
    Error: {
      Code: "AccessDenied",
      Message: "Unable to determine service/operation name to be authorized",
      Type: "Sender",
    },
    RequestId: "11111111-2222-4333-8444-000000000001",
  });
  assert.is(sqs.calls.length, 0);
});

// Recorded on AWS: localstack/localstack, test_sqs_aws_integration_with_message_attribute[MessageAttributes].
test("takes attributes of a form also under the name that the JSON protocol has for them", async () => {
  const form = SEND.requestTemplates["application/json"].replaceAll("Attribute.1", "Attributes.1");
  const { send, sqs } = await door({ ...SEND, requestTemplates: { "application/json": form } });
  assert.is((await send("{}")).status, 202);
  assert.equal(Object.keys(sqs.inputsOf("SendMessage")[0]?.["MessageAttributes"] ?? {}), [
    "requestId",
  ]);
});

const JSON_CALL = {
  ...SEND,
  requestParameters: {
    "integration.request.header.Content-Type": "'application/x-amz-json-1.0'",
    "integration.request.header.X-Amz-Target": "'AmazonSQS.SendMessage'",
  },
  requestTemplates: {
    "application/json":
      '{"QueueUrl":"http://localhost/000000000000/orders","MessageBody":"$util.escapeJavaScript($input.body)"}',
  },
  responses: {
    "200": { statusCode: "202", responseTemplates: { "application/json": "$input.body" } },
    default: { statusCode: "413", responseTemplates: { "application/json": "$input.body" } },
  },
};

// Recorded on AWS: localstack/localstack, test_sqs_amz_json_protocol.
test("speaks SQS's JSON protocol where headers are mapped that say so", async () => {
  const { send, sqs } = await door(JSON_CALL);
  const response = await send('{"a":"/"}');
  assert.is(response.status, 202);
  assert.equal(await response.json(), { MessageId: "m-1", MD5OfMessageBody: "md5" });
  assert.equal(sqs.inputsOf("SendMessage"), [
    { QueueUrl: "http://localhost/000000000000/orders", MessageBody: '{"a":"/"}' },
  ]);
});

test("maps the refusals of SQS's JSON protocol", async () => {
  const { send } = await door(JSON_CALL, () => {
    throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
  });
  const response = await send("{}");
  assert.is(response.status, 413);
  assert.equal(await response.json(), {
    __type: "com.amazonaws.sqs#QueueDoesNotExist",
    message: "The specified queue does not exist.",
  });
});

test("needs the role's permission and the role's trust", async () => {
  const { send, sqs, kernel } = await door();
  allow("sqs:SendMessage", `${QUEUE}-other`);
  assert.is((await send("{}")).status, 503);

  kernel.policies.putRole({
    arn: ROLE,
    name: "gateway",
    trust: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    },
  });
  const untrusted = await send("{}");

  assert.is(untrusted.status, 500);
  assert.equal(await untrusted.json(), { message: "Internal server error" });
  assert.is(sqs.calls.length, 0);
});

test("answers 415 to a content type without a template", async () => {
  const { send, sqs } = await door();
  const response = await send("a=1", { "content-type": "text/plain" });
  assert.is(response.status, 415);
  assert.is(sqs.calls.length, 0);
});

test("answers 504 when the queue is too slow", async () => {
  const { promise: asked, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: never } = Promise.withResolvers<void>();
  const { send, clock } = await door({ ...SEND, timeoutInMillis: 500 }, () => {
    arrive();
    return never;
  });

  const pending = send("{}");
  await asked;
  await clock.advance(500);

  assert.is((await pending).status, 504);
});

test("fails when no integration response fits", async () => {
  const { send, hops } = await door({ ...SEND, responses: { "400": { statusCode: "413" } } });
  assert.is((await send("{}")).status, 500);
  assert.is(
    hops.at(-1)?.detail,
    "500 in 0 ms: no integration response fits the status 200, and there is no default",
  );
});

test("starts an execution with the rendered input", async () => {
  const { kernel, send } = await door({
    ...SEND,
    uri: "arn:aws:apigateway:eu-central-1:states:action/StartExecution",
    requestParameters: {},
    requestTemplates: {
      "application/json":
        '{"stateMachineArn":"arn:sm","input":"$util.escapeJavaScript($input.json(\'$\'))"}',
    },
    responses: {
      "200": {
        statusCode: "202",
        responseParameters: {},
        responseTemplates: { "application/json": "$input.path('$.executionArn')" },
      },
      default: { statusCode: "503" },
    },
  });
  const states = new ScriptedService("states", {
    StartExecution: { run: () => ({ executionArn: "arn:run", startDate: 1 }) },
  });
  kernel.dispatcher.register(states);

  const response = await send('{"id":"o/1"}');

  assert.is(await response.text(), "arn:run");
  assert.equal(states.inputsOf("StartExecution"), [
    { stateMachineArn: "arn:sm", input: '{"id":"o/1"}' },
  ]);
});

test.run();
