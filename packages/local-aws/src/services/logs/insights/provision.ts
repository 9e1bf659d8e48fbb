import type { RecordedResource } from "../../../program/recorded.ts";
import type { Logs } from "../service.ts";
import { definitionProblem } from "./query-definitions.ts";
import { parseQuery } from "./query-parser.ts";

const NAME = /^([^:*/]+\/?)*[^:*/]+$/;

/**
 * Creates an `aws:cloudwatch/queryDefinition:QueryDefinition`. AWS accepts any query and any log groups, and shows
 * nothing for them later; here they are refused.
 *
 * @throws Error that starts with the resource's name.
 */
export function provisionQueryDefinition(logs: Logs, resource: RecordedResource): void {
  const { id, name, inputs, outputs } = resource;
  const { queryString = "", logGroupNames = [] } = inputs as {
    queryString?: string;
    logGroupNames?: string[];
  };
  const queryName = String(outputs["name"]);
  const problem = definitionProblem(queryName, queryString);
  if (problem) throw new Error(`${name}: ${problem}`);
  if (!NAME.test(queryName)) {
    throw new Error(`${name}: the name ${queryName} must have no : and *, and no / at its ends`);
  }
  try {
    parseQuery(queryString);
  } catch (error) {
    throw new Error(`${name}: the query cannot be read: ${(error as Error).message}`);
  }
  const missing = logGroupNames.find((group) => !logs.hasGroup(group));
  if (missing !== undefined) {
    const why = "AWS would take it, and the query would find nothing";
    throw new Error(`${name}: there is no log group ${missing}; ${why}`);
  }
  logs.queryDefinitions.declare({
    queryDefinitionId: id,
    name: queryName,
    queryString,
    logGroupNames,
  });
}
