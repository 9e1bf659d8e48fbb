import type { Kernel } from "../../../kernel/kernel.ts";
import { pageAt } from "../../../kernel/page.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import type { Collection } from "../../../store/collection.ts";
import { LANGUAGE } from "./queries.ts";

type Input = Record<string, unknown>;

/** A query that is kept under a name. */
export interface QueryDefinition {
  queryDefinitionId: string;
  name: string;
  queryString: string;
  logGroupNames: string[];
}

type KeptDefinition = QueryDefinition & { lastModified: number };

const MAX_NAME = 255;
const MAX_QUERY = 10_000;
const MAX_RESULTS = 1000;

/** The queries that are kept under a name. */
export class QueryDefinitions {
  readonly #kernel: Kernel;
  /** Definitions that a call made, by its token: SDKs send the same one when they try again. */
  readonly #byToken = new Map<string, string>();
  readonly #definitions = new Map<string, KeptDefinition>();
  /** Those that callers made or changed. */
  readonly #made: Collection<string, { definition: KeptDefinition; clientToken?: string }>;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#made = kernel.store.collection("logs_queries");
    for (const [id, { definition, clientToken }] of this.#made.entries()) {
      this.#definitions.set(id, definition);
      if (clientToken !== undefined) this.#byToken.set(clientToken, id);
    }
  }

  /** Keeps a definition that the program declares, unless a caller has changed it. */
  declare(definition: QueryDefinition): void {
    if (!this.#made.get(definition.queryDefinitionId)) this.#keep(definition);
  }

  #keep(definition: QueryDefinition): KeptDefinition {
    const kept = { ...definition, lastModified: this.#kernel.clock.now() };
    this.#definitions.set(definition.queryDefinitionId, kept);
    return kept;
  }

  /** As on AWS, neither the query nor the log groups are looked at before it is run. */
  put(input: Input): Input {
    const { queryDefinitionId, name, queryString, logGroupNames = [], queryLanguage } = input;
    if (queryLanguage !== undefined && queryLanguage !== LANGUAGE) {
      throw invalid(`queryLanguage ${queryLanguage} is not supported here; there is ${LANGUAGE}`);
    }
    const { clientToken } = input;
    const made = clientToken === undefined ? undefined : this.#byToken.get(String(clientToken));
    if (made !== undefined && queryDefinitionId === undefined) return { queryDefinitionId: made };
    const id = queryDefinitionId === undefined ? this.#kernel.newId() : String(queryDefinitionId);
    if (queryDefinitionId !== undefined) this.#existing(id);
    const definition = this.#keep({
      queryDefinitionId: id,
      name: String(name),
      queryString: String(queryString),
      logGroupNames: logGroupNames as string[],
    });
    if (clientToken !== undefined) this.#byToken.set(String(clientToken), id);
    this.#made.put(id, {
      definition,
      ...(clientToken !== undefined && { clientToken: String(clientToken) }),
    });
    return { queryDefinitionId: id };
  }

  /** The output of DescribeQueryDefinitions, by name. */
  describe(input: Input): Input {
    const { queryDefinitionNamePrefix = "", maxResults = MAX_RESULTS, nextToken } = input;
    const { queryLanguage = LANGUAGE } = input;
    const found = [...this.#definitions.values()]
      .filter(({ name }) => name.startsWith(String(queryDefinitionNamePrefix)))
      .filter(() => queryLanguage === LANGUAGE)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageAt(found, nextToken, Number(maxResults));
    if (!page) throw invalid(`nextToken ${nextToken} is not valid`);
    return {
      queryDefinitions: page.items.map((one) => ({ queryLanguage: LANGUAGE, ...one })),
      ...(page.next && { nextToken: page.next }),
    };
  }

  delete({ queryDefinitionId }: Input): Input {
    this.#existing(String(queryDefinitionId));
    this.#definitions.delete(String(queryDefinitionId));
    this.#made.delete(String(queryDefinitionId));
    return { success: true };
  }

  #existing(id: string): void {
    if (this.#definitions.has(id)) return;
    throw new ServiceError("ResourceNotFoundException", `Query definition ${id} does not exist`);
  }
}

/** Why a query cannot be kept like this; undefined when it can. */
export function definitionProblem(name: string, queryString: string): string | undefined {
  if (name.length < 1 || name.length > MAX_NAME) {
    return `the name must have 1 to ${MAX_NAME} characters, not ${name.length}`;
  }
  if (queryString.length < 1 || queryString.length > MAX_QUERY) {
    return `the query must have 1 to ${MAX_QUERY} characters, not ${queryString.length}`;
  }
  return undefined;
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
