import { decode, encode } from "cborg";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { awsEndpoint, type RawAnswer } from "../support/aws-endpoint.ts";

const test = suite("protocols of the AWS endpoint");
const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const QUEUE_ARN = "arn:aws:sqs:eu-central-1:000000000000:q";
let endpoint: Awaited<ReturnType<typeof awsEndpoint>>;

test.before(async () => {
  endpoint = await awsEndpoint();
});
test.after(() => endpoint.stop());

const json = (service: string, target: string, input: unknown) => {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
  const body = typeof input === "string" ? input : JSON.stringify(input);
  return endpoint.send({ service, headers, body });
};
const query = (service: string, parameters: Record<string, string>, path = "/") =>
  endpoint.send({
    service,
    path,
    headers: FORM,
    body: new URLSearchParams(parameters).toString(),
  });
const cbor = (operation: string, input: object) =>
  endpoint.send({
    service: "monitoring",
    path: `/service/GraniteServiceVersion20100801/operation/${operation}`,
    headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
    body: encode(input),
  });
const rest = (service: string, method: string, path: string, body?: string) =>
  endpoint.send({ service, method, path, ...(body !== undefined && { body }) });
const fromCbor = ({ bytes }: RawAnswer) =>
  decode(bytes, { tags: { 1: (time) => ({ time: time() }) } });
/** An answer's elements between `from` and `to`, without the envelope. */
const inside = ({ text }: RawAnswer, element: string) =>
  new RegExp(`<${element}>(.*)</${element}>`, "s").exec(text)?.[1];

test("SQS speaks query: flat lists and maps, at the queue's own path, by POST and by GET", async () => {
  const made = await query("sqs", {
    Action: "CreateQueue",
    QueueName: "q",
    "Attribute.1.Name": "VisibilityTimeout",
    "Attribute.1.Value": "5",
  });
  assert.is(made.status, 200);
  assert.match(
    made.text,
    '<CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">',
  );
  assert.is(inside(made, "QueueUrl"), `${endpoint.url}/000000000000/q`);
  const sent = await query(
    "sqs",
    {
      Action: "SendMessage",
      MessageBody: "a<b",
      "MessageAttribute.1.Name": "kind",
      "MessageAttribute.1.Value.DataType": "String",
      "MessageAttribute.1.Value.StringValue": "new",
    },
    "/000000000000/q",
  );
  assert.is(inside(sent, "MD5OfMessageBody"), "1a382af93ed4b8a29ebd8e859a0168d7");
  const names = "AttributeName.1=ApproximateReceiveCount&MessageAttributeName.1=All";
  const path = `/000000000000/q?Action=ReceiveMessage&${names}`;
  const received = inside(await rest("sqs", "GET", path), "Message") ?? "";
  assert.match(received, "<Body>a&#60;b</Body>");
  assert.match(
    received,
    "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>",
  );
  assert.match(
    received,
    "<MessageAttribute><Name>kind</Name><Value><StringValue>new</StringValue><DataType>String</DataType></Value></MessageAttribute>",
  );
  const attributes = await query(
    "sqs",
    { Action: "GetQueueAttributes", "AttributeName.1": "QueueArn" },
    "/000000000000/q",
  );
  assert.is(
    inside(attributes, "GetQueueAttributesResult"),
    `<Attribute><Name>QueueArn</Name><Value>${QUEUE_ARN}</Value></Attribute>`,
  );
});

