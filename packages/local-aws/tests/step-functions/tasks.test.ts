import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { type Script, ScriptedService } from "../../src/testing/scripted-service.ts";
import { FUNCTION, only } from "../support/state-machine.ts";
import { MACHINE, MACHINE_ROLE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("step-functions-tasks");

/** Runs one task against a scripted operation, in the name of a role with these permissions. */
async function run(
  resource: string,
  parameters: object,
  [service, operation, script]: [string, string, Script],
  allowed: string[] = ["*"],
) {
  const { kernel, clock, notable } = testKernel();
  trustStates(kernel, ...allowed);
  const states = new StepFunctions(kernel);
  const Resource = resource.startsWith("arn:") ? resource : `arn:aws:states:::${resource}`;
  const definition = only({ Type: "Task", Resource, Parameters: parameters });
  states.provisionStateMachine(machineResource(definition));
  const target = new ScriptedService(service, { [operation]: script });
  kernel.dispatcher.register(states, target);
  const call = (name: string, input: object) =>
    kernel.dispatcher.call<Record<string, unknown>>("states", name, input, {
      kind: "administrator",
    });
  const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, name: "run" });
  await clock.advance(0);
  const { status, output, error, cause } = await call("DescribeExecution", {
    executionArn: String(executionArn),
  });
  const { events } = await call("GetExecutionHistory", { executionArn: String(executionArn) });
  return {
    status,
    output: output === undefined ? undefined : JSON.parse(String(output)),
    error,
    cause: String(cause),
    calls: target.calls,
    notable: notable(),
    types: (events as { type: string }[]).map(({ type }) => type),
    events: events as Record<string, unknown>[],
  };
}

const answering = (answer: object): Script => ({ run: () => answer });
const failing = (code: string, message: string, status = 400): Script => ({
  run: () => {
    throw new ServiceError(code, message, status);
  },
});
const INVOKED = { StatusCode: 200, Payload: '{"ok":true}', ExecutedVersion: "$LATEST" };

test("a function's ARN gives the function's result alone", async () => {
  const { output, calls } = await run(FUNCTION, { n: 1 }, ["lambda", "Invoke", answering(INVOKED)]);

  assert.equal(output, { ok: true });
  assert.equal(calls[0]?.input, {
    FunctionName: FUNCTION,
    InvocationType: "RequestResponse",
    Payload: '{"n":1}',
  });
  assert.is(calls[0]?.caller.kind === "role" && calls[0].caller.roleArn, MACHINE_ROLE);
});

test("lambda:invoke gives the result in Lambda's envelope", async () => {
  const { output, calls } = await run(
    "lambda:invoke",
    { FunctionName: "work", Payload: { "name.$": "$$.Execution.Name" } },
    ["lambda", "Invoke", answering(INVOKED)],
  );

  assert.equal(calls[0]?.input, {
    FunctionName: "work",
    InvocationType: "RequestResponse",
    Payload: '{"name":"run"}',
  });
  const { SdkHttpMetadata, SdkResponseMetadata, ...rest } = output;
  assert.equal(rest, { ExecutedVersion: "$LATEST", Payload: { ok: true }, StatusCode: 200 });
  assert.is(SdkHttpMetadata.HttpHeaders["X-Amz-Executed-Version"], "$LATEST");
  assert.equal(Object.keys(SdkResponseMetadata), ["RequestId"]);
});

test("a function's error is named by its type, and its cause is the whole payload", async () => {
  const Payload = '{"errorType":"CardDeclined","errorMessage":"no","trace":["at x"]}';
  const script = answering({ StatusCode: 200, FunctionError: "Unhandled", Payload });
  const { error, cause } = await run(FUNCTION, {}, ["lambda", "Invoke", script]);

  assert.equal([error, cause], ["CardDeclined", Payload]);
});

test("a function's error without a type is Lambda.Unknown", async () => {
  for (const Payload of ['{"errorMessage":"gone"}', "oops"]) {
    const script = answering({ StatusCode: 200, FunctionError: "Unhandled", Payload });
    const { error, cause } = await run(FUNCTION, {}, ["lambda", "Invoke", script]);

    assert.is(error, "Lambda.Unknown");
    assert.is(
      cause,
      `The cause could not be determined because Lambda did not return an error type. Returned payload: ${Payload}`,
    );
  }
});

test("a role that may not invoke the function fails the execution, as AWS names it", async () => {
  const needs = () => [{ action: "lambda:InvokeFunction", resource: FUNCTION }];
  const { status, error, cause, calls, types, notable } = await run(
    FUNCTION,
    {},
    ["lambda", "Invoke", { needs }],
    ["sqs:SendMessage"],
  );

  assert.equal([status, error, calls.length], ["FAILED", "Lambda.AWSLambdaException", 0]);
  assert.match(
    cause,
    /^User: arn:aws:sts::000000000000:assumed-role\/machine\/\w{32} is not authorized to perform: lambda:InvokeFunction on resource: \S+ because no identity-based policy allows the lambda:InvokeFunction action \(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: [\w-]{36}; Proxy: null\)$/,
  );
  assert.ok(types.includes("LambdaFunctionFailed"));
  assert.equal(notable, ["lambda:InvokeFunction denied", "states:ExecutionFailed failed"]);
});

