import { CONDITIONS, key, LIMITS, type Row, SUITE, values } from "./row.ts";

const PUT = { ...key("a"), put: { BOOL: true } };
const HELD = "ConditionalCheckFailedException: The conditional request failed";
const N = (n: string) => ({ N: n });

const when = (ConditionExpression: string, all?: Record<string, object>, more: object = {}) => ({
  operation: "PutItem",
  input: { Item: PUT, ConditionExpression, ...(all && values(all)), ...more },
});
const given = (attributes: object) => [{ ...key("a"), ...attributes }];
const holds = (what: string, expression: string, attributes: object, all?: object): Row => ({
  what,
  source: CONDITIONS,
  given: given(attributes),
  ...when(expression, all as Record<string, object>),
  answers: {},
  leaves: [PUT],
});
const fails = (what: string, expression: string, attributes: object, all?: object): Row => ({
  what,
  source: CONDITIONS,
  given: given(attributes),
  ...when(expression, all as Record<string, object>),
  fails: HELD,
});
const refused = (what: string, expression: string, why: string, all?: object): Row => ({
  what,
  source: CONDITIONS,
  ...when(expression, all as Record<string, object>),
  fails: `ValidationException: Invalid ConditionExpression: ${why}`,
});

const TREE = { M: { b: { L: [N("1"), { SS: ["y", "x"] }] }, a: { BOOL: false } } };
const SAME_TREE = { M: { a: { BOOL: false }, b: { L: [N("1.0"), { SS: ["x", "y"] }] } } };

