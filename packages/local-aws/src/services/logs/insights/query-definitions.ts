import type { Kernel } from "../../../kernel/kernel.ts";
import { ServiceError } from "../../../kernel/service-error.ts";

type Input = Record<string, unknown>;

/** A query that is kept under a name. */
export interface QueryDefinition {
  queryDefinitionId: string;
  name: string;
  queryString: string;
  logGroupNames: string[];
}

const LONGEST_NAME = 255;
const LONGEST_QUERY = 10_000;
const MOST_RESULTS = 1000;

/** The queries that are kept under a name. */
export class QueryDefinitions {
  readonly #kernel: Kernel;
  readonly #definitions = new Map<string, QueryDefinition & { lastModified: number }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Keeps a definition, in place of one with the same id. */
  keep(definition: QueryDefinition): void {
    const lastModified = this.#kernel.clock.now();
    this.#definitions.set(definition.queryDefinitionId, { ...definition, lastModified });
  }

  /** As on AWS, neither the query nor the log groups are looked at before it is run. */
  put(input: Input): Input {
    const { queryDefinitionId, name, queryString, logGroupNames = [], queryLanguage } = input;
    if (input["parameters"] !== undefined) throw invalid("parameters are not supported here");
    if (queryLanguage !== undefined && queryLanguage !== "CWLI") {
      throw invalid(`queryLanguage ${queryLanguage} is not supported here; there is CWLI`);
    }
    if (typeof name !== "string") throw invalid("name is missing");
    if (typeof queryString !== "string") throw invalid("queryString is missing");
    const problem = definitionProblem(name, queryString);
    if (problem) throw invalid(problem);
    const id = queryDefinitionId === undefined ? this.#kernel.newId() : String(queryDefinitionId);
    if (queryDefinitionId !== undefined) this.#existing(id);
    this.keep({
      queryDefinitionId: id,
      name,
      queryString,
      logGroupNames: logGroupNames as string[],
    });
    return { queryDefinitionId: id };
  }

  /** What DescribeQueryDefinitions answers, by name. */
  describe(input: Input): Input {
    const { queryDefinitionNamePrefix = "", maxResults = MOST_RESULTS, nextToken = 0 } = input;
    const found = [...this.#definitions.values()]
      .filter(({ name }) => name.startsWith(String(queryDefinitionNamePrefix)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const start = Number(nextToken);
    const end = start + Number(maxResults);
    const queryDefinitions = found
      .slice(start, end)
      .map((definition) => ({ queryLanguage: "CWLI", ...definition }));
    return { queryDefinitions, ...(end < found.length && { nextToken: String(end) }) };
  }

  delete({ queryDefinitionId }: Input): Input {
    this.#existing(String(queryDefinitionId));
    this.#definitions.delete(String(queryDefinitionId));
    return { success: true };
  }

  #existing(id: string): void {
    if (this.#definitions.has(id)) return;
    throw new ServiceError("ResourceNotFoundException", `Query definition ${id} does not exist`);
  }
}

/** Why a query cannot be kept like this; undefined when it can. */
export function definitionProblem(name: string, queryString: string): string | undefined {
  if (name.length < 1 || name.length > LONGEST_NAME) {
    return `the name must have 1 to ${LONGEST_NAME} characters, not ${name.length}`;
  }
  if (queryString.length < 1 || queryString.length > LONGEST_QUERY) {
    return `the query must have 1 to ${LONGEST_QUERY} characters, not ${queryString.length}`;
  }
  return undefined;
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
