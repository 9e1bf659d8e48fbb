import { key, LIMITS, type Row, SUITE, TRANSACTIONS, values } from "./row.ts";

const INVALID = "ValidationException: One or more parameter values were invalid: ";
const put = (more: object, rest: object = {}) => ({
  operation: "PutItem",
  input: { Item: { ...key("a"), ...more }, ...rest },
});
const transact = (...TransactItems: object[]) => ({
  operation: "TransactWriteItems",
  input: { TransactItems: TransactItems as unknown },
});
const action = (kind: string, more: object) => ({ [kind]: { TableName: "rows", ...more } });
const nested = (levels: number): object =>
  levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] };
// Names and values of the item without `t`: id, a, at, 1 as a number, and t itself.
const OTHER_BYTES = 2 + 1 + 2 + 2 + 1;
const text = (bytes: number) => ({ S: "x".repeat(bytes - OTHER_BYTES) });

export const WRITES: Row[] = [
  {
    what: "numbers are kept in one form, and sets in order",
    source: LIMITS,
    ...put({ n: { N: "-0" }, m: { N: "00042.10" }, s: { NS: ["10", "9", "1e2"] } }),
    answers: {},
    leaves: [{ ...key("a"), n: { N: "0" }, m: { N: "42.1" }, s: { NS: ["9", "10", "100"] } }],
  },
  {
    what: "a number has at most 38 digits",
    source: `${SUITE} tier3/limits/numberPrecision`,
    ...put({ n: { N: "1".repeat(39) } }),
    fails: "ValidationException: Attempting to store more than 38 significant digits in a Number",
  },
  {
    what: "a number is at least 1e-130",
    source: `${SUITE} tier3/limits/numberPrecision`,
    ...put({ n: { N: "1e-131" } }),
    fails:
      "ValidationException: Number underflow. Attempting to store a number with magnitude smaller than supported range",
  },
  {
    what: "a text is no number",
    source: LIMITS,
    ...put({ n: { N: "1x" } }),
    fails: "ValidationException: The parameter cannot be converted to a numeric value: 1x",
  },
  {
    what: "a set has each number once, however it is written",
    source: LIMITS,
    ...put({ s: { NS: ["1", "1.0"] } }),
    fails: "ValidationException: Input collection contains duplicates",
  },
  {
    what: "a set has members",
    source: `${SUITE} tier3/limits/emptyValues`,
    ...put({ m: { M: { s: { BS: [] } } } }),
    fails: `${INVALID}Binary sets should not be empty`,
  },
  {
    what: "a value is of one type",
    source: LIMITS,
    ...put({ n: { N: "1", S: "1" } }),
    fails:
      "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  },
  {
    what: "a value is of the type that it says",
    source: LIMITS,
    ...put({ n: { N: 1 } }),
    fails: "SerializationException: NUMBER_VALUE cannot be converted to String",
  },
  {
    what: "binary is base64",
    source: LIMITS,
    ...put({ b: { B: "abc" } }),
    fails:
      "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 3",
  },
  {
    what: "32 levels are stored",
    source: LIMITS,
    ...put({ l: nested(32) }),
    answers: {},
    leaves: [{ ...key("a"), l: nested(32) }],
  },
  {
    what: "33 levels are refused",
    source: LIMITS,
    ...put({ l: nested(33) }),
    fails:
      "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  },
  {
    what: "an item has 400 KB",
    source: LIMITS,
    ...put({ t: text(409_600) }),
    answers: {},
    leaves: [{ ...key("a"), t: text(409_600) }],
  },
  {
    what: "an item has no byte more",
    source: LIMITS,
    ...put({ t: text(409_601) }),
    fails: "ValidationException: Item size has exceeded the maximum allowed size",
  },
  {
    what: "an item has its keys",
    source: LIMITS,
    operation: "PutItem",
    input: { Item: { id: { S: "a" } } },
    fails: `${INVALID}Missing the key at in the item`,
  },
  {
    what: "a key is of its type",
    source: LIMITS,
    ...put({ at: { S: "1" } }),
    fails: `${INVALID}Type mismatch for key at expected: N actual: S`,
  },
  {
    what: "an index's key is of its type",
    source: LIMITS,
    ...put({ group: { N: "1" } }),
    fails: `${INVALID}Type mismatch for Index Key group Expected: S Actual: N IndexName: byGroup`,
  },
  {
    what: "an index's key is not empty",
    source: LIMITS,
    ...put({ group: { S: "" } }),
    fails:
      "ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byGroup, IndexKey: group",
  },
  {
    what: "a partition key has at most 2048 bytes",
    source: LIMITS,
    ...put({ id: { S: "x".repeat(2049) } }),
    fails: `${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  },
  {
    what: "a batch has each key once",
    source: `${SUITE} tier3/error-messages/batchWriteItem`,
    operation: "BatchWriteItem",
    input: {
      TableName: undefined,
      RequestItems: {
        rows: [{ PutRequest: { Item: key("a") } }, { DeleteRequest: { Key: key("a") } }],
      },
    },
    fails: "ValidationException: Provided list of item keys contains duplicates",
  },
  {
    what: "a transaction is about each item once",
    source: TRANSACTIONS,
    ...transact(
      action("Put", { Item: key("a") }),
      action("ConditionCheck", { Key: key("a"), ConditionExpression: "attribute_exists(id)" }),
    ),
    fails:
      "ValidationException: Transaction request cannot include multiple operations on one item",
  },
  {
    what: "an action has one kind",
    source: TRANSACTIONS,
    ...transact({
      ...action("Put", { Item: key("a") }),
      ...action("Delete", { Key: key("b") }),
    }),
    fails:
      "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete",
  },
  {
    what: "a key of the wrong type cancels a transaction",
    source: TRANSACTIONS,
    ...transact(
      action("Put", { Item: key("a") }),
      action("Delete", { Key: { ...key("b"), at: { S: "x" } } }),
    ),
    fails:
      "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]",
  },
  {
    what: "a transaction's size is that of its items",
    source: TRANSACTIONS,
    ...transact(
      ...Array.from({ length: 11 }, (_, index) =>
        action("Put", { Item: { ...key(`a${index}`), t: { S: "x".repeat(400_000) } } }),
      ),
    ),
    fails:
      "ValidationException: Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit",
  },
  {
    what: "a token has at most 36 characters",
    source: TRANSACTIONS,
    operation: "TransactWriteItems",
    input: {
      TableName: undefined,
      ClientRequestToken: "x".repeat(37),
      TransactItems: [action("Put", { Item: key("a") })],
    },
    fails: `ValidationException: 1 validation error detected: Value '${"x".repeat(37)}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
  },
  {
    what: "a transaction costs each write twice",
    source: TRANSACTIONS,
    operation: "TransactWriteItems",
    input: {
      TableName: undefined,
      ReturnConsumedCapacity: "TOTAL",
      TransactItems: [action("Put", { Item: key("a") }), action("Delete", { Key: key("b") })],
    },
    answers: {
      ConsumedCapacity: [{ TableName: "rows", CapacityUnits: 4, WriteCapacityUnits: 4 }],
    },
    leaves: [key("a")],
  },
  {
    what: "a read of a transaction answers nothing where its projection keeps nothing",
    source: TRANSACTIONS,
    given: [key("a")],
    operation: "TransactGetItems",
    input: {
      TableName: undefined,
      TransactItems: [action("Get", { Key: key("a"), ProjectionExpression: "absent" })],
    },
    answers: { Responses: [{}] },
  },
  {
    what: "a put answers only what was there",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
    ...put({}, { ReturnValues: "ALL_NEW" }),
    fails: "ValidationException: ReturnValues can only be ALL_OLD or NONE",
  },
  {
    what: "a delete may be conditional on what is not there",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html",
    operation: "DeleteItem",
    input: { Key: key("a"), ConditionExpression: "n = :n", ...values({ ":n": { N: "1" } }) },
    fails: "ConditionalCheckFailedException: The conditional request failed",
  },
];
