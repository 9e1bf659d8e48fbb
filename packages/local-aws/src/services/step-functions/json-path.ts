import { DataError } from "./states-error.ts";

/** A parsed JSONPath of the States Language. */
export interface JsonPath {
  readonly text: string;
  /** Whether it reads the context object (`$$`) instead of the data. */
  readonly ofContext: boolean;
  readonly steps: readonly (string | number | typeof EVERY)[];
}

const EVERY = Symbol("*");
const STEP =
  /\.\s*(\*|[^\s.[\]()'"?@*,]+)|\[\s*(-?\d+|\*)\s*\]|\[\s*'((?:[^'\\]|\\.)+)'\s*\]|\[\s*"((?:[^"\\]|\\.)+)"\s*\]/y;
const parsed = new Map<string, JsonPath>();

/**
 * Reads a path made of `$` or `$$`, `.name`, `['name']`, `[0]`, `[-1]`, `[*]` and `.*`.
 *
 * @throws Error that names what the path uses and the runtime does not support.
 */
export function parseJsonPath(text: string): JsonPath {
  const known = parsed.get(text);
  if (known) return known;
  const ofContext = text.startsWith("$$");
  if (!text.startsWith("$")) throw new Error(`JSONPath "${text}" must start with $`);
  const start = ofContext ? 2 : 1;
  if (/^[A-Za-z_]/.test(text.slice(start))) {
    throw new Error(`JSONPath "${text}" reads a variable; the local runtime has no variables`);
  }
  const steps: JsonPath["steps"][number][] = [];
  STEP.lastIndex = start;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const [, field, index, single, double] = STEP.exec(text) ?? [];
    const quoted = single ?? double;
    if (field === "*" || index === "*") steps.push(EVERY);
    else if (index !== undefined) steps.push(Number(index));
    else if (field !== undefined) steps.push(field);
    // A backslash means itself, other than before a quote of the kind around it, or another backslash.
    else if (quoted !== undefined) {
      steps.push(quoted.replace(single === undefined ? /\\(["\\])/g : /\\(['\\])/g, "$1"));
    } else throw new Error(`JSONPath "${text}" ${complaint(text.slice(at))} at position ${at}`);
  }
  const path: JsonPath = { text, ofContext, steps };
  parsed.set(text, path);
  return path;
}

/** Whether the path can match one place only, as `ResultPath` and `Variable` require. */
export function isReferencePath({ steps }: JsonPath): boolean {
  return !steps.includes(EVERY);
}

/** What a path reads from. */
export interface PathRoots {
  data: unknown;
  context: unknown;
}

/** Returns what the path refers to; with a wildcard always a list, maybe empty, and else undefined if there is nothing. */
export function readJsonPath(text: string, roots: PathRoots): unknown {
  const path = parseJsonPath(text);
  let found: unknown[] = [path.ofContext ? roots.context : roots.data];
  for (const step of path.steps) found = found.flatMap((node) => membersAt(node, step));
  return isReferencePath(path) ? found[0] : found;
}

/** Why a definite path finds nothing, in the wording of AWS's library. */
export function whyNothing(text: string, roots: PathRoots): string {
  const { steps, ofContext } = parseJsonPath(text);
  let node: unknown = ofContext ? roots.context : roots.data;
  const shown = (to: number) =>
    `$${steps
      .slice(0, to)
      .map((step) => (typeof step === "number" ? `[${step}]` : `['${String(step)}']`))
      .join("")}`;
  for (const [index, step] of steps.entries()) {
    const [found] = membersAt(node, step);
    if (found === undefined) {
      return index === steps.length - 1
        ? `No results for path: ${shown(steps.length)}`
        : `Missing property in path ${shown(index + 1)}`;
    }
    node = found;
  }
  return `No results for path: ${shown(steps.length)}`;
}

/**
 * Sets a value where the reference path points, making the objects on the way; the root itself is not changed.
 *
 * @throws DataError `States.ResultPathMatchFailure` if there is a value of another type on the way.
 */
export function writeJsonPath(text: string, root: unknown, value: unknown): unknown {
  const { steps } = parseJsonPath(text);
  const put = (node: unknown, depth: number): unknown => {
    const step = steps[depth];
    if (step === undefined) return value;
    if (typeof step === "number") {
      if (!Array.isArray(node) || !(step in node)) throw misfit(text, root);
      return node.with(step, put(node[step], depth + 1));
    }
    if (typeof step === "symbol" || !isRecord(node)) throw misfit(text, root);
    const next = Object.hasOwn(node, step) ? node[step] : {};
    return withField(node, step, put(next, depth + 1));
  };
  return put(root, 0);
}

function withField(node: Record<string, unknown>, field: string, value: unknown) {
  const copy = { ...node };
  // A plain assignment to __proto__ would be lost.
  Object.defineProperty(copy, field, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

function misfit(path: string, root: unknown): DataError {
  return new DataError(
    "States.ResultPathMatchFailure",
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(root)}`,
  );
}

function complaint(rest: string): string {
  if (rest.startsWith("..")) return 'searches with "..", which the local runtime does not support,';
  if (/^\[\s*\?/.test(rest)) return 'filters with "[?", which the local runtime does not support,';
  if (/^\[[^\]]*:/.test(rest)) return "has a slice, which the local runtime does not support,";
  if (/^\[[^\]]*,/.test(rest)) return "lists members, which the local runtime does not support,";
  return "is not valid";
}

function membersAt(node: unknown, step: JsonPath["steps"][number]): unknown[] {
  if (node === null || typeof node !== "object") return [];
  if (step === EVERY) return Object.values(node);
  if (Array.isArray(node)) {
    if (typeof step !== "number") return [];
    const index = step < 0 ? node.length + step : step;
    return index in node ? [node[index]] : [];
  }
  if (typeof step !== "string" || !Object.hasOwn(node, step)) return [];
  return [(node as Record<string, unknown>)[step]];
}

function isRecord(node: unknown): node is Record<string, unknown> {
  return node !== null && typeof node === "object" && !Array.isArray(node);
}
