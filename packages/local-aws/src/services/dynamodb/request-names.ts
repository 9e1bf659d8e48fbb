import { validationError } from "./dynamo-error.ts";

type Input = Readonly<Record<string, unknown>>;

const MIN_LENGTH = 3;
const MAX_LENGTH = 255;
const PATTERN = "[a-zA-Z0-9_.-]+";
const SELECTS = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"];
const whole = new RegExp(`^${PATTERN}$`);

/** What DynamoDB checks first and reports alone: the name of the table, and a query's limit. @throws ServiceError */
export function checkFirst(operation: string, { TableName: name, Limit }: Input): void {
  if (name == null && /^\w+Table$/.test(operation)) {
    throw validationError(
      "The parameter 'TableName' is required but was not present in the request",
    );
  }
  if (operation === "Query" && typeof Limit === "number" && Limit < 1) {
    throw validationError(
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  // An ARN is looked at where the table is looked for.
  if (typeof name !== "string" || name.startsWith("arn:")) return;
  const rule = brokenRule(name);
  if (rule) throw constraintError(name, "tableName", rule);
}

/** @throws ServiceError where Select is not one of its values. */
export function checkSelectName({ Select }: Input): void {
  if (Select == null || SELECTS.includes(String(Select))) return;
  const rule = `Member must satisfy enum value set: [${SELECTS.join(", ")}]`;
  throw constraintError(String(Select), "select", rule);
}

/** The error for a member that breaks a rule of its own. */
export function constraintError(value: string, path: string, rule: string) {
  return validationError(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${rule}`,
  );
}

function brokenRule(name: string): string | undefined {
  if (name === "") return "Member must have length greater than or equal to 1";
  if (name.length > MAX_LENGTH)
    return `Member must have length less than or equal to ${MAX_LENGTH}`;
  if (!whole.test(name)) return `Member must satisfy regular expression pattern: ${PATTERN}`;
  if (name.length < MIN_LENGTH) {
    return `Member must have length greater than or equal to ${MIN_LENGTH}`;
  }
  return undefined;
}
