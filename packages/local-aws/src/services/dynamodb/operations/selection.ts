import { validationError } from "../dynamo-error.ts";
import type { Condition, Operand } from "../expressions/condition.ts";
import { type Projection, projectionOf } from "../expressions/projection.ts";
import type { Path } from "../expressions/syntax.ts";
import type { Table } from "../tables/table.ts";
import type { TableIndex } from "../tables/table-index.ts";

type Input = Record<string, unknown>;

/** What a query or scan returns of each item. */
export interface Selection {
  /** Only how many there are. */
  countOnly: boolean;
  projection: Projection | undefined;
  /** Read from the table what the index does not hold. */
  wholeItems: boolean;
}

/** @throws ServiceError where Select does not go with the request's projection or index. */
export function checkSelect({ Select, AttributesToGet, ProjectionExpression, IndexName }: Input) {
  const projection = AttributesToGet != null ? "AttributesToGet" : "ProjectionExpression";
  const hasProjection = AttributesToGet != null || ProjectionExpression != null;
  if (Select === "SPECIFIC_ATTRIBUTES" && !hasProjection) {
    throw validationError(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
  if (Select != null && Select !== "SPECIFIC_ATTRIBUTES" && hasProjection) {
    const what = Select === "COUNT" ? "only the Count" : Select;
    throw validationError(`Cannot specify the ${projection} when choosing to get ${what}`);
  }
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && IndexName == null) {
    throw validationError(
      "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
    );
  }
}

/** @throws ServiceError if a global index does not have what is requested of it. */
export function selectionOf(
  index: TableIndex | undefined,
  { Select }: Input,
  projection: Projection | undefined,
  filter: Condition | undefined,
): Selection {
  const countOnly = Select === "COUNT";
  const names = index?.projected;
  if (!index || !names) return { countOnly, projection, wholeItems: true };
  if (index.isGlobal) {
    if (Select === "ALL_ATTRIBUTES") {
      throw validationError(
        `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
      );
    }
    const wanted = [...(projection?.paths ?? []), ...(filter ? pathsOf(filter) : [])];
    const missing = wanted.map(([name]) => String(name)).filter((name) => !names.has(name));
    if (missing.length > 0) {
      throw validationError(
        `One or more parameter values were invalid: Global secondary index ${index.name} does not project [${[...new Set(missing)].join(", ")}]`,
      );
    }
  }
  const wholeItems = Select === "ALL_ATTRIBUTES" || projection !== undefined;
  const held = projectionOf([...names].map((name) => [name]));
  return { countOnly, projection: wholeItems ? projection : held, wholeItems };
}

/** @throws ServiceError where a path goes into a key attribute, which holds no document. */
export function checkKeyPaths(
  table: Table,
  index: TableIndex | undefined,
  paths: readonly Path[],
): void {
  for (const path of paths) {
    if (path.length === 1) continue;
    const isKey = table.keys.some(({ name }) => name === path[0]);
    if (!isKey && !index?.keys.some(({ name }) => name === path[0])) continue;
    throw validationError(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${isKey ? "Key" : "IndexKey"}: ${path[0]}`,
    );
  }
}

/** The paths in a condition. */
export function pathsOf(condition: Condition): Path[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return [...pathsOf(condition.left), ...pathsOf(condition.right)];
    case "not":
      return pathsOf(condition.operand);
    case "compare":
      return pathsIn(condition.left, condition.right);
    case "between":
      return pathsIn(condition.operand, condition.low, condition.high);
    case "in":
      return pathsIn(condition.operand, ...condition.list);
    case "begins_with":
    case "contains":
      return pathsIn(condition.operand, condition.with);
    default:
      return [condition.path];
  }
}

function pathsIn(...operands: Operand[]): Path[] {
  return operands.flatMap((operand) => {
    if (operand.kind === "size") return pathsIn(operand.operand);
    return operand.kind === "path" ? [operand.path] : [];
  });
}
