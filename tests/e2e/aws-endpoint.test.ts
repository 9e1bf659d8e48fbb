import { request } from "node:http";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient, ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("the AWS endpoint");
let stack: TestStack;
let functions: Record<string, string>;
let logGroups: Record<string, string>;

test.before(async () => {
  stack = await startStack();
  functions = stack.outputs["functionNames"] as Record<string, string>;
  logGroups = stack.outputs["logGroupNames"] as Record<string, string>;
});
test.after(() => stack?.stop());

test("answers DynamoDB and its streams", async () => {
  const TableName = stack.output("customersTableName");
  const headers = { "x-api-key": stack.output("customersApiKey") };
  await call("PUT", `${stack.output("customersApiUrl")}/customers/ada`, { headers });
  const { Items } = await new DynamoDBClient(stack.aws).send(new ScanCommand({ TableName }));
  assert.equal(
    Items?.map(({ id }) => id),
    [{ S: "ada" }],
  );
  const streams = new DynamoDBStreamsClient(stack.aws);
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  assert.is(Streams?.length, 1);
});

test("answers Step Functions", async () => {
  const states = new SFNClient(stack.aws);
  const stateMachineArn = stack.output("customersWorkflowArn");
  const input = '{"id":"by-hand"}';
  const { executionArn, startDate } = await states.send(
    new StartExecutionCommand({ stateMachineArn, input, name: "once" }),
  );
  assert.ok(startDate instanceof Date);
  await stack.until("the end of the execution", async () => {
    const { executions } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "SUCCEEDED" }),
    );
    return executions?.some(({ name }) => name === "once") || undefined;
  });
  const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
  assert.is(events?.[0]?.type, "ExecutionStarted");
  assert.is(events?.at(-1)?.type, "ExecutionSucceeded");
});

test("answers EventBridge, and an event by hand starts the workflow", async () => {
  const events = new EventBridgeClient(stack.aws);
  const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: "customer" }));
  assert.equal(
    Rules?.map(({ Name, State }) => [Name, State]),
    [
      ["customer-created-to-sfn", "ENABLED"],
      ["customer-scan-schedule", "DISABLED"],
    ],
  );
  const Detail = '{"id":"from-an-event"}';
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [{ Source: "customer.api", DetailType: "CustomerCreated", Detail }],
    }),
  );
  assert.is(FailedEntryCount, 0);
  const headers = { "x-api-key": stack.output("customersApiKey") };
  const url = `${stack.output("customersApiUrl")}/customers/from-an-event`;
  await stack.until("the registration", async () => {
    const { json } = await call("GET", url, { headers });
    return json["registeredAt"];
  });
});

test("answers Lambda, and the function's lines are in CloudWatch Logs", async () => {
  const lambda = new LambdaClient(stack.aws);
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  assert.equal(
    Functions?.map(({ FunctionName }) => FunctionName).sort(),
    Object.values(functions).sort(),
  );
  const { StatusCode, FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functions["logEvent"], Payload: '{"id":"logged"}' }),
  );
  assert.equal([StatusCode, FunctionError], [200, undefined]);
  assert.equal(JSON.parse(Buffer.from(Payload ?? []).toString()), {
    id: "logged",
    inserted: false,
  });

  const logs = new CloudWatchLogsClient(stack.aws);
  const logGroupName = logGroups["logEvent"];
  const line = await stack.until("the line", async () => {
    const filterPattern = '{ $.message.id = "logged" }';
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
    return events?.[0];
  });
  assert.is(JSON.parse(line.message ?? "{}").level, "INFO");
});

test("answers SQS and SNS", async () => {
  const { QueueUrls = [] } = await new SQSClient(stack.aws).send(new ListQueuesCommand({}));
  assert.ok(QueueUrls.length >= 2);
  assert.ok(QueueUrls.every((url) => url.startsWith(`${stack.awsEndpoint}/000000000000/`)));
  const sns = new SNSClient(stack.aws);
  assert.type((await sns.send(new ListTopicsCommand({}))).Topics, "object");
  try {
    await sns.send(new PublishCommand({ TopicArn: "arn:aws:sns:x:y:none", Message: "hi" }));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, "NotFoundException");
  }
});

test("tells an SDK by AWS's own error that a table is not there", async () => {
  try {
    await new DynamoDBClient(stack.aws).send(new ScanCommand({ TableName: "nothing" }));
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, "ResourceNotFoundException");
  }
});

test("a request without credentials, or for an operation that is not there, is refused clearly", async () => {
  const headers = { "x-amz-target": "DynamoDB_20120810.ListTables" };
  const unsigned = await call("POST", stack.awsEndpoint, { headers, body: "{}" });
  assert.is(unsigned.status, 403);
  assert.is(
    unsigned.json["__type"],
    "com.amazon.coral.service#MissingAuthenticationTokenException",
  );

  const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/dynamodb/aws4_request";
  const unknown = await call("POST", stack.awsEndpoint, {
    headers: { "x-amz-target": "DynamoDB_20120810.ExecuteStatement", authorization },
    body: "{}",
  });
  assert.match(
    String(unknown.json["message"]),
    "dynamodb:ExecuteStatement is not served by the local runtime; of dynamodb it serves BatchGetItem",
  );
});

test("a name that only points at this machine is turned away", async () => {
  const { port } = new URL(stack.awsEndpoint);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: "attacker.example" };
    request({ port, path: "/_local/outputs", host: "127.0.0.1", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  assert.is(status, 403);
});

test("the pages for people and tests answer", async () => {
  const page = (name: string) => call("GET", `${stack.awsEndpoint}/_local/${name}`);
  assert.equal((await page("health")).json, {
    status: "ok",
    project: stack.program.project,
    stack: "dev",
  });
  assert.equal((await page("outputs")).json, stack.outputs);
  assert.is((await page("mailbox")).text.trim(), "[]");
  assert.is((await page("nothing")).status, 404);
});

test("nothing that is handed out points at AWS itself", () => {
  assert.not.match(
    JSON.stringify([stack.outputs, stack.program.resources.map(({ outputs }) => outputs)]),
    /https?:\/\/[^"]*amazonaws\.com/,
  );
});

test.run();
