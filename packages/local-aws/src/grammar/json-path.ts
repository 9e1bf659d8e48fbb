/** A parsed JSON path: field names, array indices, and `*` for every member. */
export type JsonPath = readonly (string | number | typeof EVERY)[];

const EVERY = Symbol("*");

/**
 * Reads the JSON paths that EventBridge knows: `$`, `.name`, `['name']`, `[0]`, `[*]` and `.*`.
 *
 * @throws Error that names the path and the place.
 */
export function parseJsonPath(text: string): JsonPath {
  if (!text.startsWith("$")) throw new Error(`JSON path "${text}" must start with $`);
  const path: (string | number | typeof EVERY)[] = [];
  const step = /\.(\*|[\w/-]+)|\[(\d+|\*)\]|\['([^']+)'\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const [, field, index, quoted] = step.exec(text) ?? [];
    if (field === "*" || index === "*") path.push(EVERY);
    else if (index !== undefined) path.push(Number(index));
    else if (field !== undefined) path.push(field);
    else if (quoted !== undefined) path.push(quoted);
    else throw new Error(`JSON path "${text}" is not valid at position ${at}`);
  }
  return path;
}

/** What the path refers to: an array where it contains a wildcard; undefined if nothing matches. */
export function readJsonPath(path: JsonPath, root: unknown): unknown {
  let found: unknown[] = [root];
  for (const step of path) found = found.flatMap((node) => membersAt(node, step));
  return path.includes(EVERY) ? found : found[0];
}

function membersAt(node: unknown, step: string | number | typeof EVERY): unknown[] {
  if (node === null || typeof node !== "object") return [];
  if (step === EVERY) return Object.values(node);
  if (Array.isArray(node)) return typeof step === "number" && step in node ? [node[step]] : [];
  if (typeof step !== "string" || !Object.hasOwn(node, step)) return [];
  return [(node as Record<string, unknown>)[step]];
}
