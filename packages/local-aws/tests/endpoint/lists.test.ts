import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { ApiGatewayService } from "../../src/services/apigateway/apigateway-service.ts";
import { awsEndpoint } from "../support/aws-endpoint.ts";
import { furnishedEndpoint } from "../support/furnished-endpoint.ts";
import { deploy, grantKey, lambdaOperation, openApi, startGateway } from "../support/rest-api.ts";
import { machineResource, trustStates } from "../support/step-functions.ts";

const test = suite("what lists and searches leave out");
const you = { kind: "administrator" } as const;
let endpoint: Awaited<ReturnType<typeof awsEndpoint>>;

test.before(async () => {
  endpoint = await awsEndpoint();
});
test.after(() => endpoint.stop());

const call = (service: string, operation: string, input: object = {}) =>
  endpoint.kernel.dispatcher.call<Record<string, unknown>>(service, operation, input, you);
const codeOf = async (answer: Promise<unknown>) => {
  try {
    await answer;
    return "answered";
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
};

test("queues are returned in pages of MaxResults, with their tags and their owner", async () => {
  const names = ["a", "b", "c"];
  for (const name of names)
    await call("sqs", "CreateQueue", { QueueName: name, tags: { team: name } });
  const urls = names.map((name) => `${endpoint.url}/000000000000/${name}`);
  const first = await call("sqs", "ListQueues", { MaxResults: 2 });
  assert.equal(first["QueueUrls"], urls.slice(0, 2));
  const NextToken = first["NextToken"];
  assert.equal(await call("sqs", "ListQueues", { MaxResults: 2, NextToken }), {
    QueueUrls: urls.slice(2),
  });
  assert.equal(await call("sqs", "ListQueues"), { QueueUrls: urls });
  assert.is(await codeOf(call("sqs", "ListQueues", { MaxResults: 0 })), "InvalidParameterValue");
  assert.is(await codeOf(call("sqs", "ListQueues", { NextToken: "x" })), "InvalidParameterValue");
  assert.equal(await call("sqs", "ListQueueTags", { QueueUrl: urls[1] }), { Tags: { team: "b" } });
  const other = { QueueName: "a", QueueOwnerAWSAccountId: "111122223333" };
  assert.is(await codeOf(call("sqs", "GetQueueUrl", other)), "QueueDoesNotExist");
});

test("a message of a fair queue keeps its group", async () => {
  const QueueUrl = `${endpoint.url}/000000000000/a`;
  await call("sqs", "SendMessage", { QueueUrl, MessageBody: "m", MessageGroupId: "tenant-1" });
  const asked = { QueueUrl, MessageSystemAttributeNames: ["MessageGroupId"] };
  const { Messages } = await call("sqs", "ReceiveMessage", asked);
  assert.equal((Messages as { Attributes: object }[])[0]?.Attributes, {
    MessageGroupId: "tenant-1",
  });
});

test("topics and their subscriptions are returned in pages of 100", async () => {
  const arn = (n: number) => `arn:aws:sns:eu-central-1:000000000000:t${n}`;
  for (let n = 0; n < 101; n++) endpoint.services.sns.createTopic(arn(n));
  const first = await call("sns", "ListTopics");
  assert.is((first["Topics"] as object[]).length, 100);
  const { NextToken } = first;
  assert.equal(await call("sns", "ListTopics", { NextToken }), {
    Topics: [{ TopicArn: arn(100) }],
  });
  assert.is(await codeOf(call("sns", "ListTopics", { NextToken: "-1" })), "InvalidParameter");
  assert.equal(await call("sns", "ListSubscriptions"), { Subscriptions: [] });
});

test("log groups are found by their identifiers, and keep their tags", async () => {
  await call("logs", "CreateLogGroup", { logGroupName: "/one", tags: { team: "orders" } });
  await call("logs", "CreateLogGroup", { logGroupName: "/two" });
  const arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/one";
  const groupsOf = async (input: object) => {
    const { logGroups } = await call("logs", "DescribeLogGroups", input);
    return (logGroups as { logGroupName: string }[]).map(({ logGroupName }) => logGroupName);
  };
  assert.equal(await groupsOf({ logGroupIdentifiers: [arn] }), ["/one"]);
  assert.equal(await groupsOf({ logGroupIdentifiers: ["/two"] }), ["/two"]);
  assert.equal(await groupsOf({ logGroupClass: "INFREQUENT_ACCESS" }), []);
  assert.equal(await call("logs", "ListTagsForResource", { resourceArn: arn }), {
    tags: { team: "orders" },
  });
  assert.is(
    await codeOf(call("logs", "DescribeLogGroups", { nextToken: "x" })),
    "InvalidParameterException",
  );
});

test("a query definition that is put twice with one token is made once", async () => {
  const input = { name: "q", queryString: "fields @message", clientToken: "t".repeat(36) };
  const { queryDefinitionId } = await call("logs", "PutQueryDefinition", input);
  assert.equal(await call("logs", "PutQueryDefinition", input), { queryDefinitionId });
  const { queryDefinitions } = await call("logs", "DescribeQueryDefinitions");
  assert.is((queryDefinitions as object[]).length, 1);
});

test("GetMetricData answers at most MaxDatapoints at a time, and the rest after", async () => {
  const now = endpoint.clock.now() / 1000;
  for (const [minute, Value] of [1, 2, 3].entries()) {
    const Timestamp = now - 600 + minute * 60;
    const MetricData = [{ MetricName: "m", Value, Timestamp }];
    await call("cloudwatch", "PutMetricData", { Namespace: "n", MetricData });
  }
  const Metric = { Namespace: "n", MetricName: "m" };
  const input = {
    MetricDataQueries: [{ Id: "q", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
    StartTime: now - 3600,
    EndTime: now,
    ScanBy: "TimestampAscending",
    MaxDatapoints: 2,
  };
  const valuesOf = ({ MetricDataResults }: Record<string, unknown>) =>
    (MetricDataResults as { Values: number[]; StatusCode: string }[]).map(
      ({ Values, StatusCode }) => [Values, StatusCode],
    );
  const first = await call("cloudwatch", "GetMetricData", input);
  assert.equal(valuesOf(first), [[[1, 2], "PartialData"]]);
  const { NextToken } = first;
  const second = await call("cloudwatch", "GetMetricData", { ...input, NextToken });
  assert.equal(valuesOf(second), [[[3], "Complete"]]);
  assert.is(second["NextToken"], undefined);
});

test("METADATA_ONLY leaves out what a machine and its executions hold", async () => {
  trustStates(endpoint.kernel);
  const machine = machineResource({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
  await endpoint.declare(machine.type, machine.id, machine.inputs, machine.outputs);
  const started = await call("states", "StartExecution", { stateMachineArn: machine.id });
  await endpoint.clock.advance(1000);
  const asked = { executionArn: started["executionArn"], includedData: "METADATA_ONLY" };
  const execution = await call("states", "DescribeExecution", asked);
  assert.equal(
    [execution["status"], execution["input"], execution["output"], execution["outputDetails"]],
    ["SUCCEEDED", undefined, undefined, { included: false }],
  );
  const described = await call("states", "DescribeStateMachine", {
    stateMachineArn: machine.id,
    includedData: "METADATA_ONLY",
  });
  assert.is(described["definition"], undefined);
});

test("pipes are found by the start of their name, by their ends and by their state", async () => {
  const { endpoint: furnished } = await furnishedEndpoint();
  const pipes = async (input: object = {}) => {
    const { Pipes } = await furnished.kernel.dispatcher.call<{ Pipes: { Name: string }[] }>(
      "pipes",
      "ListPipes",
      input,
      you,
    );
    return Pipes.map(({ Name }) => Name);
  };
  assert.equal(await pipes(), ["p"]);
  for (const found of [
    { NamePrefix: "p" },
    { DesiredState: "RUNNING", CurrentState: "RUNNING" },
    { SourcePrefix: "arn:aws:dynamodb" },
    { TargetPrefix: "arn:aws:events" },
  ])
    assert.equal(await pipes(found), ["p"], JSON.stringify(found));
  for (const left of [
    { NamePrefix: "q" },
    { DesiredState: "STOPPED" },
    { CurrentState: "STOPPED" },
    { SourcePrefix: "arn:aws:sqs" },
    { TargetPrefix: "arn:aws:sqs" },
  ])
    assert.equal(await pipes(left), [], JSON.stringify(left));
  await furnished.kernel.dispatcher.call("pipes", "StopPipe", { Name: "p" }, you);
  assert.equal(await pipes({ DesiredState: "STOPPED", CurrentState: "STOPPED" }), ["p"]);
  assert.equal(await pipes({ DesiredState: "RUNNING" }), []);
  await furnished.stop();
});

test("API keys are found by the start of their name, and usage plans by a key that they hold", async () => {
  const gateway = await startGateway();
  deploy(gateway.restApis, openApi({ "/orders": { get: lambdaOperation() } }));
  grantKey(gateway.restApis, "front");
  grantKey(gateway.restApis, "back");
  gateway.kernel.dispatcher.register(
    new ApiGatewayService(gateway.restApis, gateway.kernel.region),
  );
  const items = async (operation: string, input: object = {}) => {
    const answer = await gateway.kernel.dispatcher.call<{ item: { id: string; name: string }[] }>(
      "apigateway",
      operation,
      input,
      you,
    );
    return answer.item;
  };
  const namesOf = async (...asked: Parameters<typeof items>) =>
    (await items(...asked)).map(({ name }) => name);
  assert.equal(await namesOf("GetApiKeys", { nameQuery: "fr" }), ["front-0abcdef"]);
  assert.equal(await namesOf("GetApiKeys", { nameQuery: "ront" }), []);
  const [back] = await items("GetApiKeys", { nameQuery: "back" });
  assert.equal(await namesOf("GetUsagePlans", { keyId: back?.id }), ["back-plan-0abcdef"]);
  assert.equal(await namesOf("GetUsagePlans", { keyId: "none" }), []);
  gateway.stop();
});

test.run();