test("SQS's errors have their older code in query, and in JSON both", async () => {
  const old = await query("sqs", { Action: "GetQueueUrl", QueueName: "none" });
  assert.is(old.status, 400);
  assert.is(inside(old, "Code"), "AWS.SimpleQueueService.NonExistentQueue");
  const now = await json("sqs", "AmazonSQS.GetQueueUrl", { QueueName: "none" });
  assert.is(now.headers["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender");
  assert.is(JSON.parse(now.text).__type, "com.amazonaws.sqs#QueueDoesNotExist");
  const missing = await json("sqs", "AmazonSQS.SendMessage", { QueueUrl: "q" });
  assert.is(missing.headers["x-amzn-query-error"], "MissingParameter;Sender");
  assert.equal(JSON.parse(missing.text), {
    __type: "com.amazon.coral.service#MissingRequiredParameterException",
    message: "The request must contain the parameter MessageBody.",
  });
});

test("CloudWatch speaks CBOR, JSON and query, and answers the same", async () => {
  const put = { Namespace: "n", MetricData: [{ MetricName: "m", Value: 1.5 }] };
  assert.equal(fromCbor(await cbor("PutMetricData", put)), {});
  const asked = { Namespace: "n", MetricName: "m", Period: 60, Statistics: ["Sum"] };
  const [start, end] = [1_767_222_000, 1_767_229_200];
  const times = { StartTime: start, EndTime: end };
  const point = { Sum: 1.5, Unit: "None" };
  const inCbor = await cbor("GetMetricStatistics", { ...asked, ...times });
  assert.is(inCbor.headers["smithy-protocol"], "rpc-v2-cbor");
  assert.equal(fromCbor(inCbor), {
    Label: "m",
    Datapoints: [{ ...point, Timestamp: { time: 1_767_225_600 } }],
  });
  const target = "GraniteServiceVersion20100801.GetMetricStatistics";
  assert.equal(JSON.parse((await json("monitoring", target, { ...asked, ...times })).text), {
    Label: "m",
    Datapoints: [{ ...point, Timestamp: 1_767_225_600 }],
  });
  const inQuery = await query("monitoring", {
    Action: "GetMetricStatistics",
    Namespace: "n",
    MetricName: "m",
    Period: "60",
    "Statistics.member.1": "Sum",
    StartTime: "2025-12-31T23:00:00Z",
    EndTime: "2026-01-01T01:00:00Z",
  });
  assert.is(
    inside(inQuery, "Datapoints"),
    "<member><Timestamp>2026-01-01T00:00:00Z</Timestamp><Sum>1.5</Sum><Unit>None</Unit></member>",
  );
});

test("CloudWatch's errors are those of each protocol", async () => {
  const inCbor = await cbor("GetDashboard", { DashboardName: "none" });
  assert.is(inCbor.status, 404);
  assert.is(inCbor.headers["x-amzn-query-error"], "ResourceNotFound;Sender");
  assert.equal(fromCbor(inCbor), {
    __type: "com.amazonaws.cloudwatch#DashboardNotFoundError",
    message: "Dashboard none does not exist",
  });
  const inQuery = await query("monitoring", { Action: "GetMetricStatistics", Namespace: "n" });
  assert.is(inside(inQuery, "Code"), "MissingParameter");
  assert.is(inside(inQuery, "Message"), "The parameter MetricName is required.");
});

test("DynamoDB's answers carry their checksum, and its errors a full type", async () => {
  const listed = await json("dynamodb", "DynamoDB_20120810.ListTables", {});
  assert.is(listed.text, '{"TableNames":[]}');
  assert.is(listed.headers["x-amz-crc32"], "1315925753");
  const types: [unknown, string][] = [
    [{ TableName: "none" }, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"],
    [{}, "com.amazon.coral.validate#ValidationException"],
    ["{", "com.amazon.coral.service#SerializationException"],
    ["[]", "com.amazon.coral.service#SerializationException"],
    ["null", "com.amazon.coral.service#SerializationException"],
  ];
  for (const [input, type] of types) {
    const answer = await json("dynamodb", "DynamoDB_20120810.DescribeTable", input);
    assert.is(answer.status, 400);
    assert.is(JSON.parse(answer.text).__type, type);
  }
  const streams = await json("dynamodb", "DynamoDBStreams_20120810.ListStreams", {});
  assert.is(streams.text, '{"Streams":[]}');
});

test("the services of AWS JSON answer by their targets", async () => {
  const targets: [string, string, string][] = [
    ["states", "AWSStepFunctions.ListStateMachines", '{"stateMachines":[]}'],
    ["logs", "Logs_20140328.DescribeLogGroups", '{"logGroups":[]}'],
    ["events", "AWSEvents.ListRules", '{"Rules":[]}'],
    ["sqs", "AmazonSQS.ListDeadLetterSourceQueues", ""],
  ];
  for (const [service, target, expected] of targets) {
    const input = service === "sqs" ? { QueueUrl: `${endpoint.url}/000000000000/q` } : {};
    const answer = await json(service, target, input);
    assert.is(answer.status, 200, target);
    assert.is(answer.text, expected || '{"queueUrls":[]}', target);
  }
});

test("SNS and STS speak query", async () => {
  const topics = await query("sns", { Action: "ListTopics", Version: "2010-03-31" });
  assert.is(inside(topics, "ListTopicsResult"), "<Topics></Topics>");
  const refused = await query("sns", { Action: "GetTopicAttributes" });
  assert.is(inside(refused, "Code"), "ValidationError");
  const scope = encodeURIComponent("local/20260101/eu-central-1/sts/aws4_request");
  const presigned = await endpoint.send({
    method: "GET",
    path: `/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=${scope}&X-Amz-Signature=0`,
  });
  assert.is(inside(presigned, "Account"), "000000000000");
});

test("paths tell the operations of REST services, whatever the content type says", async () => {
  const invoked = await endpoint.send({
    service: "lambda",
    path: "/2015-03-31/functions/none/invocations",
    headers: FORM,
    body: "{}",
  });
  assert.is(invoked.status, 404);
  assert.is(invoked.headers["x-amzn-errortype"], "ResourceNotFoundException");
  assert.is((await rest("lambda", "GET", "/2015-03-31/functions")).text, '{"Functions":[]}');
  assert.is((await rest("apigateway", "GET", "/restapis")).text, '{"item":[]}');
  const pipes = await rest("pipes", "GET", "/v1/pipes?Limit=0");
  assert.is(pipes.headers["x-amzn-errortype"], "ValidationException");
  assert.match(JSON.parse(pipes.text).message, "Value '0' at 'limit' failed to satisfy");
});

test("a path that cannot be decoded, or that belongs to no operation, is refused", async () => {
  const garbled = await rest("lambda", "POST", "/2015-03-31/functions/%zz/invocations", "{}");
  assert.equal(
    [garbled.status, garbled.headers["x-amzn-errortype"]],
    [400, "SerializationException"],
  );
  for (const path of [
    "//2015-03-31//functions",
    "//",
    "/2015-03-31/functions//policy",
    "http://",
  ]) {
    const answer = await rest("lambda", "GET", path);
    assert.equal(
      [answer.status, answer.headers["x-amzn-errortype"]],
      [404, "UnknownOperationException"],
      path,
    );
  }
});

test("an operation that is not served, and one that nobody has, are refused by name", async () => {
  for (const name of ["ExecuteStatement", "constructor", "__proto__", ""]) {
    const answer = await json("dynamodb", `DynamoDB_20120810.${name}`, {});
    assert.is(answer.status, 400);
    const { __type, message } = JSON.parse(answer.text);
    assert.is(__type, "com.amazon.coral.service#UnknownOperationException");
    assert.ok(message.startsWith(`dynamodb:${name} is not served by the local runtime; `), message);
  }
});

test("a service that is not here says so in its own protocol", async () => {
  const sentence =
    /is not served by the local runtime; it serves API Gateway, CloudWatch, DynamoDB, /;
  const answers: [RawAnswer, string, RegExp][] = [
    [await query("iam", { Action: "ListRoles" }), "text/xml", /<Code>InvalidAction<\/Code>/],
    [await query("cloudformation", { Action: "ListStacks" }), "text/xml", /<ErrorResponse/],
    [await query("ses", { Action: "SendEmail" }), "text/xml", /<Message>SES is not/],
    [
      await query("ec2", { Action: "DescribeInstances" }),
      "text/xml",
      /^<\?xml[^>]*><Response><Errors>/,
    ],
    [await rest("s3", "GET", "/"), "application/xml", /<Error><Code>NotImplemented<\/Code>/],
    [await json("kms", "TrentService.ListKeys", {}), "application/x-amz-json-1.1", /"__type":/],
    [await json("ssm", "AmazonSSM.GetParameter", {}), "application/x-amz-json-1.1", /"__type":/],
    [await rest("ses", "GET", "/v2/email/identities"), "application/json", /SESv2 is not/],
    [await rest("apigateway", "GET", "/v2/apis"), "application/json", /ApiGatewayV2 is not/],
    [await json("x", "What.Ever", {}), "application/x-amz-json-1.1", /calls \\"What\\"/],
  ];
  for (const [{ status, headers, text }, type, body] of answers) {
    assert.is(status, 404, text);
    assert.is(headers["content-type"], type);
    assert.match(text, sentence);
    assert.match(text, body);
  }
});

test("a request that is not signed is refused in the protocol of the service that it is for", async () => {
  const unsigned = await Promise.all([
    endpoint.send({ headers: { "x-amz-target": "DynamoDB_20120810.ListTables" }, body: "{}" }),
    endpoint.send({ headers: FORM, body: "Action=ListTopics" }),
    endpoint.send({ path: "/2015-03-31/functions/f/invocations", headers: FORM, body: "{}" }),
  ]);
  assert.equal(
    unsigned.map(({ status, headers }) => [status, headers["content-type"]]),
    [
      [403, "application/x-amz-json-1.0"],
      [403, "text/xml"],
      [403, "application/json"],
    ],
  );
});

test("the caller's trace goes with the message and into the trace", async () => {
  const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  const call = (target: string, input: object) =>
    endpoint.send({
      service: "sqs",
      headers: { "x-amz-target": `AmazonSQS.${target}`, "x-amzn-trace-id": trace },
      body: JSON.stringify({ QueueUrl: `${endpoint.url}/000000000000/q`, ...input }),
    });
  await call("PurgeQueue", {});
  await call("SendMessage", { MessageBody: "traced" });
  const received = await call("ReceiveMessage", { AttributeNames: ["AWSTraceHeader"] });
  assert.equal(JSON.parse(received.text).Messages[0].Attributes, { AWSTraceHeader: trace });
  assert.is(endpoint.hops.at(-1)?.traceId, "1-5759e988-bd862e3fe1be46a994272793");
});

test.run();
