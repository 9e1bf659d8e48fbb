import type { Need, Operation } from "../../../kernel/service.ts";
import { groupNames, type Queries } from "./queries.ts";
import type { QueryDefinitions } from "./query-definitions.ts";

/**
 * The operations of Logs Insights.
 *
 * @param needOfGroup what an action on a log group needs
 */
export function insightsOperations(
  queries: Queries,
  definitions: QueryDefinitions,
  needOfGroup: (action: string, group: string) => Need,
): Record<string, Operation> {
  // IAM knows no resource for these.
  const onAnything = (action: string) => () => [{ action: `logs:${action}`, resource: "*" }];
  return {
    StartQuery: {
      needs: (input) => namesOf(input).map((name) => needOfGroup("StartQuery", name)),
      run: (input) => queries.start(input),
    },
    GetQueryResults: {
      needs: onAnything("GetQueryResults"),
      run: (input) => queries.results(input),
    },
    StopQuery: { needs: onAnything("StopQuery"), run: (input) => queries.stop(input) },
    DescribeQueries: {
      needs: onAnything("DescribeQueries"),
      run: (input) => queries.describe(input),
    },
    PutQueryDefinition: {
      needs: onAnything("PutQueryDefinition"),
      run: (input) => definitions.put(input),
    },
    DescribeQueryDefinitions: {
      needs: onAnything("DescribeQueryDefinitions"),
      run: (input) => definitions.describe(input),
    },
    DeleteQueryDefinition: {
      needs: onAnything("DeleteQueryDefinition"),
      run: (input) => definitions.delete(input),
    },
  };
}

/** The operation itself refuses invalid names of groups; permissions are checked for the others. */
function namesOf(input: Record<string, unknown>): string[] {
  try {
    return groupNames(input);
  } catch {
    return [""];
  }
}
