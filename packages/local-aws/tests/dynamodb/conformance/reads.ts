import { key, LIMITS, QUERIES, type Row, SUITE, values } from "./row.ts";

const INVALID = "ValidationException: One or more parameter values were invalid: ";
const at = (n: number, more: object = {}) => ({ id: { S: "a" }, at: { N: String(n) }, ...more });
const ALL = [at(-2), at(1), at(10)];
const query = (KeyConditionExpression: string, all: Record<string, object>, more: object = {}) => ({
  operation: "Query",
  input: { KeyConditionExpression, ...values({ ":id": { S: "a" }, ...all }), ...more },
});
const found = (...items: object[]) => ({
  Items: items,
  Count: items.length,
  ScannedCount: items.length,
});
const ITEM = at(1, { group: { S: "g" }, rank: { N: "5" }, kept: { S: "k" }, lost: { S: "l" } });
const IN_INDEX = { ...ITEM, lost: undefined };
const onIndex = (more: object, expression = "#g = :g") => ({
  operation: "Query",
  input: {
    IndexName: "byGroup",
    KeyConditionExpression: expression,
    ExpressionAttributeNames: { "#g": "group" },
    ...values({ ":g": { S: "g" } }),
    ...more,
  },
});

export const READS: Row[] = [
  {
    what: "numbers sort as numbers",
    source: QUERIES,
    given: ALL,
    ...query("id = :id", {}),
    answers: found(...ALL),
  },
  {
    what: "a range may be given with the value first",
    source: QUERIES,
    given: ALL,
    ...query(
      ":id = id AND :n <= #at",
      { ":n": { N: "1" } },
      {
        ExpressionAttributeNames: { "#at": "at" },
      },
    ),
    answers: found(at(1), at(10)),
  },
  {
    what: "a page of Limit items names its last key, also where nothing follows",
    source: QUERIES,
    given: [at(1)],
    ...query("id = :id", {}, { Limit: 1 }),
    answers: { ...found(at(1)), LastEvaluatedKey: at(1) },
  },
  {
    what: "a page backwards goes on before its start key",
    source: QUERIES,
    given: ALL,
    ...query("id = :id", {}, { ScanIndexForward: false, ExclusiveStartKey: at(10) }),
    answers: found(at(1), at(-2)),
  },
  {
    what: "a start key from elsewhere is refused",
    source: QUERIES,
    ...query("id = :id", {}, { ExclusiveStartKey: { id: { S: "b" }, at: { N: "1" } } }),
    fails:
      "ValidationException: The provided starting key is outside query boundaries based on provided conditions",
  },
  {
    what: "a start key of another shape is refused",
    source: QUERIES,
    ...query("id = :id", {}, { ExclusiveStartKey: { id: { S: "a" } } }),
    fails: "ValidationException: The provided starting key is invalid",
  },
  {
    what: "a key has one condition",
    source: `${SUITE} tier1/query/validation`,
    ...query("id = :id AND id = :id", {}),
    fails:
      "ValidationException: Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
  },
  {
    what: "a key condition has no OR",
    source: QUERIES,
    ...query("id = :id OR id = :id", {}),
    fails: "ValidationException: Invalid operator used in KeyConditionExpression: OR",
  },
  {
    what: "the partition key is asked for by its value",
    source: QUERIES,
    ...query("id > :id", {}),
    fails: "ValidationException: Query key condition not supported",
  },
  {
    what: "a key's value is of its type",
    source: QUERIES,
    ...query(
      "id = :id AND #at = :s",
      { ":s": { S: "1" } },
      {
        ExpressionAttributeNames: { "#at": "at" },
      },
    ),
    fails: `${INVALID}Condition parameter type does not match schema type`,
  },
  {
    what: "a key's value is not empty",
    source: LIMITS,
    ...query("id = :id", { ":id": { S: "" } }),
    fails:
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
  },
  {
    what: "a filter is not about the key",
    source: QUERIES,
    ...query("id = :id", {}, { FilterExpression: "attribute_exists(id)" }),
    fails:
      "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: id",
  },
  {
    what: "nothing lies below a key",
    source: QUERIES,
    ...query("id = :id", {}, { ProjectionExpression: "id.x" }),
    fails:
      "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id",
  },
  {
    what: "a global index answers what it holds",
    source: QUERIES,
    given: [ITEM],
    ...onIndex({}),
    answers: found(JSON.parse(JSON.stringify(IN_INDEX))),
  },
  {
    what: "a global index does not project what it does not hold",
    source: QUERIES,
    given: [ITEM],
    ...onIndex({ ProjectionExpression: "kept, lost" }, "#g = :g"),
    fails: `${INVALID}Global secondary index byGroup does not project [lost]`,
  },
  {
    what: "a global index does not filter by what it does not hold",
    source: QUERIES,
    given: [ITEM],
    ...onIndex({ FilterExpression: "attribute_exists(lost)" }),
    fails: `${INVALID}Global secondary index byGroup does not project [lost]`,
  },
  {
    what: "a global index cannot answer whole items",
    source: QUERIES,
    ...onIndex({ Select: "ALL_ATTRIBUTES" }),
    fails: `${INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index byGroup because its projection type is not ALL`,
  },
  {
    what: "a global index is not read consistently",
    source: QUERIES,
    operation: "Scan",
    input: { IndexName: "byGroup", ConsistentRead: true },
    fails: "ValidationException: Consistent reads are not supported on global secondary indexes",
  },
  {
    what: "a local index fetches what it does not hold",
    source: QUERIES,
    given: [ITEM],
    ...query("id = :id", {}, { IndexName: "byRank", ProjectionExpression: "lost" }),
    answers: found({ lost: { S: "l" } }),
  },
  {
    what: "a count has no projection",
    source: QUERIES,
    ...query("id = :id", {}, { Select: "COUNT", ProjectionExpression: "kept" }),
    fails:
      "ValidationException: Cannot specify the ProjectionExpression when choosing to get only the Count",
  },
  {
    what: "only an index has projected attributes",
    source: QUERIES,
    operation: "Scan",
    input: { Select: "ALL_PROJECTED_ATTRIBUTES" },
    fails:
      "ValidationException: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
  },
  {
    what: "a segment is one of several",
    source: `${SUITE} tier3/error-messages/scan`,
    operation: "Scan",
    input: { Segment: 0 },
    fails:
      "ValidationException: The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
  },
  {
    what: "a projection keeps a list's elements together, in order",
    source:
      "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html",
    given: [at(1, { l: { L: ["a", "b", "c"].map((S) => ({ S })) }, m: { M: {} } })],
    operation: "GetItem",
    input: { Key: at(1), ProjectionExpression: "l[2], l[0], m.x" },
    answers: { Item: { l: { L: [{ S: "a" }, { S: "c" }] } } },
  },
  {
    what: "capacity is told by index",
    source:
      "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html",
    operation: "PutItem",
    input: { Item: ITEM, ReturnConsumedCapacity: "INDEXES" },
    answers: {
      ConsumedCapacity: {
        TableName: "rows",
        CapacityUnits: 3,
        Table: { CapacityUnits: 1 },
        LocalSecondaryIndexes: { byRank: { CapacityUnits: 1 } },
        GlobalSecondaryIndexes: { byGroup: { CapacityUnits: 1 } },
      },
    },
    leaves: [ITEM],
  },
  {
    what: "a table's name is told first and alone",
    source: `${SUITE} tier3/validation-ordering/putItem`,
    operation: "PutItem",
    input: { TableName: "", Item: {}, ReturnValues: "SOME" },
    fails:
      "ValidationException: 1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  },
  {
    what: "a query's limit is told in words of its own",
    source: `${SUITE} tier3/error-messages/query`,
    ...query("id = :id", {}, { Limit: 0 }),
    fails:
      "ValidationException: 1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  },
  {
    what: "a scan's limit is told as its model says",
    source: `${SUITE} tier3/error-messages/scan`,
    operation: "Scan",
    input: { Limit: 0 },
    fails:
      "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  },
  {
    what: "what is selected is one of AWS's words, in AWS's order",
    source: `${SUITE} tier3/error-messages/query`,
    ...query("id = :id", {}, { Select: "SOME" }),
    fails:
      "ValidationException: 1 validation error detected: Value 'SOME' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
  },
  {
    what: "a table may be named by its ARN",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html",
    given: [at(1)],
    operation: "GetItem",
    input: { TableName: "arn:aws:dynamodb:eu-central-1:000000000000:table/rows", Key: at(1) },
    answers: { Item: at(1) },
  },
  {
    what: "a key has all of its attributes and no more",
    source: `${SUITE} tier3/error-messages/getItem`,
    operation: "GetItem",
    input: { Key: { ...key("a"), more: { S: "x" } } },
    fails: "ValidationException: The provided key element does not match the schema",
  },
];
