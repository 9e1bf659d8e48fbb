/** What DynamoDB does with one request, in our own words. */
export interface Row {
  what: string;
  /** Where it is documented or was recorded on AWS. */
  source: string;
  /** Items that are there before. */
  given?: object[];
  operation: string;
  /** The request; the table is `rows` unless it names another. */
  input: Record<string, unknown>;
  /** The whole answer. */
  answers?: object;
  /** The error: its code and sentence. */
  fails?: string;
  /** The items that are there afterwards; those of `given` where it is missing. */
  leaves?: object[];
}

const GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide";

export const EXPRESSIONS = `${GUIDE}/Expressions.UpdateExpressions.html`;
export const CONDITIONS = `${GUIDE}/Expressions.OperatorsAndFunctions.html`;
export const LIMITS = `${GUIDE}/Constraints.html`;
export const QUERIES = `${GUIDE}/Query.html`;
export const TRANSACTIONS = `${GUIDE}/transaction-apis.html`;
/** The public suite nubo-db/dynamodb-conformance, whose answers are AWS's. */
export const SUITE = "nubo-db/dynamodb-conformance";

export const key = (id: string) => ({ id: { S: id }, at: { N: "1" } });
export const values = (all: Record<string, object>) => ({ ExpressionAttributeValues: all });
