import type { ApiMethod } from "./api-definition.ts";

/** A method, and the values of its path parameters as they were sent: API Gateway decodes nothing. */
export interface RouteMatch {
  method: ApiMethod;
  pathParameters: Record<string, string>;
}

interface RouteNode {
  literals: Map<string, RouteNode>;
  /** `{name}`: exactly one segment. */
  parameter?: { name: string; node: RouteNode };
  /** `{name+}`: the whole rest. */
  greedy?: { name: string; methods: Map<string, ApiMethod> };
  methods: Map<string, ApiMethod>;
}

/** Finds the method for a request: a literal segment before `{name}`, before `{name+}`. */
export class Router {
  readonly #root = newNode();

  constructor(methods: readonly ApiMethod[]) {
    for (const method of methods) this.#add(method);
  }

  /**
   * A resource without the wanted method does not end the search: a greedy resource higher up may still have it.
   *
   * @param path percent-encoded, without the stage; one slash at its end makes no difference.
   */
  match(httpMethod: string, path: string): RouteMatch | undefined {
    const segments = path.replace(/\/$/, "").split("/").slice(1);
    const taken: string[] = [];
    const names: string[] = [];
    const method = search(this.#root, httpMethod, segments, 0, names, taken);
    if (!method) return undefined;
    const pairs = names.map((name, index) => [name, taken[index] ?? ""]);
    return { method, pathParameters: Object.fromEntries(pairs) };
  }

  #add(method: ApiMethod): void {
    let node = this.#root;
    for (const segment of method.resourcePath.split("/").slice(1)) {
      if (segment === "") continue;
      const name = /^\{(.+?)(\+?)\}$/.exec(segment);
      if (name?.[2]) {
        node.greedy ??= { name: name[1] ?? "", methods: new Map() };
        node.greedy.methods.set(method.httpMethod, method);
        return;
      }
      node = name ? parameterOf(node, name[1] ?? "") : literalOf(node, segment);
    }
    node.methods.set(method.httpMethod, method);
  }
}

function search(
  node: RouteNode,
  httpMethod: string,
  segments: readonly string[],
  at: number,
  names: string[],
  taken: string[],
): ApiMethod | undefined {
  const segment = segments[at];
  if (segment === undefined) return methodOf(node.methods, httpMethod);

  const literal = node.literals.get(segment);
  const byLiteral = literal && search(literal, httpMethod, segments, at + 1, names, taken);
  if (byLiteral) return byLiteral;

  if (node.parameter && segment !== "") {
    names.push(node.parameter.name);
    taken.push(segment);
    const found = search(node.parameter.node, httpMethod, segments, at + 1, names, taken);
    if (found) return found;
    names.pop();
    taken.pop();
  }
  const byRest = node.greedy && methodOf(node.greedy.methods, httpMethod);
  const rest = segments.slice(at).join("/");
  if (!byRest || rest === "") return undefined;
  names.push(node.greedy?.name ?? "");
  taken.push(rest);
  return byRest;
}

function methodOf(methods: Map<string, ApiMethod>, httpMethod: string): ApiMethod | undefined {
  return methods.get(httpMethod) ?? methods.get("ANY");
}

function newNode(): RouteNode {
  return { literals: new Map(), methods: new Map() };
}

function parameterOf(node: RouteNode, name: string): RouteNode {
  node.parameter ??= { name, node: newNode() };
  return node.parameter.node;
}

function literalOf(node: RouteNode, segment: string): RouteNode {
  const known = node.literals.get(segment);
  if (known) return known;
  const added = newNode();
  node.literals.set(segment, added);
  return added;
}
