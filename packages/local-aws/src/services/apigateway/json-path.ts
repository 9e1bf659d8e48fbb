// One step at a time: .name, ..name is refused, ['name'], [0], [*].
const STEP = /\.([\w-]+|\*)|\[(?:'([^']*)'|"([^"]*)"|(-?\d+)|(\*))\]/y;

/**
 * The value at a JSONPath such as `$.items[0].sku`; undefined where there is none.
 *
 * @throws Error for filters, slices and `..`, which the local runtime does not read.
 */
export function readJsonPath(value: unknown, path: string): unknown {
  const steps = path.startsWith("$") ? path.slice(1) : `.${path}`;
  let at: unknown = value;
  let spread = false;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < steps.length) {
    const step = STEP.exec(steps);
    if (!step) throw new Error(`JSONPath ${path} is not supported by the local runtime`);
    const [, name, single, double, index] = step;
    if (name === "*" || step[5]) {
      at = spread ? (at as unknown[]).flatMap(children) : children(at);
      spread = true;
    } else {
      const key = name ?? single ?? double ?? Number(index);
      at = spread
        ? (at as unknown[]).map((one) => child(one, key)).filter((one) => one !== undefined)
        : child(at, key);
    }
  }
  return at;
}

function child(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === "number" ? value.at(key) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function children(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}
