const SILENT = new WeakSet<object>();

/** Lets templates print nothing for a map, as AWS does for the maps inside `$context`. */
export function silent<Map extends object>(map: Map): Map {
  SILENT.add(map);
  return map;
}

/** A value as templates print it: maps as Java does, `{a=1, b=["x"]}`, and lists as JSON, also inside of maps. */
export function javaText(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (SILENT.has(value)) return "";
  if (Array.isArray(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}=${javaText(field)}`);
  return `{${fields.join(", ")}}`;
}
