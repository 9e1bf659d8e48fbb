/** A route that fits a request. */
export interface RouteMatch<T> {
  routeKey: string;
  value: T;
  /** Decoded. */
  pathParameters: Record<string, string>;
}

interface Route<T> {
  routeKey: string;
  method: string;
  pattern: RegExp;
  /** How specific the path is, part by part: plain text, a parameter, a greedy parameter. */
  rank: string;
  value: T;
}

const DEFAULT = "$default";

/** The routes of one API. A full match comes before a greedy one, and a method before ANY; $default matches the rest. */
export class Routes<T> {
  readonly #routes: Route<T>[] = [];
  #fallback: { value: T } | undefined;

  /** @throws Error for a route key that is neither `$default` nor `METHOD /path`, or that exists already. */
  add(routeKey: string, value: T): void {
    if (routeKey === DEFAULT) {
      this.#fallback = { value };
      return;
    }
    const [, method = "", path = ""] =
      /^(ANY|GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS) (\/.*)$/.exec(routeKey) ?? [];
    if (!method) throw new Error(`routeKey ${routeKey} must be $default or "METHOD /path"`);
    if (this.#routes.some((route) => route.routeKey === routeKey)) {
      throw new Error(`routeKey ${routeKey} exists already`);
    }
    const parts = path.split("/").slice(1);
    const pattern = new RegExp(`^/${parts.map(patternOf).join("/")}$`);
    this.#routes.push({ routeKey, method, pattern, rank: parts.map(rankOf).join(""), value });
    this.#routes.sort((a, b) => compare(a.rank, b.rank) || anyLast(a) - anyLast(b));
  }

  /** Whether there is a route for requests that no other one matches. */
  get hasDefault(): boolean {
    return this.#fallback !== undefined;
  }

  /** The route for a request. */
  match(method: string, path: string): RouteMatch<T> | undefined {
    for (const route of this.#routes) {
      if (route.method !== "ANY" && route.method !== method) continue;
      const found = route.pattern.exec(path);
      if (!found) continue;
      const parameters = Object.entries(found.groups ?? {});
      return {
        routeKey: route.routeKey,
        value: route.value,
        pathParameters: Object.fromEntries(parameters.map(([k, v]) => [k, decodeURIComponent(v)])),
      };
    }
    return this.#fallback && { routeKey: DEFAULT, pathParameters: {}, value: this.#fallback.value };
  }
}

function patternOf(part: string): string {
  const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
  if (!name) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return greedy ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
}

function rankOf(part: string): string {
  if (!part.startsWith("{")) return "0";
  return part.endsWith("+}") ? "2" : "1";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function anyLast({ method }: { method: string }): number {
  return method === "ANY" ? 1 : 0;
}
