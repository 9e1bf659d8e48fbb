import type { TraceRecord } from "../../kernel/trace.ts";
import type { NodeIndex } from "./node-index.ts";
import type { MapEdge, NodeKind, SystemMap } from "./system-map.ts";

/** Where on the map a hop is seen. */
export interface Seen {
  /** Ids of the edges that it went along. */
  edges: readonly string[];
  /** Id of the node that it reached, or that reported it. */
  node?: string;
}

const NOWHERE: Seen = { edges: [] };
// Hops that happen all the time, without traffic.
const UNSEEN =
  /^(logs:|sqs:(Receive|Delete|ChangeMessage|Get|List)|dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams)|cloudwatch:(Get|List|Describe|Put))/;
// The services that call in their own name, with the kind of node that they act for.
const SERVICES: Record<string, NodeKind> = {
  "apigateway.amazonaws.com": "api",
  "sns.amazonaws.com": "topic",
  "events.amazonaws.com": "rule",
  "pipes.amazonaws.com": "pipe",
  "cloudwatch.amazonaws.com": "alarms",
};
const MAX_REMEMBERED = 5_000;

/** Finds where on the map a hop is shown. It caches the result: the same hops happen again and again. */
export class HopResolver {
  readonly #index: NodeIndex;
  readonly #edges: ReadonlyMap<string, MapEdge>;
  readonly #into = new Map<string, MapEdge[]>();
  readonly #kinds: ReadonlyMap<string, NodeKind>;
  readonly #known = new Map<string, Seen>();

  constructor({ nodes, edges }: SystemMap, index: NodeIndex) {
    this.#index = index;
    this.#edges = new Map(edges.map((edge) => [edge.id, edge]));
    this.#kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
    for (const edge of edges) this.#into.set(edge.to, [...(this.#into.get(edge.to) ?? []), edge]);
  }

  /** Where a hop is seen; on no edge where the map has none. */
  see({ from, to, kind, decision }: TraceRecord): Seen {
    if (decision === "allowed" && UNSEEN.test(kind)) return NOWHERE;
    const key = `${from}\n${kind}\n${to}`;
    const known = this.#known.get(key);
    if (known) return known;
    const seen = this.#find(from, to, kind);
    // Executions and log streams have names of their own.
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, seen);
    return seen;
  }

  #find(from: string, to: string, kind: string): Seen {
    if (kind === "execute-api:Invoke") {
      const api = this.#index.named("api", to.split(/[/ ]/)[0] ?? "");
      return api ? { edges: [], node: api } : NOWHERE;
    }
    const target = this.#index.target(to) ?? this.#named(to);
    const sources = this.#sources(from, kind, target);
    const edges = target ? sources.map((source) => `${source}>${target}`) : [];
    const declared = edges.filter((id) => this.#edges.has(id));
    const feeding = declared.flatMap((id) => this.#feeding(id));
    const node = target ?? sources[0];
    return { edges: [...feeding, ...declared], ...(node && { node }) };
  }

  /** The caller: the node with the role, or of this name, or for which a service acts. */
  #sources(from: string, kind: string, target: string | undefined): readonly string[] {
    const own = this.#index.workingAs(from);
    if (own.length > 0) return own;
    const named = this.#named(from);
    if (named) return [named];
    const into = target ? (this.#into.get(target) ?? []) : [];
    const service = SERVICES[from];
    if (service) return sourcesOf(into.filter((edge) => this.#kinds.get(edge.from) === service));
    // Event source mappings invoke without a caller of their own.
    if (from === "you" && kind === "lambda:InvokeFunction") {
      return sourcesOf(into.filter(({ what }) => what.includes("event source mapping")));
    }
    return [];
  }

  /** A pipe is read from and sends on in one: what feeds it moves as well. */
  #feeding(edgeId: string): string[] {
    const from = this.#edges.get(edgeId)?.from ?? "";
    if (this.#kinds.get(from) !== "pipe") return [];
    return (this.#into.get(from) ?? []).map(({ id }) => id);
  }

  #named(name: string): string | undefined {
    const kinds: NodeKind[] = ["machine", "rule", "bus", "pipe", "function", "queue", "topic"];
    for (const kind of kinds) {
      const id = this.#index.named(kind, name);
      if (id) return id;
    }
    return undefined;
  }
}

const sourcesOf = (edges: readonly MapEdge[]) => edges.map(({ from }) => from);