export const CONDITION_ROWS: Row[] = [
  fails("two attributes that are not there are in no order", "b >= d", {}),
  fails("what is not there equals nothing", "b = d", {}),
  holds("what is not there differs from everything", "b <> d", {}),
  holds(
    "documents are equal by value, whatever the order of their members",
    "t = :v",
    { t: TREE },
    {
      ":v": SAME_TREE,
    },
  ),
  holds("binary is equal by value", "t = :v", { t: { B: "AAE=" } }, { ":v": { B: "AAE=" } }),
  holds(
    "equal numbers are equal however they are written",
    "n = :v",
    { n: N("1.50") },
    {
      ":v": N("15e-1"),
    },
  ),
  holds(
    "numbers beyond a double's digits are told apart",
    "n < :v",
    { n: N("12345678901234567890") },
    { ":v": N("12345678901234567891") },
  ),
  fails("a number and a text are in no order", "n < :v", { n: N("1") }, { ":v": { S: "2" } }),
  holds(
    "texts sort by their bytes",
    "t < :v",
    { t: { S: "\u{FFFF}" } },
    { ":v": { S: "\u{1F600}" } },
  ),
  holds(
    "false is found in a list of values",
    "f IN (:t, :f)",
    { f: { BOOL: false } },
    {
      ":t": { BOOL: true },
      ":f": { BOOL: false },
    },
  ),
  holds(
    "null is found in a list of values",
    "z IN (:z)",
    { z: { NULL: true } },
    {
      ":z": { NULL: true },
    },
  ),
  holds(
    "an empty text begins every text",
    "begins_with(t, :e)",
    { t: { S: "x" } },
    {
      ":e": { S: "" },
    },
  ),
  holds(
    "a list contains what equals one of its elements",
    "contains(l, :v)",
    { l: { L: [TREE] } },
    {
      ":v": SAME_TREE,
    },
  ),
  holds(
    "a list contains false",
    "contains(l, :v)",
    { l: { L: [{ BOOL: false }] } },
    {
      ":v": { BOOL: false },
    },
  ),
  holds(
    "a set of numbers contains an equal number",
    "contains(s, :v)",
    { s: { NS: ["1", "2"] } },
    {
      ":v": N("2.0"),
    },
  ),
  holds("an empty text has size 0", "size(t) = :v", { t: { S: "" } }, { ":v": N("0") }),
  fails("a number has no size", "size(n) >= :v", { n: N("1") }, { ":v": N("0") }),
  holds(
    "false has a type",
    "attribute_type(f, :t)",
    { f: { BOOL: false } },
    {
      ":t": { S: "BOOL" },
    },
  ),
  holds("null is there", "attribute_exists(z)", { z: { NULL: true } }),
  holds(
    "what lies between includes the bounds",
    "n BETWEEN :a AND :b",
    { n: N("2") },
    {
      ":a": N("1"),
      ":b": N("2"),
    },
  ),
  holds("a condition may be denied twice", "NOT NOT attribute_exists(n)", { n: N("1") }),
  holds(
    "AND binds more than OR, and NOT more than AND",
    "NOT a = :v AND b = :v OR c = :v",
    {
      c: N("1"),
    },
    { ":v": N("1") },
  ),
  fails("an attribute called toString is not there", "attribute_exists(toString)", {}),
  refused(
    "a list is in no order",
    "c >= :l",
    "Incorrect operand type for operator or function; operator or function: >=, operand type: L",
    { ":l": { L: [] } },
  ),
  refused(
    "an attribute is not looked for in itself",
    "a IN (a)",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: IN, first operand: [a]",
  ),
  refused(
    "an attribute is not compared with itself",
    "a = a",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
  ),
  refused(
    "a list of values has at most 100",
    `a IN (${Array.from({ length: 101 }, (_, index) => `b[${index}]`).join(", ")})`,
    "The IN operator is provided with too many operands; number of operands: 101",
  ),
  refused(
    "bounds are of one type",
    "a BETWEEN :a AND :b",
    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:2}",
    { ":a": N("1"), ":b": { S: "2" } },
  ),
  refused(
    "the lower bound comes first",
    "a BETWEEN :a AND :b",
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
    { ":a": N("2"), ":b": N("1") },
  ),
  refused(
    "a type is one of DynamoDB's",
    "attribute_type(a, :t)",
    "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    { ":t": { S: "X" } },
  ),
  refused(
    "attribute_exists looks for a path",
    "attribute_exists(:v)",
    "Operator or function requires a document path; operator or function: attribute_exists",
    { ":v": N("1") },
  ),
  refused(
    "a function has its operands",
    "contains(a)",
    "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1",
  ),
  refused("a function is known", "exists(a)", "Invalid function name; function: exists"),
  refused(
    "a condition is no operand",
    "attribute_exists(a) = :v",
    "The function is not allowed to be used this way in an expression; function: attribute_exists",
    { ":v": N("1") },
  ),
  refused(
    "a reserved word needs a placeholder",
    "status = :v",
    "Attribute name is a reserved keyword; reserved keyword: status",
    { ":v": N("1") },
  ),
  refused(
    "parentheses around parentheses are refused",
    "((a = :v))",
    "The expression has redundant parentheses;",
    { ":v": N("1") },
  ),
  refused(
    "a syntax error shows the words around it",
    "a = = :v",
    'Syntax error; token: "=", near: "= = :v"',
    { ":v": N("1") },
  ),
  refused(
    "an expression that ends too early says so",
    "a = :v AND",
    'Syntax error; token: "<EOF>", near: "AND"',
    { ":v": N("1") },
  ),
  refused("an expression is not empty", "", "The expression can not be empty;"),
  refused(
    "a name is defined",
    "#a = :v",
    "An expression attribute name used in the document path is not defined; attribute name: #a",
    { ":v": N("1") },
  ),
  refused(
    "a value is defined",
    "a = :v",
    "An expression attribute value used in expression is not defined; attribute value: :v",
  ),
  {
    what: "a value that no expression uses is refused",
    source: `${SUITE} tier3/error-messages`,
    ...when("a = :v", { ":v": N("1"), ":w": N("1") }),
    fails:
      "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
  },
  {
    what: "an expression has at most 4 KB",
    source: LIMITS,
    ...when(`a = :v${" ".repeat(4091)}`, { ":v": N("1") }),
    fails:
      "ValidationException: Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097",
  },
  {
    what: "an expression has at most 300 operators",
    source: LIMITS,
    ...when(Array.from({ length: 151 }, () => "a=:v").join(" OR "), { ":v": N("1") }),
    fails:
      "ValidationException: Invalid ConditionExpression: The expression contains too many operators; operator count: 301",
  },
  {
    what: "Expected and a condition do not go together",
    source: `${SUITE} tier3/error-messages/putItem`,
    ...when("attribute_exists(a)", undefined, { Expected: { a: { Exists: false } } }),
    fails:
      "ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
  },
];
