import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkInput } from "../../src/kernel/models/check-input.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";

const test = suite("check-input");

const check = (name: string, operation: string, input: unknown) =>
  checkInput({ name }, operation, input);

function refusal(name: string, operation: string, input: unknown): string {
  try {
    check(name, operation, input);
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "taken";
}

test("an input that fits its model stays the same object", () => {
  const input = { TableName: "t", Item: { id: { S: "1" }, tags: { L: [{ N: "1" }] } } };
  assert.is(check("dynamodb", "PutItem", input), input);
});

test("members that are null or that AWS does not know are left out", () => {
  const input = JSON.parse(
    '{"TableName":"t","Item":{"id":{"S":"1"}},"Expected":null,"__proto__":{"x":1},"constructor":1}',
  );
  const read = check("dynamodb", "PutItem", input);
  assert.equal(Object.keys(read), ["TableName", "Item"]);
  assert.equal(Object.keys(input).length, 5);
});

test("a map's key may be __proto__ or constructor", () => {
  const attributes =
    '{"__proto__":{"DataType":"String","BinaryValue":null},"constructor":{"DataType":"String"}}';
  const text = `{"QueueUrl":"q","MessageBody":"m","MessageAttributes":${attributes}}`;
  const read = check("sqs", "SendMessage", JSON.parse(text))["MessageAttributes"];
  assert.is(
    JSON.stringify(read),
    '{"__proto__":{"DataType":"String"},"constructor":{"DataType":"String"}}',
  );
});

test("what a service reads itself is not looked into", () => {
  const input = { TableName: "t", Item: { id: { N: 1 } } };
  assert.is(check("dynamodb", "PutItem", input), input);
});

test("a value of another type is a SerializationException in the service's words", () => {
  assert.is(
    refusal("dynamodb", "ListTables", { ExclusiveStartTableName: 1 }),
    "SerializationException: NUMBER_VALUE cannot be converted to String",
  );
  assert.is(
    refusal("states", "StartExecution", { stateMachineArn: true }),
    "SerializationException: TRUE_VALUE can not be converted to a String",
  );
  assert.is(
    refusal("events", "PutEvents", { Entries: {} }),
    "SerializationException: Start of structure or map found where not expected",
  );
  assert.is(
    refusal("events", "PutEvents", []),
    "SerializationException: Start of list found where not expected",
  );
  assert.is(
    refusal("dynamodb", "Query", { TableName: "t", Limit: 2 ** 31 }),
    "SerializationException: Numeric value (2147483648) out of range of integer",
  );
});

test("all that breaks a constraint is said at once, as Coral says it", () => {
  assert.is(
    refusal("events", "ListRules", { Limit: 0, NamePrefix: "a b" }),
    "ValidationException: 2 validation errors detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; Value 'a b' at 'namePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
  );
  assert.is(
    refusal("logs", "StartQuery", { startTime: 1, endTime: 2 }),
    "InvalidParameterException: 1 validation error detected: Value null at 'queryString' failed to satisfy constraint: Member must not be null",
  );
  assert.is(
    refusal("dynamodb", "GetItem", { TableName: "t", Key: {}, ReturnConsumedCapacity: "x" }),
    "ValidationException: 1 validation error detected: Value 'x' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
  );
  assert.is(
    refusal("cloudwatch", "DescribeAlarms", { AlarmNames: ["a", ""] }),
    "ValidationException: 1 validation error detected: Value '[a, ]' at 'alarmNames' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]",
  );
});

test("SQS and CloudWatch say in words of their own what is missing", () => {
  assert.is(
    refusal("sqs", "SendMessage", { QueueUrl: "q" }),
    "MissingParameter: The request must contain the parameter MessageBody.",
  );
  assert.is(
    refusal("sqs", "SendMessageBatch", { QueueUrl: "q", Entries: [{ MessageBody: "m" }] }),
    "MissingParameter: The request must contain the parameter SendMessageBatchRequestEntry.1.Id.",
  );
  assert.is(
    refusal("cloudwatch", "PutMetricData", { Namespace: "n", MetricData: [{}] }),
    "MissingRequiredParameterException: The parameter MetricData.member.1.MetricName is required.",
  );
});

test("a secret value is not shown, and a long one neither", () => {
  const refused = refusal("states", "StartExecution", {
    stateMachineArn: "arn:x",
    input: "x".repeat(262_145),
  });
  assert.match(refused, "Value at 'input' failed");
  assert.ok(refusal("logs", "StopQuery", { queryId: "q".repeat(5000) }).length < 300);
});

test("characters are counted, not the halves of a pair", () => {
  const name = "\u{1F600}".repeat(80);
  assert.is(refusal("states", "StartExecution", { stateMachineArn: "arn:x", name }), "taken");
});

test.run();
