import { EXPRESSIONS, key, LIMITS, type Row, SUITE, values } from "./row.ts";

const WRONG_TYPE =
  "ValidationException: An operand in the update expression has an incorrect data type";
const INVALID_PATH =
  "ValidationException: The document path provided in the update expression is invalid for update";
const N = (n: string) => ({ N: n });
const L = (...texts: string[]) => ({ L: texts.map((S) => ({ S })) });

const update = (UpdateExpression: string, all?: Record<string, object>, more: object = {}) => ({
  operation: "UpdateItem",
  input: { Key: key("a"), UpdateExpression, ...(all && values(all)), ...more },
});
const given = (attributes: object) => [{ ...key("a"), ...attributes }];

export const UPDATES: Row[] = [
  {
    what: "a SET reads what was there before an ADD of the same update",
    source: EXPRESSIONS,
    given: given({ a: N("1") }),
    ...update("SET d = a ADD a :v", { ":v": N("5") }),
    answers: {},
    leaves: given({ a: N("6"), d: N("1") }),
  },
  {
    what: "a SET of a whole map copies it as it was, whatever else changes in it",
    source: EXPRESSIONS,
    given: given({ m: { M: { x: N("1") } } }),
    ...update("SET prev = m, m.x = :v", { ":v": N("2") }),
    answers: {},
    leaves: given({ m: { M: { x: N("2") } }, prev: { M: { x: N("1") } } }),
  },
  {
    what: "indexes of several REMOVEs are those of the old list",
    source: `${EXPRESSIONS}#Expressions.UpdateExpressions.REMOVE.RemovingListElements`,
    given: given({ l: L("a", "b", "c", "d") }),
    ...update("REMOVE l[0], l[1]"),
    answers: {},
    leaves: given({ l: L("c", "d") }),
  },
  {
    what: "a SET and a REMOVE in one list both count in the old list",
    source: EXPRESSIONS,
    given: given({ l: L("a", "b", "c") }),
    ...update("REMOVE l[0] SET l[2] = :v", { ":v": { S: "z" } }),
    answers: {},
    leaves: given({ l: L("b", "z") }),
  },
  {
    what: "values beyond the end of a list are appended in the order of their indexes",
    source: `${EXPRESSIONS}#Expressions.UpdateExpressions.SET.AddingListElements`,
    given: given({ l: L("a") }),
    ...update("SET l[9] = :y, l[5] = :x", { ":x": { S: "x" }, ":y": { S: "y" } }),
    answers: {},
    leaves: given({ l: L("a", "x", "y") }),
  },
  {
    what: "two attributes change places in one update",
    source: EXPRESSIONS,
    given: given({ a: N("1"), b: N("2") }),
    ...update("SET a = b, b = a", undefined, { ReturnValues: "UPDATED_NEW" }),
    answers: { Attributes: { a: N("2"), b: N("1") } },
    leaves: given({ a: N("2"), b: N("1") }),
  },
  {
    what: "numbers are exact to 38 digits",
    source: LIMITS,
    given: given({ n: N("0.1") }),
    ...update("SET n = n + :v", { ":v": N("0.2") }, { ReturnValues: "UPDATED_NEW" }),
    answers: { Attributes: { n: N("0.3") } },
    leaves: given({ n: N("0.3") }),
  },
  {
    what: "a sum that needs more than 38 digits is refused",
    source: LIMITS,
    given: given({ n: N("1e37") }),
    ...update("SET n = n + :v", { ":v": N("0.1") }),
    fails: "ValidationException: Attempting to store more than 38 significant digits in a Number",
    leaves: given({ n: N("10000000000000000000000000000000000000") }),
  },
  {
    what: "a sum beyond the largest number is refused",
    source: LIMITS,
    given: given({ n: N("9.9e125") }),
    ...update("ADD n :v", { ":v": N("9.9e125") }),
    fails:
      "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range",
    leaves: given({ n: N(`99${"0".repeat(124)}`) }),
  },
  {
    what: "an attribute that is not there cannot be reckoned with",
    source: SUITE,
    given: given({}),
    ...update("SET n = n + :v", { ":v": N("1") }),
    fails:
      "ValidationException: The provided expression refers to an attribute that does not exist in the item",
  },
  {
    what: "if_not_exists stands in for what is not there",
    source: EXPRESSIONS,
    given: given({}),
    ...update("SET n = if_not_exists(n, :zero) + :v", { ":zero": N("0"), ":v": N("1") }),
    answers: {},
    leaves: given({ n: N("1") }),
  },
  {
    what: "an ADD of a number to a text is refused",
    source: EXPRESSIONS,
    given: given({ a: { S: "x" } }),
    ...update("ADD a :v", { ":v": N("1") }),
    fails: WRONG_TYPE,
  },
  {
    what: "an ADD of a text is refused before the item is looked at",
    source: `${SUITE} tier1/updateItem`,
    ...update("ADD a :v", { ":v": { S: "x" } }),
    fails:
      "ValidationException: Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
  },
  {
    what: "a list cannot be reckoned with",
    source: EXPRESSIONS,
    ...update("SET a = list_append(l, :l) + :n", { ":l": L("x"), ":n": N("1") }),
    fails:
      "ValidationException: Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: L",
  },
  {
    what: "a DELETE of the last member of a set takes the attribute away",
    source: `${EXPRESSIONS}#Expressions.UpdateExpressions.DELETE`,
    given: given({ s: { SS: ["x"] } }),
    ...update("DELETE s :v", { ":v": { SS: ["x", "y"] } }),
    answers: {},
    leaves: given({}),
  },
  {
    what: "an update creates the item that it names",
    source: EXPRESSIONS,
    ...update("SET a = :v", { ":v": N("1.50") }, { ReturnValues: "ALL_NEW" }),
    answers: { Attributes: { ...key("a"), a: N("1.5") } },
    leaves: given({ a: N("1.5") }),
  },
  {
    what: "a path below what is not there is refused",
    source: `${SUITE} tier1/updateItem/paths`,
    given: given({}),
    ...update("SET m.x = :v", { ":v": N("1") }),
    fails: INVALID_PATH,
  },
  {
    what: "a path below a text is refused, also for a REMOVE",
    source: `${SUITE} tier1/updateItem/paths`,
    given: given({ t: { S: "x" } }),
    ...update("REMOVE t.x"),
    fails: INVALID_PATH,
  },
  {
    what: "a path below a key is refused as a change of the key",
    source: `${SUITE} tier3/error-messages/updateItem`,
    ...update("SET id.x = :v", { ":v": N("1") }),
    fails:
      "ValidationException: One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
  },
  {
    what: "one path in another is refused",
    source: EXPRESSIONS,
    ...update("SET m.x = :v REMOVE m", { ":v": N("1") }),
    fails:
      "ValidationException: Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]",
  },
  {
    what: "one attribute as a map and as a list is refused",
    source: EXPRESSIONS,
    ...update("SET m.x = :v, m[0] = :v", { ":v": N("1") }),
    fails:
      "ValidationException: Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]",
  },
  {
    what: "a section may come once",
    source: EXPRESSIONS,
    ...update("SET a = :v SET b = :v", { ":v": N("1") }),
    fails:
      'ValidationException: Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  },
  {
    what: "UPDATED_OLD answers the parts that were changed, as they were",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html",
    given: given({ m: { M: { x: N("1"), y: N("2") } }, other: N("3") }),
    ...update("SET m.x = :v", { ":v": N("9") }, { ReturnValues: "UPDATED_OLD" }),
    answers: { Attributes: { m: { M: { x: N("1") } } } },
    leaves: given({ m: { M: { x: N("9"), y: N("2") } }, other: N("3") }),
  },
  {
    what: "an update may not leave an index's key of another type",
    source: LIMITS,
    given: given({ group: { S: "g" } }),
    ...update("SET #g = :v", { ":v": N("1") }, { ExpressionAttributeNames: { "#g": "group" } }),
    fails:
      "ValidationException: The update expression attempted to update the secondary index key to unsupported type",
  },
  {
    what: "an update may not leave an empty key of an index",
    source: LIMITS,
    given: given({ group: { S: "g" } }),
    ...update("SET #g = :v", { ":v": { S: "" } }, { ExpressionAttributeNames: { "#g": "group" } }),
    fails:
      "ValidationException: One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.",
  },
  {
    what: "AttributeUpdates of a list appends",
    source:
      "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html",
    given: given({ l: L("a") }),
    operation: "UpdateItem",
    input: { Key: key("a"), AttributeUpdates: { l: { Action: "ADD", Value: L("b") } } },
    answers: {},
    leaves: given({ l: L("a", "b") }),
  },
];