test("errors of integrations are named after the service and the SDK's class", async () => {
  const cases: [string, object, [string, string, Script], string][] = [
    [
      "dynamodb:putItem",
      { TableName: "t", Item: {} },
      ["dynamodb", "PutItem", failing("ConditionalCheckFailedException", "no")],
      "DynamoDB.ConditionalCheckFailedException",
    ],
    [
      "dynamodb:updateItem",
      { TableName: "t", Key: {} },
      ["dynamodb", "UpdateItem", failing("ValidationException", "bad")],
      "DynamoDB.AmazonDynamoDBException",
    ],
    [
      "aws-sdk:dynamodb:transactWriteItems",
      { TransactItems: [{}] },
      ["dynamodb", "TransactWriteItems", failing("TransactionCanceledException", "no")],
      "DynamoDb.TransactionCanceledException",
    ],
    [
      "aws-sdk:dynamodb:query",
      { TableName: "t" },
      ["dynamodb", "Query", failing("ValidationException", "bad")],
      "DynamoDb.DynamoDbException",
    ],
    [
      "sqs:sendMessage",
      { QueueUrl: "q", MessageBody: "m" },
      ["sqs", "SendMessage", failing("QueueDoesNotExist", "no")],
      "SQS.QueueDoesNotExistException",
    ],
    [
      "sqs:sendMessage",
      { QueueUrl: "q", MessageBody: "m" },
      ["sqs", "SendMessage", failing("AccessDenied", "no", 403)],
      "SQS.AmazonSQSException",
    ],
    [
      "sns:publish",
      { Message: "m" },
      ["sns", "Publish", failing("NotFound", "no", 404)],
      "SNS.NotFoundException",
    ],
    [
      "lambda:invoke",
      { FunctionName: "f" },
      ["lambda", "Invoke", failing("TooManyRequestsException", "slow", 429)],
      "Lambda.TooManyRequestsException",
    ],
  ];
  for (const [resource, parameters, script, expected] of cases) {
    assert.is((await run(resource, parameters, script)).error, expected);
  }
});

test("a DynamoDB task sends its parameters and adds the call's metadata to the answer", async () => {
  const parameters = { TableName: "t", Key: { PK: { "S.$": "$$.Execution.Name" } } };
  const { output, calls, events } = await run("dynamodb:getItem", parameters, [
    "dynamodb",
    "GetItem",
    answering({ Item: { PK: { S: "run" } } }),
  ]);

  assert.equal(calls[0]?.input, { TableName: "t", Key: { PK: { S: "run" } } });
  assert.equal(output.Item, { PK: { S: "run" } });
  assert.is(output.SdkHttpMetadata.HttpHeaders["Content-Length"], "27");
  assert.equal(events[2]?.taskScheduledEventDetails, {
    resourceType: "dynamodb",
    resource: "getItem",
    region: "eu-central-1",
    parameters: '{"TableName":"t","Key":{"PK":{"S":"run"}}}',
  });
  assert.equal(events[3]?.taskStartedEventDetails, {
    resourceType: "dynamodb",
    resource: "getItem",
  });
});

test("aws-sdk gives the API's answer as it is", async () => {
  const { output, events } = await run("aws-sdk:dynamodb:query", { TableName: "t" }, [
    "dynamodb",
    "Query",
    answering({ Count: 0 }),
  ]);

  assert.equal(output, { Count: 0 });
  assert.equal(events[3]?.taskStartedEventDetails, {
    resourceType: "aws-sdk:dynamodb",
    resource: "query",
  });
});

test("bodies of messages and details of events may be objects", async () => {
  const queue = await run("sqs:sendMessage", { QueueUrl: "q", MessageBody: { a: 1 } }, [
    "sqs",
    "SendMessage",
    answering({ MessageId: "m" }),
  ]);
  const topic = await run("sns:publish", { TopicArn: "t", Message: "as it is" }, [
    "sns",
    "Publish",
    answering({ MessageId: "m" }),
  ]);
  const bus = await run(
    "events:putEvents",
    { Entries: [{ Source: "shop", DetailType: "T", Detail: { a: 1 }, Resources: ["mine"] }] },
    ["events", "PutEvents", answering({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] })],
  );

  assert.equal(queue.calls[0]?.input, { QueueUrl: "q", MessageBody: '{"a":1}' });
  assert.equal(topic.calls[0]?.input, { TopicArn: "t", Message: "as it is" });
  assert.equal(bus.calls[0]?.input, {
    Entries: [
      {
        Source: "shop",
        DetailType: "T",
        Detail: '{"a":1}',
        Resources: ["mine", MACHINE, `${MACHINE.replace("stateMachine", "execution")}:run`],
      },
    ],
  });
});

test("an event that the bus does not take fails the task", async () => {
  const answer = { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] };
  const { error, cause } = await run("events:putEvents", { Entries: [{}] }, [
    "events",
    "PutEvents",
    answering(answer),
  ]);

  assert.equal([error, JSON.parse(cause)], ["EventBridge.FailedEntry", answer]);
});

test.run();
