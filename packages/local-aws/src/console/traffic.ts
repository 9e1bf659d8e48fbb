import type { TraceRecord } from "../kernel/trace.ts";
import type { Fault, Traffic } from "./contract.ts";
import type { HopResolver } from "./map/resolve-hop.ts";

// Enough to explain what goes wrong; a thousand of the same explain no more.
const MAX_FAULTS = 20;

/** Counts hops on the map until the counts are taken. */
export class TrafficCount {
  readonly #resolver: HopResolver;
  #edges = new Map<string, number>();
  #nodes = new Map<string, number>();
  #faults: Fault[] = [];

  constructor(resolver: HopResolver) {
    this.#resolver = resolver;
  }

  /** Counts one hop. */
  add(record: TraceRecord): void {
    const seen = this.#resolver.see(record);
    const { time, from, to, kind, decision, detail = "" } = record;
    for (const edge of seen.edges) this.#edges.set(edge, (this.#edges.get(edge) ?? 0) + 1);
    if (seen.node) this.#nodes.set(seen.node, (this.#nodes.get(seen.node) ?? 0) + 1);
    if (decision !== "denied" && decision !== "failed") return;
    if (this.#faults.length < MAX_FAULTS) {
      this.#faults.push({ time, decision, from, to, kind, detail, ...seen });
    }
  }

  /** What moved since the last call; undefined if nothing did. */
  take(): Traffic | undefined {
    if (this.#nodes.size === 0 && this.#edges.size === 0 && this.#faults.length === 0) return;
    const taken = {
      edges: Object.fromEntries(this.#edges),
      nodes: Object.fromEntries(this.#nodes),
      faults: this.#faults,
    };
    this.#edges = new Map();
    this.#nodes = new Map();
    this.#faults = [];
    return taken;
  }
}
