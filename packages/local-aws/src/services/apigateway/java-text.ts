/** A value as templates print it: maps as Java does, `{a=1, b=["x"]}`, and lists as JSON, also inside of maps. */
export function javaText(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}=${javaText(field)}`);
  return `{${fields.join(", ")}}`;
}
